import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Role, Session } from "../api/types";
import type { Voucher, VoucherState } from "../api/vouchers";
import { word } from "../text/words";
import { actionsFor, drafted, type VoucherAction } from "./actions";
import { queuesFor, waits } from "./queues";

const session = (role: Role, party: string, user = "u@o"): Session => ({ user, organisation: "o", role, party });
const voucher = (state: VoucherState, more: Partial<Voucher> = {}): Voucher => ({
  lot: "l", root: "l", claim: "c", issuer: "core", holder: "tier1", face: "100", settled: "0", open: "100", currency: "CNY", issued: "2026-01-01",
  maturity: "2026-06-30", accept_by: "2026-01-11", tier: 1, depth: 0, via: "ISSUE", state, interest: "0", ...more,
});
const draft = (name: string) => voucher("DRAFT", { events: [{ seq: 1, op: "voucher.draft", state: "DRAFT", writer: { msp: "EnterpriseMSP", role: "enterprise", party: "core", name }, at: "" }] });
const offered = voucher("TRANSFER_PENDING", { pending: { to: "tier2" } });
const asked = voucher("FINANCE_PENDING", { pending: { to: "factor", financing: { funder: "factor", mode: "SALE", rate_ppm: 1, day_count: "ACT/360" } } });
const registered = voucher("FINANCE_PENDING", { pending: { ...asked.pending!, registration: { number: "1", date: "", description: "" } } });
const pledged = voucher("PLEDGED", { pledgee: "bank" });
const late = voucher("OVERDUE", { due: "2026-06-30", from: "tier0", recourse: true });

const early = "2026-01-05";
const after = "2026-07-01";
const firm = (party: string, user?: string) => session("enterprise", party, user);

test.each<[string, Voucher, Session, string, VoucherAction[], string[]]>([
  ["another person of the issuer issues", draft("one@e"), firm("core", "two@e"), early, ["issue", "cancel"], []],
  ["who drafted it does not", draft("one@e"), firm("core", "one@e"), early, ["cancel"], []],
  ["nor does the payee", draft("one@e"), firm("tier1"), early, [], []],
  ["the payee accepts in time", voucher("ISSUED"), firm("tier1"), early, ["accept", "reject"], []],
  ["later it lapses", voucher("ISSUED"), firm("tier1"), "2026-01-12", ["reject", "lapse"], []],
  ["the holder divides, passes on, applies", voucher("ACTIVE"), firm("tier1"), early, ["split", "offer", "apply", "cancel"], []],
  ["what was passed on cannot be cancelled", voucher("ACTIVE", { via: "TRANSFER", from: "x" }), firm("tier1"), early, ["split", "offer", "apply"], []],
  ["who asked to cancel waits", voucher("ACTIVE", { cancels: "core" }), firm("core"), early, [], []],
  ["a matured voucher is marked due only", voucher("ACTIVE"), firm("tier1"), after, ["mature", "cancel"], []],
  ["the transferee takes or declines", offered, firm("tier2"), early, ["take", "decline"], []],
  ["the holder withdraws its offer", offered, firm("tier1"), early, ["decline"], []],
  ["the funder registers or refuses", asked, firm("factor"), early, ["registration", "refuse-financing"], []],
  ["its bank does not pay before the registration", asked, session("custodian", "b"), early, [], ["factor"]],
  ["its bank pays after it", registered, session("custodian", "b"), early, ["fund"], ["factor"]],
  ["another bank does not", registered, session("custodian", "b"), early, [], ["tier1"]],
  ["the pledgee frees the voucher", pledged, session("custodian", "bank"), early, ["unpledge"], []],
  ["the issuer's bank settles", voucher("DUE", { due: "2026-06-30" }), session("custodian", "b"), "2026-06-30", ["settle"], ["core"]],
  ["and once late anybody of the role declares it overdue", voucher("DUE", { due: "2026-06-30" }), session("custodian", "b"), after, ["settle", "default"], ["core"]],
  ["the holder goes back on who passed it on", late, firm("tier1"), after, ["claim-recourse", "write-off"], []],
  ["not without recourse", { ...late, recourse: false }, firm("tier1"), after, ["write-off"], []],
  ["the bank of who is liable pays", voucher("IN_RECOURSE", { against: "tier0" }), session("custodian", "b"), after, ["pay-recourse"], ["tier0"]],
  ["the audit office freezes", voucher("ACTIVE"), session("auditor", "audit"), early, ["freeze"], []],
  ["and lifts the freeze", voucher("FROZEN", { before: "ACTIVE" }), session("officer", "fin"), early, ["unfreeze"], []],
  ["nothing happens to what is over", voucher("SETTLED"), session("officer", "fin"), after, [], []],
  ["fund managers have no part in vouchers", voucher("ACTIVE"), session("manager", "tier1"), early, [], []],
])("%s", (_, v, s, today, want, kept) => expect(actionsFor(v, s, today, (p) => kept.includes(p))).toEqual(want));

test("who drafted it is told so", () => {
  expect(drafted(draft("one@e"), firm("core", "one@e"))).toBe(true);
  expect(drafted(draft("one@e"), firm("core", "two@e"))).toBe(false);
});

describe("against the ledger's own machine", () => {
  const go = readFileSync(new URL("../../../chaincode/ledger/voucher_machine.go", import.meta.url), "utf8");
  const names = new Map([...readFileSync(new URL("../../../chaincode/ledger/operation.go", import.meta.url), "utf8").matchAll(/(\w+)\s+OpType = "voucher\.([\w-]+)"/g)].map((m) => [m[1]!, m[2]!]));
  const steps = [...go.matchAll(/^\t(Voucher\w+):\s+\{/gm)].map((m) => names.get(m[1]!)!);
  test("every step has a word, and no other step has one", () => {
    expect(steps.length).toBeGreaterThan(20);
    for (const s of [...steps, "draft"]) expect(word("step", s, "en")).not.toBe(s);
  });
  test("every role that the ledger lets take a step is offered it, and no other", () => {
    const access = readFileSync(new URL("../../../chaincode/ledger/access.go", import.meta.url), "utf8");
    const granted = new Map([...access.matchAll(/^\t(Voucher\w+):\s+\{([\w, ]+)\}/gm)].map((m) => [names.get(m[1]!)!, m[2]!.split(", ").sort()]));
    // A voucher in which one party has every part, on days on which the step is in time.
    const all = { issuer: "me", holder: "me", pledgee: "", from: "x", recourse: true, against: "me" };
    const settings: [Partial<Voucher>, string][] = [[{}, early], [{}, after], [{ pledgee: "me" }, early], [{ pending: registered.pending! }, early], [{ pending: { ...registered.pending!, to: "me" } }, early]];
    const states = ["DRAFT", "ISSUED", "ACTIVE", "TRANSFER_PENDING", "FINANCE_PENDING", "FINANCED", "PLEDGED", "FROZEN", "DUE", "PARTIALLY_SETTLED", "OVERDUE", "IN_RECOURSE"] as VoucherState[];
    for (const step of steps) {
      const offeredTo = (["officer", "auditor", "enterprise", "custodian", "manager"] as Role[]).filter((role) =>
        states.some((state) => settings.some(([more, day]) => (actionsFor(voucher(state, { ...all, ...more }), session(role, "me"), day, () => true) as string[]).includes(step))));
      expect([step, offeredTo.sort()]).toEqual([step, granted.get(step)]);
    }
  });
});

describe("what waits", () => {
  const queue = (s: Session, text: string) => queuesFor(s, early).find((q) => q.text === text)!;
  test("a registered application waits for the bank and no longer for the funder", () => {
    const funder = firm("factor");
    expect(waits(queue(funder, "waitRegister"), asked, funder, early, () => false)).toBe(true);
    expect(waits(queue(funder, "waitRegister"), registered, funder, early, () => false)).toBe(false);
    const bank = session("custodian", "b");
    expect(waits(queue(bank, "waitFund"), registered, bank, early, (p) => p === "factor")).toBe(true);
  });
  test("a draft waits for the second person only", () => {
    const [one, two] = [firm("core", "one@e"), firm("core", "two@e")];
    expect(waits(queue(one, "waitIssue"), draft("one@e"), one, early, () => false)).toBe(false);
    expect(waits(queue(two, "waitIssue"), draft("one@e"), two, early, () => false)).toBe(true);
    expect(queue(two, "waitIssue").query).toEqual({ state: "DRAFT", issuer: "core", events: "true" });
  });
  test("the clock waits for who has a part in the voucher", () => {
    const waiting = (s: Session, kept = "") => waits(queuesFor(s, after).find((q) => q.text === "waitMature")!, voucher("FINANCED", { holder: "factor" }), s, after, (p) => p === kept);
    expect([firm("core"), firm("factor"), firm("tier1"), session("officer", "fin")].map((s) => waiting(s))).toEqual([true, true, false, true]);
    expect([waiting(session("custodian", "b"), "core"), waiting(session("custodian", "b"), "tier1")]).toEqual([true, false]);
  });
  test("a queue offers many at once only where a signature is all that is asked", () => {
    const plain = new Set(["issue", "accept", "take", "mature"]);
    for (const role of ["enterprise", "custodian", "officer", "auditor"] as Role[]) {
      for (const q of queuesFor(session(role, "x"), early)) if (q.many) expect(plain.has(q.step ?? "")).toBe(true);
    }
  });
});
