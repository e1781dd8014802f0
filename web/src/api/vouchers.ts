// The gateway's answers on vouchers. Amounts are strings of minor units (fen),
// rates are parts per million a year, dates are YYYY-MM-DD.

import type { Claim, Registration, Writer } from "./trade";

export type VoucherState =
  | "DRAFT" | "ISSUED" | "ACTIVE" | "TRANSFER_PENDING" | "FINANCE_PENDING" | "FINANCED" | "PLEDGED" | "FROZEN" | "DUE"
  | "PARTIALLY_SETTLED" | "OVERDUE" | "IN_RECOURSE" | "SPLIT" | "TRANSFERRED" | "SETTLED" | "WRITTEN_OFF" | "CANCELLED";

export type DayCount = "ACT/360" | "ACT/365F";

/** What a holder and a funder agree on. */
export interface Terms {
  funder: string;
  mode: "SALE" | "PLEDGE";
  rate_ppm: number;
  day_count: DayCount;
  recourse?: boolean;
}

/** The figures of a financing as the ledger computed them. */
export interface Facts extends Terms {
  registration: Registration;
  date: string;
  days: number;
  discount: string;
  net: string;
  cash: string;
}

/** What waits for somebody's answer. */
export interface Pending {
  to: string;
  recourse?: boolean;
  document?: string;
  financing?: Terms;
  registration?: Registration;
}

export interface VoucherEvent {
  seq: number;
  op: string;
  state: VoucherState;
  date?: string;
  amount?: string;
  days_late?: number;
  interest?: string;
  cash?: string;
  rules?: string[];
  writer: Writer;
  at: string;
  reason?: string;
  document?: string;
}

/** A voucher as it stands: one node of the tree that an issue grows into. */
export interface Voucher {
  lot: string;
  root: string;
  parent?: string;
  claim: string;
  issuer: string;
  holder: string;
  pledgee?: string;
  face: string;
  settled: string;
  /** Of the face, neither paid nor passed on. */
  open: string;
  currency: string;
  issued: string;
  maturity: string;
  accept_by?: string;
  tier: number;
  depth: number;
  via: string;
  from?: string;
  recourse?: boolean;
  state: VoucherState;
  before?: VoucherState;
  due?: string;
  pending?: Pending;
  financing?: Facts;
  defaulted?: string;
  against?: string;
  interest: string;
  cancels?: string;
  acquired?: string;
  left?: string;
  events?: VoucherEvent[];
}

/** Money that was paid against a voucher. */
export interface VoucherPayment {
  movement: string;
  kind: "FINANCING" | "SETTLEMENT" | "RECOURSE";
  from: string;
  to: string;
  payer: string;
  payer_name?: string;
  payee: string;
  payee_name?: string;
  amount: string;
  date: string;
}

/** GET /vouchers/{id} */
export interface VoucherDetail extends Voucher {
  issuer_name?: string;
  holder_name?: string;
  movement: string;
  claim_record?: Claim;
  payments: VoucherPayment[];
  /** What became of a voucher that was passed on. */
  passed?: { to: string; name?: string; via: string; date: string; recourse?: boolean; cash?: string; financing?: Facts };
}

/** GET /vouchers/{id}/quote: what a funder would pay, exactly. */
export interface Quote {
  voucher: string;
  face: string;
  rate_ppm: number;
  day_count: DayCount;
  date: string;
  due: string;
  days: number;
  discount: string;
  net: string;
}

/** GET /vouchers/{id}/tree. face = live + settled + cancelled + written off + hidden amount */
export interface VoucherTree {
  root: string;
  claim: string;
  issuer: string;
  issuer_name?: string;
  currency: string;
  issued: string;
  maturity: string;
  face: string;
  sums: { live: string; settled: string; cancelled: string; written_off: string };
  hidden: { nodes: number; amount: string };
  nodes: TreeNode[];
}

export interface TreeNode {
  voucher: string;
  parent?: string;
  /** 0 for the root. */
  depth: number;
  /** Shown only because it leads to what the reader has a part in. */
  path?: boolean;
  tier: number;
  holder: string;
  holder_name?: string;
  pledgee?: string;
  face: string;
  open: string;
  settled: string;
  state: VoucherState;
  via: string;
  made: string;
  from?: string;
  from_name?: string;
  recourse?: boolean;
  acquired?: string;
  left?: string;
  cash: VoucherPayment[];
}

/** A voucher that traced money settled, and the suppliers behind it from the issuer's own on. */
export interface Settlement {
  movement: string;
  voucher: string;
  root?: string;
  amount: string;
  date: string;
  issuer?: string;
  issuer_name?: string;
  chain: Hop[];
  hidden: number;
}

/** One holder of a settled voucher. */
export interface Hop {
  tier: number;
  party: string;
  name?: string;
  voucher: string;
  acquired?: string;
  via: string;
  /** ISSUER, FUNDER, RECOURSE; NEXT: passed on to the next tier in payment. Empty where the reader may not know. */
  paid_by?: "ISSUER" | "FUNDER" | "RECOURSE" | "NEXT";
  cash?: string;
  cash_date?: string;
  days_waited: number | null;
}
