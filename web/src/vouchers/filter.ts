import { isDay } from "../form/day";
import { link } from "../route";
import { states } from "./state";

/** What a list of vouchers is filtered by, in the words of GET /vouchers. */
export interface VoucherFilter {
  state?: string | undefined;
  issuer?: string | undefined;
  holder?: string | undefined;
  root?: string | undefined;
  claim?: string | undefined;
  maturity_from?: string | undefined;
  maturity_until?: string | undefined;
  live?: string | undefined;
}

const names = ["state", "issuer", "holder", "root", "claim", "maturity_from", "maturity_until", "live"] as const;

/** Reads the filter from the page's address; what cannot be meant is left out. */
export function filterOf(query: URLSearchParams): VoucherFilter {
  const filter: VoucherFilter = {};
  for (const name of names) {
    const value = query.get(name);
    if (!value) continue;
    if (name === "state" && !(states as string[]).includes(value)) continue;
    if (name.startsWith("maturity") && !isDay(value)) continue;
    if (name === "live" && value !== "true") continue;
    filter[name] = value;
  }
  return filter;
}

/** The address of the filtered list. */
export function linkOf(filter: VoucherFilter): string {
  const query: Record<string, string> = {};
  for (const name of names) if (filter[name]) query[name] = filter[name];
  return link("vouchers", "", query);
}
