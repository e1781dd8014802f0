import { expect, test } from "vitest";
import type { Movement, Session, Stage } from "../api/types";
import { stepsFor, waitsFor } from "./steps";

const session = (role: Session["role"], party: string, msp = "BankMSP"): Session => ({ user: "u", organisation: "o", msp, role, party });
const movement = (stage: Stage, from = "acct:fund", to = "acct:e"): Movement => ({
  movement: "m", kind: "DISBURSEMENT", stage, level: 0, amount: "1", currency: "CNY", date: "2025-01-01",
  writer: { msp: "ManagerMSP", role: "manager", party: "uscc:gp", name: "gp" },
  ...(from && { from }), ...(to && { to }),
});
const keeper = (...accounts: string[]) => (a: string) => accounts.includes(a);

test.each<[string, Movement, Session, string[], string[]]>([
  ["the payer's bank debits", movement("INSTRUCTED"), session("custodian", "b1"), ["acct:fund"], ["debit"]],
  ["the payee's bank waits for the debit", movement("INSTRUCTED"), session("custodian", "b2"), ["acct:e"], []],
  ["the payee's bank credits or returns", movement("DEBITED"), session("custodian", "b2"), ["acct:e"], ["credit", "return"]],
  ["the payer's bank may return what is in transit", movement("DEBITED"), session("custodian", "b1"), ["acct:fund"], ["return"]],
  ["one bank of both does all", movement("DEBITED"), session("custodian", "b"), ["acct:fund", "acct:e"], ["credit", "return"]],
  ["another bank does nothing", movement("DEBITED"), session("custodian", "b3"), [], []],
  ["money from outside is credited at once", movement("INSTRUCTED", ""), session("custodian", "b2"), ["acct:e"], ["credit"]],
  ["what arrived is done", movement("CREDITED"), session("custodian", "b"), ["acct:fund", "acct:e"], []],
  ["who instructed withdraws", movement("INSTRUCTED"), session("manager", "uscc:gp", "ManagerMSP"), [], ["void"]],
  ["but not after the debit", movement("DEBITED"), session("manager", "uscc:gp", "ManagerMSP"), [], []],
  ["nor does another manager", movement("INSTRUCTED"), session("manager", "uscc:other", "ManagerMSP"), [], []],
  ["a manager never confirms, whatever it keeps", movement("DEBITED"), session("manager", "uscc:gp", "ManagerMSP"), ["acct:fund", "acct:e"], []],
  ["auditors only look", movement("INSTRUCTED"), session("auditor", "uscc:gp", "ManagerMSP"), [], []],
])("%s", (_, m, s, kept, want) => expect(stepsFor(m, s, keeper(...kept))).toEqual(want));

test("who is waited for", () => {
  expect(waitsFor(movement("INSTRUCTED"))).toBe("acct:fund");
  expect(waitsFor(movement("DEBITED"))).toBe("acct:e");
  expect(waitsFor(movement("INSTRUCTED", ""))).toBe("acct:e");
  expect(waitsFor(movement("CREDITED"))).toBeUndefined();
});
