import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Finding, IssuerExposure, RuleRecord } from "../api/supervision";
import { amountOf, placeOf } from "../bulk/preview";
import { byRule, countBySeverity, measure, pageOf } from "../findings/findings";
import { parameterText } from "../rules/parameter";
import { versionsOn } from "../rules/rules";
import { word } from "../text/words";
import { issuedBalance, monthBars, tierBars } from "./exposure";

const sum = (amount: string, vouchers = 1) => ({ amount, vouchers });

describe("exposure", () => {
  test("months in which nothing matures are shown as such", () => {
    expect(monthBars([{ month: "2027-01", ...sum("5") }, { month: "2026-11", ...sum("3", 2) }]))
      .toEqual([{ name: "2026-11", fen: 3n, vouchers: 2 }, { name: "2026-12", fen: 0n, vouchers: 0 }, { name: "2027-01", fen: 5n, vouchers: 1 }]);
  });
  test("a date that is far off does not fill the page", () => expect(monthBars([{ month: "2000-01", ...sum("1") }, { month: "2099-12", ...sum("1") }]).length).toBeLessThan(130));
  test("tiers are in order", () => expect(tierBars([{ tier: 2, ...sum("1") }, { tier: 1, ...sum("9007199254740993") }], String).map((b) => [b.name, b.fen])).toEqual([["1", 9_007_199_254_740_993n], ["2", 1n]]));
  test("what was issued is accounted for", () => {
    const e = { currency: "CNY", issued: sum("100"), outstanding: sum("40"), settled: "30", cancelled: "20", written_off: "10" } as IssuerExposure;
    expect(issuedBalance(e).difference).toBe(0n);
    expect(issuedBalance({ ...e, settled: "31" }).difference).toBe(-1n);
  });
});

describe("rules", () => {
  const rule: RuleRecord = { id: "S", versions: ["2025-01-01", "2026-01-01", "2027-01-01"].map((effective_from, k) => ({ id: "S", version: k + 1, effective_from, mode: "BLOCK" as const, source: "s" })) };
  test("one version is in force on a day", () => {
    expect(versionsOn(rule, "2026-06-01").map((v) => [v.version.version, v.standing, v.until])).toEqual([[3, "FUTURE", undefined], [2, "IN_FORCE", "2027-01-01"], [1, "PAST", "2026-01-01"]]);
    expect(versionsOn(rule, "2024-12-31").some((v) => v.standing === "IN_FORCE")).toBe(false);
    expect(versionsOn(rule, "2026-01-01")[1]).toMatchObject({ standing: "IN_FORCE" });
  });
  test.each<[string, number, string]>([["cap_days", 365, "365"], ["least_fen", 10000, "100.00"], ["interest_ppm_per_day", 500, "0.05%"], ["lpr_ppm", 30000, "3.00%"], ["hhi_ppm", 250000, "25.00%"]])(
    "%s of %s", (name, value, text) => expect(parameterText(name, value)).toBe(text));
  const pack = JSON.parse(readFileSync(new URL("../../../gateway/rulepack/scf.json", import.meta.url), "utf8")) as { id: string; parameters?: Record<string, number> }[];
  test("every rule of the pack and every parameter has a name in both languages", () => {
    expect(pack.length).toBeGreaterThan(15);
    for (const r of pack) {
      expect(word("rule", r.id, "zh"), r.id).not.toBe(r.id);
      for (const name of Object.keys(r.parameters ?? {})) expect(word("parameter", name, "zh"), name).not.toBe(name);
    }
  });
});

describe("findings", () => {
  const finding = (rule: string, severity: Finding["severity"], date: string): Finding => ({ rule, version: 1, ...(severity && { severity }), mode: "WARN", kind: "VOUCHER", subject: "x", date, message: "" });
  test("the gravest rules come first, the latest findings of each before", () => {
    const list = [finding("A", "LOW", "3"), finding("B", "CRITICAL", "1"), finding("C", undefined, "9"), finding("B", "CRITICAL", "2")];
    expect(byRule(list).map((g) => [g.rule, g.found.map((f) => f.date)])).toEqual([["B", ["2", "1"]], ["A", ["3"]], ["C", ["9"]]]);
    expect(countBySeverity(list)).toEqual([["CRITICAL", 2], ["LOW", 1]]);
  });
  test.each([
    ["0123456789abcdef0123.4.0", "#/voucher/0123456789abcdef0123.4.0"], ["0123456789abcdef0123.4", "#/record/0123456789abcdef0123.4"],
    ["f".repeat(64), `#/invoice/${"f".repeat(64)}`], ["uscc:91350100M000100Y43", "#/exposure/uscc:91350100M000100Y43"], ["CNY", undefined],
  ])("%s leads to %s", (id, page) => expect(pageOf(id)).toBe(page));
  test.each<[string, Finding["unit"], string]>([["12345", "fen", "123.45"], ["310000", "ppm", "31.00%"], ["61", "days", "61"], ["99999999999999999999", "fen", "999,999,999,999,999,999.99"], ["?", "fen", "?"]])(
    "%s %s", (value, unit, text) => expect(measure(value, unit)).toBe(text));
});

test("a preview names places and amounts", () => {
  expect(placeOf({ file: "a.csv", row: 3, column: "金额" })).toBe("a.csv #3 金额");
  expect(placeOf({ row: 2 })).toBe("#2");
  expect(amountOf({ type: "voucher.split", voucher_step: { voucher: "v", pieces: [{ amount: "100" }, { amount: "250" }] } })).toBe("1.00 + 2.50");
  expect(amountOf({ type: "voucher.draft", voucher: { claim: "c", amount: "123456", currency: "CNY", date: "", maturity: "", accept_by: "" } })).toBe("1,234.56");
});
