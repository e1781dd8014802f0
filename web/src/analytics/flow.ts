// Flows arranged for the page. Amounts are bigint of minor units; floats only say how dark a cell is.

import type { FlowCell, FlowTable } from "../api/analytics";
import { fenOf } from "../money/yuan";

/** One row of the table: a region with its years and its sum. */
export interface RegionRow {
  region: string;
  cells: (FlowCell | null)[];
  sum: bigint;
}

/** Regions in rows, the greatest sum first, and years in columns as in the table. */
export function rowsOf(table: FlowTable): RegionRow[] {
  const column = new Map(table.years.map((y, k) => [y, k]));
  const rows = new Map<string, RegionRow>(table.regions.map((region) => [region, { region, cells: table.years.map(() => null), sum: 0n }]));
  for (const c of table.cells) {
    const row = rows.get(c.region);
    const k = column.get(c.year);
    if (!row || k === undefined) continue;
    row.cells[k] = c;
    row.sum += fenOf(c.amount);
  }
  return [...rows.values()].sort((x, y) => (x.sum < y.sum ? 1 : x.sum > y.sum ? -1 : x.region.localeCompare(y.region)));
}

/** Sums by year, in the order of the table's years, and of all. */
export function sumsOf(table: FlowTable): { years: bigint[]; all: bigint } {
  const years = table.years.map((y) => table.cells.filter((c) => c.year === y).reduce((sum, c) => sum + fenOf(c.amount), 0n));
  return { years, all: years.reduce((sum, v) => sum + v, 0n) };
}

/** How dark a cell is, 0 to 1, by the square root of its share of the largest: small flows stay visible. */
export function shade(amount: bigint, largest: bigint): number {
  if (amount <= 0n || largest <= 0n) return 0;
  return Math.sqrt(Number((amount * 10_000n) / largest) / 10_000);
}

/** The largest amount of a cell. */
export function largestOf(table: FlowTable): bigint {
  return table.cells.reduce((most, c) => (fenOf(c.amount) > most ? fenOf(c.amount) : most), 0n);
}

/** The table as CSV, amounts in minor units, as the relate analysis takes it. */
export function csvOf(table: FlowTable): string {
  const rows = table.cells.map((c) => [c.region, c.year, c.amount, c.parts.public, c.parts.social, c.parts.own, c.parts.unknown, c.movements, c.firms, c.new_firms].join(","));
  return ["region,year,amount,public,social,own,unknown,movements,firms,new_firms", ...rows].join("\n") + "\n";
}

/** The columns of a CSV by its first row, for choosing from. Quoted names may hold commas. */
export function columnsOf(csv: string): string[] {
  const head = csv.replace(/^\ufeff/, "").split(/\r?\n/, 1)[0] ?? "";
  return [...head.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].slice(0, -1).map((m) => (m[1] ?? "").replace(/^"|"$/g, "").replaceAll('""', '"').trim()).filter((name) => name !== "");
}
