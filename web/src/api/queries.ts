import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useLanguage } from "../text/language";
import { inLanguage } from "../text/names";
import { get, type Query } from "./client";
import type { Account, Fund, Page, Party } from "./types";

/** The largest page that the gateway gives out. */
const pageSize = 500;
/** Beyond this many records a list is no longer read whole: names then show as identifiers, nothing breaks. */
const most = 5_000;

/** Reads a list to its end. */
export async function getAll<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  for (let cursor = ""; items.length < most; ) {
    const page: Page<T> = await get<Page<T>>(path, { ...query, limit: pageSize, cursor }, signal);
    items.push(...page.items);
    cursor = page.next ?? "";
    if (!cursor) break;
  }
  return items;
}

/** A whole list, for choosing from and for names. */
export function useAll<T>(path: string, query: Query = {}, enabled = true) {
  return useQuery({ queryKey: [path, query], queryFn: ({ signal }) => getAll<T>(path, query, signal), enabled });
}

/** A list page by page, for showing. */
export function usePages<T, P extends Page<T> = Page<T>>(path: string, query: Query = {}) {
  return useInfiniteQuery({
    queryKey: [path, "pages", query],
    queryFn: ({ pageParam, signal }) => get<P>(path, { ...query, cursor: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
  });
}

/** Tells the name of an identifier; the one that an answer brings along where the reader's own lists have none. */
export type NameOf = (id: string | undefined, given?: string) => string;

/** Names for what the ledger knows by identifiers: accounts by their fund or owner, parties and funds by their own name. */
export function useNames(): NameOf {
  const { lang } = useLanguage();
  const funds = useAll<Fund>("/funds").data;
  const parties = useAll<Party>("/parties").data;
  const accounts = useAll<Account>("/accounts").data;
  return useMemo(() => {
    const names = new Map<string, string>();
    for (const p of parties ?? []) if (p.name) names.set(p.id, inLanguage(p.name, lang));
    for (const f of funds ?? []) if (f.name) names.set(f.id, inLanguage(f.name, lang));
    for (const f of funds ?? []) names.set(f.account, names.get(f.id) ?? f.account);
    for (const a of accounts ?? []) {
      const name = names.get(a.fund ?? "") ?? names.get(a.owner);
      if (name) names.set(a.id, name);
    }
    return (id, given) => (id ? (names.get(id) ?? (given ? inLanguage(given, lang) : id)) : "");
  }, [funds, parties, accounts, lang]);
}
