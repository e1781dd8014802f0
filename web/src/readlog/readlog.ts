/** A record of the read log. */
export interface ReadRecord {
  n: number;
  prev: string;
  at: string;
  kind: "BEGUN" | "ASKED" | "MENDED";
  log?: string;
  export?: string;
  user?: string;
  msp?: string;
  role?: string;
  party?: string;
  route?: string;
  asked?: Record<string, string>;
  body?: string;
  status?: number;
  code?: string;
  rows?: number;
  bytes?: number;
  sha256?: string;
  torn?: { bytes: number; sha256: string };
}

/** Where the log stands: what an anchor on the ledger is compared with. */
export interface Head {
  log: string;
  count: number;
  sha256: string;
}

/** What was asked about, in one line: the identifiers of the address, then its other parameters. */
export function askedAbout(r: ReadRecord): string {
  const parts = Object.entries(r.asked ?? {}).map(([k, v]) => (k === "id" || k === "sha256" || k === "movement" ? v : `${k}=${v}`));
  if (r.body) parts.push(r.body.replace(/\s+/g, " ").slice(0, 120));
  return parts.join(" · ");
}

/** The moment in China's time, to the second. */
export function momentOf(at: string): string {
  return new Date(at).toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" });
}
