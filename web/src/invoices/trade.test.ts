import { describe, expect, test } from "vitest";
import { claimOf, lacksEvidence, partsOf, type ClaimForm } from "../claims/claim";
import type { Invoice, Reservation } from "../api/trade";
import type { Role, Session } from "../api/types";
import { invoiceActionsFor, reservationActionsFor } from "./actions";
import { particularsOf, type InvoiceForm } from "./invoice";

const a = "uscc:91350100M000100Y43";
const b = "uscc:91330100799655058B";
const session = (role: Role, party: string): Session => ({ user: "u", organisation: "o", role, party });

describe("an invoice", () => {
  const form: InvoiceForm = { seller: a, buyer: "91330100799655058b", type: "DIGITAL", code: "", number: "2621 2000 0000 1234 5678", date: "2026-03-01", amount: "100万", due: "", document: "" };
  test("becomes its particulars", () => {
    expect(particularsOf(form)).toEqual({ invoice: { seller: a, buyer: b, type: "DIGITAL", number: "26212000000012345678", date: "2026-03-01", amount: "100000000", currency: "CNY" } });
    expect(particularsOf({ ...form, type: "VAT_SPECIAL", code: "２１００２０４１３０", number: "01234567", due: "2026-04-30" })).toMatchObject({ invoice: { code: "2100204130", number: "01234567", due: "2026-04-30" } });
  });
  test("a code that its type does not have is left out", () => expect(particularsOf({ ...form, code: "1234567890" })).not.toHaveProperty("invoice.code"));
  test.each<[Partial<InvoiceForm>, object]>([
    [{ number: "123" }, { number: "numberDigital" }],
    [{ type: "VAT_ORDINARY", code: "12", number: "123" }, { number: "numberVAT", code: "codeVAT" }],
    [{ buyer: a }, { buyer: "sameParty" }],
    [{ buyer: "somebody" }, { buyer: "chooseParty" }],
    [{ amount: "0" }, { amount: "faultZero" }],
    [{ date: "2026-13-01" }, { date: "required" }],
  ])("%j is refused at its field", (change, faults) => expect(particularsOf({ ...form, ...change })).toEqual({ faults }));
});

const invoice = (fingerprint: string, left: string, more: Partial<Invoice> = {}): Invoice => ({
  fingerprint, seller: a, buyer: b, type: "DIGITAL", date: "2026-03-01", amount: "1000", currency: "CNY", state: "REGISTERED", used: "0", left, ...more,
});

describe("a claim", () => {
  const form: ClaimForm = { debtor: b, parts: { x: "5.00", y: "10" }, contract: "c".repeat(64), contract_date: "2026-01-01", delivery: "d".repeat(64), delivery_date: "2026-02-01", creditor_size: "SMALL", debtor_size: "LARGE", memo: "" };
  const invoices = [invoice("x", "1000"), invoice("y", "1000"), invoice("z", "1000")];
  test("is the sum of the chosen parts of its invoices", () => {
    expect(claimOf(form, a, invoices)).toEqual({ claim: {
      creditor: a, debtor: b, amount: "1500", currency: "CNY", invoices: [{ fingerprint: "x", amount: "500" }, { fingerprint: "y", amount: "1000" }],
      contract: "c".repeat(64), contract_date: "2026-01-01", delivery: "d".repeat(64), delivery_date: "2026-02-01", creditor_size: "SMALL", debtor_size: "LARGE",
    } });
  });
  test("takes no more of an invoice than is left", () => {
    expect(partsOf(form, [invoice("x", "499")]).parts[0]).toMatchObject({ fault: "overInvoice" });
    expect(claimOf(form, a, [invoice("x", "499"), invoice("y", "1000")])).toEqual({ faults: { parts: "partsWrong" } });
  });
  test.each<[Partial<ClaimForm>, object]>([
    [{ debtor: "" }, { debtor: "chooseDebtor" }],
    [{ parts: {} }, { parts: "chooseInvoices" }],
    [{ parts: { x: "abc" } }, { parts: "partsWrong" }],
    [{ delivery_date: "2025-12-31" }, { delivery_date: "deliveryOrder" }],
    [{ contract_date: "" }, { contract_date: "required" }],
    [{ contract: "abc" }, { contract: "digestMissing" }],
  ])("%j is refused at its field", (change, faults) => expect(claimOf({ ...form, ...change }, a, invoices)).toEqual({ faults }));
  test("lacks what a voucher needs until contract and delivery are there with their days", () => {
    expect(lacksEvidence(form)).toBe(false);
    expect(lacksEvidence({ ...form, delivery: "" })).toBe(true);
  });
});

describe("what can be done with an invoice", () => {
  test.each<[string, Invoice, Session, string[]]>([
    ["its seller withdraws it", invoice("x", "1000"), session("enterprise", a), ["cancellation"]],
    ["not once something stands on it", invoice("x", "500", { used: "500" }), session("enterprise", a), []],
    ["its buyer records a check", invoice("x", "1000"), session("enterprise", b), ["checks"]],
    ["a bank reserves and checks", invoice("x", "1000"), session("custodian", "bank"), ["reservations", "checks"]],
    ["a factor too", invoice("x", "1000"), session("enterprise", "factor"), ["reservations", "checks"]],
    ["nothing is left to reserve", invoice("x", "0", { used: "1000" }), session("custodian", "bank"), ["checks"]],
    ["a void one backs nothing", invoice("x", "1000", { state: "VOID" }), session("custodian", "bank"), ["checks"]],
    ["an auditor only looks", invoice("x", "1000"), session("auditor", a), []],
  ])("%s", (_, i, s, want) => expect(invoiceActionsFor(i, s)).toEqual(want));

  const r: Reservation = { id: "e.0", funder: "bank", amount: "1", expires: "2026-03-31", state: "RESERVED" };
  test.each<[string, Reservation, Session, string, string[]]>([
    ["its funder finances or releases", r, session("custodian", "bank"), "2026-03-31", ["financing", "release"]],
    ["releases only, once it has expired", r, session("custodian", "bank"), "2026-04-01", ["release"]],
    ["the seller releases it then", r, session("enterprise", a), "2026-04-01", ["release"]],
    ["not before", r, session("enterprise", a), "2026-03-31", []],
    ["what is financed is released by its funder", { ...r, state: "FINANCED" }, session("custodian", "bank"), "2026-04-01", ["release"]],
    ["what is released is over", { ...r, state: "RELEASED" }, session("custodian", "bank"), "2026-03-01", []],
  ])("a reservation: %s", (_, reservation, s, today, want) => expect(reservationActionsFor(invoice("x", "1"), reservation, s, today)).toEqual(want));
});
