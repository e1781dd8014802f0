// What the gateway says of a source under the conventions of tracing.

/** The conventions, in the order in which the gateway lists them. */
export type Method = "RECORDED" | "SPECIFIC" | "FIFO" | "LIFO" | "PRO_RATA" | "LIBR" | "POISON";

export interface MethodTotals {
  traced: string;
  idle: string;
  reached: string;
  in_transit: string;
  spent: string;
  hidden: string;
  again: string;
}

interface About {
  source: string;
  currency: string;
  inside: string;
  order: string;
  payments: number;
  moved: number;
  returned: string;
}

export interface MethodColumn {
  method: Method;
  version: string;
  totals: MethodTotals;
  refused?: string;
  refused_code?: string;
}

export interface MethodRow {
  id: string;
  label: string;
  kind: string;
  depth: number;
  cells: { method: Method; received: string; holds: string }[];
}

/** GET /traces/table */
export interface MethodTable extends About {
  columns: MethodColumn[];
  rows: MethodRow[];
  truncated: boolean;
}

/** GET /traces/comparison */
export interface Comparison extends About {
  target: string;
  figures: { method: Method; version: string; amount: string; holds: string; refused?: string; refused_code?: string }[];
  bounds?: { least: string; most: string; inflow: string };
}
