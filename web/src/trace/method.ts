import type { Comparison, MethodTable } from "../api/conventions";
import { fenOf } from "../money/yuan";

/** A row of the table of conventions: a place, and what each convention brings there. */
export interface Figures {
  id: string;
  label: string;
  /** By column; null where the convention cannot answer. */
  received: (bigint | null)[];
  /** Conventions that conserve money disagree about this place. */
  disputed: boolean;
}

/** The table's rows, the most disputed first; a convention that brings nothing to a place brings zero. */
export function figuresOf(table: MethodTable): Figures[] {
  const rows = table.rows.map((row) => {
    const received = table.columns.map((c) => (c.refused_code ? null : fenOf(row.cells.find((x) => x.method === c.method)?.received ?? "0")));
    const said = received.filter((v, i): v is bigint => v !== null && table.columns[i]!.method !== "POISON");
    return { id: row.id, label: row.label, received, disputed: said.some((v) => v !== said[0]) };
  });
  return [...rows.filter((r) => r.disputed), ...rows.filter((r) => !r.disputed)];
}

/** Where figures and bounds stand on a line from nothing to all that reached the target, in parts per thousand. */
export interface Band {
  least: number;
  most: number;
  marks: { method: string; at: number; outside: boolean }[];
}

export function bandOf(c: Comparison): Band | null {
  if (!c.bounds) return null;
  const whole = fenOf(c.bounds.inflow);
  if (whole <= 0n) return null;
  const at = (fen: bigint) => Number((fen * 1000n) / whole);
  const least = fenOf(c.bounds.least);
  const most = fenOf(c.bounds.most);
  return {
    least: at(least),
    most: at(most),
    marks: c.figures.filter((f) => !f.refused_code).map((f) => {
      const fen = fenOf(f.amount);
      return { method: f.method, at: Math.min(1000, at(fen)), outside: fen < least || fen > most };
    }),
  };
}
