import { describe, expect, test } from "vitest";
import type { FlowTable } from "../api/analytics";
import { columnsOf, csvOf, largestOf, rowsOf, shade, sumsOf } from "./flow";
import { regionName } from "./region";

const parts = { public: "0", social: "0", own: "0", unknown: "0" };
const cell = (region: string, year: number, amount: string) => ({ region, year, amount, parts, movements: 1, firms: 1, new_firms: 0 });
const sum = { amount: "0", parts, movements: 0, firms: 0 };
const table: FlowTable = {
  query: { stage: "DISBURSED", class: "ALL", method: "RECORDED", level: "PROVINCE" }, convention: "RECORDED", block: 7, currency: "CNY", regions: ["21", "33"], years: [2019, 2020, 2021],
  cells: [cell("21", 2019, "100"), cell("33", 2019, "9007199254740993"), cell("33", 2021, "-50")], total: sum, unplaced: sum,
};

describe("flows", () => {
  test("regions stand in rows, the greatest first, exact beyond what floats hold", () => {
    const rows = rowsOf(table);
    expect(rows.map((r) => [r.region, r.sum])).toEqual([["33", 9007199254740943n], ["21", 100n]]);
    expect(rows[0]!.cells.map((c) => c?.amount)).toEqual(["9007199254740993", undefined, "-50"]);
  });
  test("years add up", () => {
    expect(sumsOf(table)).toEqual({ years: [9007199254741093n, 0n, -50n], all: 9007199254741043n });
  });
  test("cells are darker where there is more, and never where there is less than nothing", () => {
    const most = largestOf(table);
    expect(shade(most, most)).toBe(1);
    expect(shade(-50n, most)).toBe(0);
    expect(shade(0n, 0n)).toBe(0);
    expect(shade(most / 4n, most)).toBeCloseTo(0.5, 2);
  });
  test("the CSV is what relate takes", () => {
    expect(csvOf(table).split("\n").slice(0, 2)).toEqual(["region,year,amount,public,social,own,unknown,movements,firms,new_firms", "21,2019,100,0,0,0,0,1,1,0"]);
  });
});

test.each([
  ["a,b ,c\n1,2,3", ["a", "b", "c"]],
  ['\ufeff地区,"x, y","say ""so"""\r\n', ["地区", "x, y", 'say "so"']],
  ["one", ["one"]],
  ["", []],
])("the columns of %j", (csv, want) => expect(columnsOf(csv)).toEqual(want));

test("regions have names, finer codes keep theirs", () => {
  expect([regionName("21", "zh"), regionName("2101", "en"), regionName("California", "zh")]).toEqual(["辽宁", "Liaoning 2101", "California"]);
});
