// The gateway's answers on analyses. Amounts are strings of minor units (fen).

/** What of an amount is of which class. */
export interface FlowParts {
  public: string;
  social: string;
  own: string;
  unknown: string;
}

/** GET /analytics/flows: a region and year without a cell had none. */
export interface FlowTable {
  query: { stage: string; class: string; method: string; level: string };
  convention: string;
  as_of?: string;
  block: number;
  currency: string;
  regions: string[];
  years: number[];
  cells: FlowCell[];
  total: FlowSum;
  unplaced: FlowSum;
}

export interface FlowCell {
  region: string;
  year: number;
  amount: string;
  parts: FlowParts;
  movements: number;
  firms: number;
  new_firms: number;
}

export interface FlowSum {
  amount: string;
  parts: FlowParts;
  movements: number;
  firms: number;
}

/** One movement, or one commitment, of a cell. */
export interface FlowLine {
  movement?: string;
  commitment?: string;
  kind?: string;
  date: string;
  region?: string;
  year: number;
  from?: string;
  to?: string;
  firm: string;
  whole: string;
  amount: string;
  parts: FlowParts;
}

/** GET /analytics/flows/lines */
export interface FlowLines {
  items: FlowLine[];
  total: FlowSum;
  next: string;
}

/** A computation that runs beside requests. */
export interface Job<R = unknown> {
  id: string;
  kind: string;
  state: "QUEUED" | "RUNNING" | "DONE" | "FAILED" | "CANCELLED";
  progress: { stage?: string; done: number; total: number };
  error?: { code: string; message: string; values?: Record<string, string> };
  result?: R;
}

export interface Coefficient {
  estimate: number;
  se: number;
  df: number;
  p: number;
  low: number;
  high: number;
  bootstrap?: { p: number };
}

export interface Estimate {
  name: string;
  about: string;
  coefficient?: Coefficient;
  doubling_percent?: number;
  p_holm?: number;
  result?: { sample: { used: number } };
  refused?: { code: string; reason: string };
}

/** The result of POST /analytics/relate. */
export interface Relation {
  declaration: string;
  sample: { regions: string[]; years: number[]; rows: number; with_flow: number };
  primary: Estimate;
  beside: Estimate[];
  exploratory: Estimate[];
  methods: Estimate[];
  warnings: { code: string; says: { en: string; zh: string } }[];
}

/** The result of POST /analytics/index, as far as the page shows it: nodes are indicators first, the composite last. */
export interface IndexReport {
  result: {
    nodes: { code: string; name?: string; name_zh?: string; level: number }[];
    rows: { unit: string; year?: number; nodes: Record<string, { score: number | null; rank?: number }> }[];
  };
}
