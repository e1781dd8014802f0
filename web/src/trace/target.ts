/** What a search text names, told from its shape alone. */
export type Target =
  | { kind: "lot" | "movement" | "fund" | "party" | "account"; id: string }
  | { kind: "name"; text: string };

const lot = /^[0-9a-f]{20}\.\d{1,7}\.\d{1,7}$/;
const movement = /^[0-9a-f]{20}\.\d{1,7}$/;
const party = /^(uscc|lei|iati|pid|other):\S+$/;
/** GB 32100: 18 digits and capital letters without I, O, S, V, Z. */
const bareUSCC = /^[0-9A-HJ-NP-RT-UW-Y]{18}$/;

/** Tells identifiers of the ledger from names. What comes from a pasted link to this page is taken out of it. */
export function targetOf(input: string): Target {
  const pasted = /#\/trace\/([^?\s]+)/.exec(input);
  const text = (pasted ? decodeURIComponent(pasted[1]!) : input).normalize("NFKC").trim();
  if (lot.test(text)) return { kind: "lot", id: text };
  if (movement.test(text)) return { kind: "movement", id: text };
  if (text.startsWith("fund:")) return { kind: "fund", id: text };
  if (text.startsWith("acct:")) return { kind: "account", id: text };
  if (party.test(text)) return { kind: "party", id: text };
  if (bareUSCC.test(text.toUpperCase())) return { kind: "party", id: `uscc:${text.toUpperCase()}` };
  return { kind: "name", text };
}

/** A long identifier made short for people: its first and last characters. */
export function shortID(id: string): string {
  const [entry = "", ...rest] = id.split(".");
  return /^[0-9a-f]{20}$/.test(entry) ? [`${entry.slice(0, 6)}…`, ...rest].join(".") : id;
}
