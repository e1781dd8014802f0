import type { InvoiceType, Particulars } from "../api/trade";
import { amountFaults } from "../disburse/payment";
import { isDay } from "../form/day";
import { partyOf } from "../form/PartyInput";
import { parseYuan } from "../money/yuan";
import type { TextKey } from "../text/zh";

/** The form of an invoice as it is typed. */
export interface InvoiceForm {
  seller: string;
  buyer: string;
  type: InvoiceType;
  code: string;
  number: string;
  date: string;
  amount: string;
  due: string;
  document: string;
}

export type Faults = Partial<Record<keyof InvoiceForm, TextKey>>;

export const invoiceTypes: InvoiceType[] = ["DIGITAL", "VAT_SPECIAL", "VAT_ORDINARY", "OTHER"];

/** Whether an invoice of the type has a code beside its number: the VAT invoices of before full digitalisation do. */
export function hasCode(type: InvoiceType): boolean {
  return type === "VAT_SPECIAL" || type === "VAT_ORDINARY";
}

/**
 * The invoice as the gateway takes it, or what is wrong at which field. A fully digitalised invoice (数电票) has a number
 * of 20 digits and no code; the older VAT invoices have a code of 10 or 12 digits and a number of 8.
 */
export function particularsOf(f: InvoiceForm): { invoice: Particulars } | { faults: Faults } {
  const faults: Faults = {};
  const digits = (text: string) => text.normalize("NFKC").replace(/\s/g, "");
  const number = digits(f.number);
  const code = hasCode(f.type) ? digits(f.code) : "";
  const seller = partyOf(f.seller);
  const buyer = partyOf(f.buyer);
  const amount = parseYuan(f.amount);
  if (!seller) faults.seller = "chooseParty";
  if (!buyer) faults.buyer = "chooseParty";
  else if (buyer === seller) faults.buyer = "sameParty";
  if (number === "") faults.number = "required";
  else if (f.type === "DIGITAL" && !/^\d{20}$/.test(number)) faults.number = "numberDigital";
  else if (hasCode(f.type) && !/^\d{8}$/.test(number)) faults.number = "numberVAT";
  if (hasCode(f.type) && !/^(\d{10}|\d{12})$/.test(code)) faults.code = "codeVAT";
  if (!isDay(f.date)) faults.date = "required";
  if (f.due && !isDay(f.due)) faults.due = "required";
  if ("fault" in amount) faults.amount = amountFaults[amount.fault];
  if (!seller || !buyer || "fault" in amount || Object.keys(faults).length > 0) return { faults };
  return {
    invoice: {
      seller, buyer, type: f.type, ...(code && { code }), number, date: f.date, amount: amount.fen.toString(), currency: "CNY",
      ...(f.due && { due: f.due }), ...(f.document && { document: f.document }),
    },
  };
}

/** A fingerprint made short for people. */
export function shortPrint(fingerprint: string): string {
  return fingerprint.length > 12 ? `${fingerprint.slice(0, 10)}…` : fingerprint;
}
