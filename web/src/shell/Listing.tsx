import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { ProblemNote } from "../api/ProblemNote";
import type { Page } from "../api/types";
import { useLanguage } from "../text/language";

/** What a list read page by page says about itself. */
export interface Pages<P> {
  data: { pages: P[] } | undefined;
  error: unknown;
  isPending: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
}

/** A list: what went wrong, that it is being read, that it is empty, its table (plain: something else), and a way to read on. */
export function Listing<T>({ list, none, plain = false, children }: { list: Pages<Page<T>>; none: string; plain?: boolean; children: (items: T[]) => ReactNode }) {
  const { t } = useLanguage();
  const items = list.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <>
      <ProblemNote error={list.error} retry={() => void list.refetch()} />
      {list.isPending && <p className="quiet" role="status">{t("loading")}</p>}
      {list.data && items.length === 0 && <p className="quiet">{none}</p>}
      {items.length > 0 && (plain ? children(items) : <div className="scroll">{children(items)}</div>)}
      {list.hasNextPage && <Button mt="sm" variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("more")}</Button>}
    </>
  );
}
