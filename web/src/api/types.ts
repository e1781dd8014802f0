// The gateway's answers, as /api/v1 documents them. Amounts are strings of minor units (fen); dates are YYYY-MM-DD.

import type { Settlement } from "./vouchers";

/** Who is signed in: an identity of an organisation, acting for a party. */
export interface Session {
  user: string;
  organisation: string;
  msp?: string;
  role: Role;
  party: string;
  expires?: string;
}

export type Role = "officer" | "custodian" | "auditor" | "manager" | "enterprise" | "viewer";

export type Stage = "INSTRUCTED" | "DEBITED" | "CREDITED" | "RETURNED" | "VOIDED" | "EXPIRED" | "REVERSED";

/** One page of a list; next is empty on the last. */
export interface Page<T> {
  items: T[];
  next?: string;
}

export interface Party {
  id: string;
  kind: string;
  name?: string;
  region?: string;
  industry?: string;
  size?: string;
  group?: string;
  /** What lets the party finance receivables. */
  licence?: { kind: string; until: string };
}

export interface Account {
  id: string;
  owner: string;
  bank?: string;
  currency: string;
  purpose: string;
  policy?: string;
  fund?: string;
  place: string;
  balance: Balance;
}

/** What an account holds, as far as the reader may see its lots. */
export interface Balance {
  /** Can be drawn now. */
  remaining: string;
  /** Drawn by payments that are instructed or debited. */
  in_transit: string;
  /** Of payments to the account that are instructed or debited. */
  arriving: string;
  lots: number;
  /** Remaining in lots that the reader may not see. */
  hidden: Hidden;
}

export interface Hidden {
  lots: number;
  amount: string;
}

/** The lots of an account page by page, and those that the reader may not see as one figure. */
export interface LotPage extends Page<Lot> {
  hidden?: Hidden;
}

export interface Fund {
  id: string;
  party: string;
  level: string;
  class: string;
  name?: string;
  parent?: string;
  manager: string;
  account: string;
  region?: string;
  term_start: string;
  term_end: string;
}

export interface Movement {
  movement: string;
  kind: string;
  stage: Stage;
  level: number;
  from?: string;
  to?: string;
  payee?: string;
  /** The voucher that money is paid for, or that a movement of claims is about. */
  voucher?: string;
  amount: string;
  currency: string;
  date: string;
  expires?: string;
  purpose?: string;
  memo?: string;
  writer?: { msp: string; role: string; party?: string; name: string };
  draws?: { lot: string; amount: string }[];
  /** Lots that it yielded, as far as the reader may see them; on the movement's own address only. */
  yields?: Lot[];
}

export interface Lot {
  lot: string;
  parent?: string;
  movement: string;
  account: string;
  amount: string;
  drawn: string;
  remaining: string;
  currency: string;
  stage: Stage;
  level: number;
  date: string;
}

export type Direction = "forward" | "backward";

export interface TraceTotals {
  traced: string;
  reached: string;
  idle: string;
  in_transit: string;
  spent: string;
  /** What lies behind places that the reader may not see: one closed figure, not in the others. */
  hidden: string;
}

export interface TraceNode {
  id: string;
  label: string;
  kind: string;
  level: number;
}

export interface TraceLink {
  from: string;
  to: string;
  amount: string;
  movements: number;
}

export interface TraceRow {
  depth: number;
  lot: string;
  parent?: string;
  movement: string;
  kind: string;
  stage: Stage;
  level: number;
  date: string;
  from?: string;
  to?: string;
  payee?: string;
  purpose?: string;
  /** The voucher that the money was paid for. */
  voucher?: string;
  amount: string;
  drawn: string;
  remaining: string;
  /** What the parent lot held just before and just after this draw; both 0 where there is none that the reader may see. */
  before: string;
  after: string;
}

/** The places and flows that a diagram shows, and how a listing goes on. */
export interface Diagram {
  nodes: TraceNode[];
  links: TraceLink[];
  /** Depth or size cut the listing short; the totals are over everything all the same. */
  truncated: boolean;
  next: string;
}

/** GET /lots/{id}/trace */
export interface LotTrace extends Diagram {
  lot: string;
  direction: Direction;
  currency: string;
  amount: string;
  totals: TraceTotals;
  rows: TraceRow[];
  /** The vouchers that rows of this page settled. */
  settlements?: Settlement[] | null;
}

/** Where money comes from: a root, or the highest lot that the reader may see. */
export interface Origin {
  lot: string;
  closed?: boolean;
  source?: string;
  budget_line?: string;
  investor?: string;
  account: string;
  fund?: string;
  date: string;
}

/** How long money of an origin has lain still. */
interface Standing {
  first: string;
  last?: string;
  oldest?: string;
  days: number;
}

/** in = idle + in_transit + reached + spent + hidden */
export interface FundTotals {
  in: string;
  passed_on: string;
  returned: string;
  idle_here: string;
  idle: string;
  in_transit: string;
  reached: string;
  spent: string;
  hidden: string;
}

/** GET /funds/{id}/trace: everything that was paid into a fund, by its origin. */
export interface FundTrace extends Diagram {
  fund: string;
  account: string;
  currency: string;
  totals: FundTotals;
  arriving: string;
  rows: (Origin & Standing & FundTotals)[];
}

/** received = holds + in_transit + spent + passed_on */
export interface PartyFlow {
  received: string;
  holds: string;
  in_transit: string;
  spent: string;
  passed_on: string;
  returned: string;
}

/** GET /parties/{id}/sources: whose money a party received and holds, by its origin. */
export interface Sources extends Diagram {
  party: string;
  currency: string;
  totals: PartyFlow;
  arriving: string;
  closed: string;
  hidden: string;
  rows: (Origin & Standing & PartyFlow)[];
}

/** What a write answers. */
export interface Receipt {
  entry: string;
  movement?: string;
  id?: string;
  /** Lots that a new movement yields, once reads show them. */
  lots?: string[];
  /** Vouchers that it made. */
  vouchers?: string[];
  tx?: string;
  block?: number;
  replayed: boolean;
  /** UNKNOWN: whether it was recorded is being found out; the same request with the same key answers it. */
  outcome: "VISIBLE" | "RECORDED" | "UNKNOWN";
}

/** One refused operation of a batch, or one refused line of a file. */
export interface ProblemRow {
  row?: number;
  code?: string;
  detail?: string;
  column?: string;
  file?: string;
}

/** A problem document, RFC 9457, carrying the ledger's code. */
export interface ProblemDocument {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  request_id?: string;
  values?: Record<string, string>;
  errors?: ProblemRow[];
}
