import { describe, expect, test } from "vitest";
import type { RuleRecord } from "../api/supervision";
import type { Claim } from "../api/trade";
import { inForce, termOf, voucherOf, type Draft } from "./draft";
import { filterOf, linkOf } from "./filter";
import { equalPieces, sumPieces } from "./pieces";
import { parseRoute } from "../route";

describe("pieces of a split", () => {
  const face = 100_000_050n;
  test("add up to the face", () => {
    expect(sumPieces(["300,000.00", "200000.50", "500,000"], face)).toEqual({ fen: [30_000_000n, 20_000_050n, 50_000_000n], sum: face, rest: 0n });
  });
  test("what is no amount counts as nothing, and nothing is sent", () => {
    expect(sumPieces(["1000000.50", "", "x"], face)).toEqual({ fen: undefined, sum: face, rest: 0n });
    expect(sumPieces(["1000001"], face).rest).toBe(-50n);
  });
  test("equal pieces lose no fen", () => {
    for (const [amount, n] of [[100n, 3], [face, 7], [9_007_199_254_740_993n, 11], [5n, 5]] as const) {
      const p = equalPieces(amount, n);
      expect(p.length).toBe(n);
      expect(p.reduce((a, b) => a + b, 0n)).toBe(amount);
      expect(p[0]! - p.at(-1)! <= 1n).toBe(true);
    }
  });
});

describe("drafts", () => {
  const claim = { id: "c.0", left: "50000000", currency: "CNY" } as Claim;
  const draft: Draft = { claim: "c.0", amount: "50万", date: "2026-03-01", maturity: "2026-09-01", accept_by: "2026-03-11", memo: " 一期 " };
  test("a full form becomes a draft in fen", () => {
    expect(voucherOf(draft, claim)).toEqual({ voucher: { claim: "c.0", amount: "50000000", currency: "CNY", date: "2026-03-01", maturity: "2026-09-01", accept_by: "2026-03-11", memo: "一期" } });
  });
  test.each<[Partial<Draft>, object]>([
    [{ amount: "500000.01" }, { amount: "overClaim" }],
    [{ amount: "1.234" }, { amount: "faultDecimals" }],
    [{ maturity: "2026-03-01", accept_by: "2026-03-01" }, { maturity: "maturityOrder" }],
    [{ accept_by: "2026-02-28" }, { accept_by: "acceptOrder" }],
    [{ maturity: "2026-02-30" }, { maturity: "required" }],
    [{ memo: "长".repeat(201) }, { memo: "memoHint" }],
  ])("%j", (change, faults) => expect(voucherOf({ ...draft, ...change }, claim)).toEqual({ faults }));
  test("a claim has to be chosen", () => expect(voucherOf(draft, undefined)).toEqual({ faults: { claim: "chooseClaim" } }));

  const rule: RuleRecord = { id: "S-TRM-01", versions: [
    { id: "S-TRM-01", version: 1, effective_from: "2025-06-15", mode: "BLOCK", parameters: { cap_days: 365 }, source: "s" },
    { id: "S-TRM-01", version: 2, effective_from: "2026-10-01", mode: "BLOCK", parameters: { cap_months: 6 }, source: "s" },
  ] };
  test("the cap is that of the version in force on the day of issue", () => {
    expect(inForce(rule, "2025-06-14")).toBeUndefined();
    expect(termOf({ date: "2026-03-01", maturity: "2027-03-01" }, inForce(rule, "2026-03-01"))).toEqual({ days: 365, last: "2027-03-01", tooLong: false });
    expect(termOf({ date: "2026-03-01", maturity: "2027-03-02" }, inForce(rule, "2026-03-01"))).toMatchObject({ tooLong: true });
    expect(termOf({ date: "2026-10-01", maturity: "2027-04-02" }, inForce(rule, "2026-10-01"))).toEqual({ days: 183, last: "2027-04-01", tooLong: true });
    expect(termOf({ date: "2026-10-01", maturity: "" }, undefined)).toBeUndefined();
  });
});

test("filters and addresses undo each other, and nonsense is left out", () => {
  const filter = { state: "ACTIVE", issuer: "uscc:91350100M000100Y43", maturity_from: "2026-01-01", live: "true" };
  expect(filterOf(parseRoute(linkOf(filter)).query)).toEqual(filter);
  expect(filterOf(new URLSearchParams("state=NOPE&maturity_until=soon&live=maybe&other=1"))).toEqual({});
});
