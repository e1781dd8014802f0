import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { get, Problem } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import type { Claim } from "../api/trade";
import type { Movement } from "../api/types";
import { link } from "../route";
import { useLanguage } from "../text/language";

/** Goes on to the claim or the payment that an operation made: their identifiers look alike, so the gateway is asked. */
export function RecordPage({ id }: { id: string }) {
  const { t } = useLanguage();
  const found = useQuery({
    queryKey: ["record", id],
    queryFn: async ({ signal }) => {
      try {
        await get<Claim>(`/claims/${encodeURIComponent(id)}`, {}, signal);
        return link("claim", id);
      } catch (e) {
        if (!(e instanceof Problem) || e.status !== 404) throw e;
      }
      await get<Movement>(`/movements/${encodeURIComponent(id)}`, {}, signal);
      return link("trace", id);
    },
  });
  useEffect(() => {
    if (found.data) window.location.replace(found.data);
  }, [found.data]);
  return found.error ? <ProblemNote error={found.error} retry={() => void found.refetch()} /> : <p className="quiet" role="status">{t("loading")}</p>;
}
