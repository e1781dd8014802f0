import { expect, test } from "vitest";
import type { Comparison, MethodTable } from "../api/conventions";
import { bandOf, figuresOf } from "./method";

const about = { source: "a.0.0", currency: "CNY", inside: "BLEND", order: "SEQUENCE", payments: 3, moved: 0, returned: "0" };
const totals = { traced: "10", idle: "0", reached: "0", in_transit: "0", spent: "10", hidden: "0", again: "0" };
const table: MethodTable = {
  ...about,
  columns: [{ method: "RECORDED", version: "", totals, refused: "no", refused_code: "DRAWS_UNBALANCED" }, { method: "FIFO", version: "FIFO/BLEND/SEQUENCE/1", totals },
    { method: "LIFO", version: "LIFO/BLEND/SEQUENCE/1", totals }, { method: "POISON", version: "", totals }],
  rows: [
    { id: "acct:a", label: "A", kind: "ENTERPRISE", depth: 1, cells: [{ method: "FIFO", received: "10", holds: "0" }, { method: "LIFO", received: "10", holds: "0" }, { method: "POISON", received: "30", holds: "0" }] },
    { id: "sink:RD", label: "", kind: "SINK", depth: 2, cells: [{ method: "FIFO", received: "9007199254740993", holds: "0" }] },
  ],
  truncated: false,
};

test("places on which conventions disagree come first, whatever poison says", () => {
  const rows = figuresOf(table);
  expect(rows.map((r) => [r.id, r.disputed])).toEqual([["sink:RD", true], ["acct:a", false]]);
  expect(rows[0]!.received).toEqual([null, 9007199254740993n, 0n, 0n]);
  expect(rows[1]!.received).toEqual([null, 10n, 10n, 30n]);
});

test("the band shows bounds and figures on what reached the target", () => {
  const c: Comparison = {
    ...about, target: "acct:a", bounds: { least: "100", most: "400", inflow: "1000" },
    figures: [{ method: "FIFO", version: "", amount: "250", holds: "0" }, { method: "POISON", version: "", amount: "900", holds: "0" },
      { method: "RECORDED", version: "", amount: "0", holds: "0", refused_code: "DRAWS_MISSING" }],
  };
  expect(bandOf(c)).toEqual({ least: 100, most: 400, marks: [{ method: "FIFO", at: 250, outside: false }, { method: "POISON", at: 900, outside: true }] });
  expect(bandOf({ ...c, bounds: { least: "0", most: "0", inflow: "0" } })).toBeNull();
  const { bounds: _, ...without } = c;
  expect(bandOf(without)).toBeNull();
});
