// The gateway's answers on exposures, rules and findings. Amounts are strings of minor units (fen),
// rates are parts per million a year, dates are YYYY-MM-DD.

/** A number of vouchers and what they amount to. */
export interface VoucherSum {
  vouchers: number;
  amount: string;
}

export type MonthSum = VoucherSum & { month: string };
export type TierSum = VoucherSum & { tier: number };
export type PartySum = VoucherSum & { party: string; name?: string; share_ppm: number };

/** GET /parties/{uscc}/exposure: over the vouchers that the reader may see; complete says that these are all. */
export interface Exposure {
  party: string;
  name?: string;
  group?: string;
  complete: boolean;
  issuer: IssuerExposure[] | null;
  holder: HolderExposure[] | null;
  funder: FunderExposure[] | null;
}

/** issued = outstanding + settled + cancelled + written off */
export interface IssuerExposure {
  currency: string;
  drafted: VoucherSum;
  issued: VoucherSum;
  outstanding: VoucherSum;
  overdue: VoucherSum;
  settled: string;
  cancelled: string;
  written_off: string;
  interest: string;
  by_month: MonthSum[] | null;
  by_tier: TierSum[] | null;
  by_holder: PartySum[] | null;
}

export interface HolderExposure {
  currency: string;
  held: VoucherSum;
  overdue: VoucherSum;
  pledged: VoucherSum;
  received: string;
  by_month: MonthSum[] | null;
  by_tier: TierSum[] | null;
  by_issuer: PartySum[] | null;
}

export interface FunderExposure {
  currency: string;
  paid: VoucherSum;
  outstanding: VoucherSum;
  bought: VoucherSum;
  pledged: VoucherSum;
  discount: string;
  overdue: VoucherSum;
  largest_issuer?: string;
  largest_share_ppm: number;
  by_month: MonthSum[] | null;
  by_issuer: PartySum[] | null;
  by_group: PartySum[] | null;
}

/** One version of a rule: data with its source. */
export interface Rule {
  id: string;
  version: number;
  effective_from: string;
  title?: string;
  mode: "BLOCK" | "WARN" | "DETECT" | "OFF";
  severity?: Severity;
  parameters?: Record<string, number>;
  source: string;
}

export type Severity = "CRITICAL" | "HIGH" | "MEDIUM" | "LOW";

/** GET /rules: every version of a rule, oldest first. */
export interface RuleRecord {
  id: string;
  versions: Rule[];
}

export interface Calendar {
  year: number;
  version: number;
  holidays?: string[];
  workdays?: string[];
  source: string;
}

/** GET /issuers/{party}: what keeps a core enterprise from issuing. */
export interface Issuer {
  party: string;
  overdue: number;
  flags?: string[];
  blocked: boolean;
}

/** What a rule that warns or detects has found: a fact that somebody has to look at. */
export interface Finding {
  rule: string;
  version: number;
  severity?: Severity;
  mode: string;
  /** What the subject is; of the market it is the currency. */
  kind: "VOUCHER" | "INVOICE" | "PARTY" | "MARKET";
  subject: string;
  /** Who answers for it. */
  party?: string;
  others?: string[];
  date: string;
  /** Decimal integers in the unit; measured is missing where the fact is that something is. */
  measured?: string;
  allowed?: string;
  unit?: "days" | "ppm" | "fen" | "count";
  message: string;
  detail?: Record<string, string>;
  /** Vouchers, claims, invoices and movements to look at. */
  evidence?: string[];
}

/** GET /findings */
export interface Findings {
  as_of: string;
  findings: Finding[];
  /** That match; findings holds the first of them. */
  total: number;
  skipped: { rule: string; reason: string; what?: string; facts: number }[];
  scanned: { vouchers: number; claims: number; invoices: number; parties: number };
}
