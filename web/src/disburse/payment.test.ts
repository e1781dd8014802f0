import { expect, test } from "vitest";
import { paymentOf, today, type Draft } from "./payment";

const draft: Draft = { fund: "fund:a", payee: "acct:e", amount: "500万", date: "2026-01-31", memo: "  第一期 " };
const from = { account: "acct:f", currency: "CNY" };

test("a full form becomes a payment in fen", () => {
  expect(paymentOf(draft, from, "acct:e")).toEqual({
    payment: { from: "acct:f", to: "acct:e", amount: "500000000", currency: "CNY", date: "2026-01-31", memo: "第一期" },
  });
});

test("an amount no double holds arrives to the fen", () => {
  expect(paymentOf({ ...draft, amount: "90,071,992,547,409.93", memo: "" }, from, "acct:e")).toEqual({
    payment: { from: "acct:f", to: "acct:e", amount: "9007199254740993", currency: "CNY", date: "2026-01-31" },
  });
});

test("every fault is said at its field", () => {
  const bad = { ...draft, amount: "1.234", date: "", memo: "长".repeat(201) };
  expect(paymentOf(bad, undefined, undefined)).toEqual({
    faults: { fund: "chooseFund", payee: "chooseAccount", amount: "faultDecimals", date: "required", memo: "memoHint" },
  });
});

test("today is the reader's day", () => expect(today(new Date(2026, 0, 5, 23, 59))).toBe("2026-01-05"));
