import type { Invoice } from "../api/trade";
import { amountFaults } from "../disburse/payment";
import { isDay } from "../form/day";
import { isDigest } from "../form/digest";
import { fenOf, formatYuan, parseYuan } from "../money/yuan";
import type { TextKey } from "../text/zh";

/** The form of a claim as it is typed: invoices of one seller to one buyer, with the part of each that the claim takes. */
export interface ClaimForm {
  debtor: string;
  /** By fingerprint: the amount in yuan as typed. */
  parts: Record<string, string>;
  contract: string;
  contract_date: string;
  delivery: string;
  delivery_date: string;
  creditor_size: string;
  debtor_size: string;
  memo: string;
}

export type Faults = Partial<Record<"debtor" | "parts" | "contract" | "contract_date" | "delivery" | "delivery_date" | "memo", TextKey>>;

export const sizes = ["LARGE", "MEDIUM", "SMALL", "MICRO"];

/** What POST /claims takes. */
export interface NewClaim {
  creditor: string;
  debtor: string;
  amount: string;
  currency: string;
  invoices: { fingerprint: string; amount: string }[];
  contract?: string;
  contract_date?: string;
  delivery?: string;
  delivery_date?: string;
  creditor_size?: string;
  debtor_size?: string;
  memo?: string;
}

/** The chosen invoices with the typed part of each in fen; what is no amount, or more than is left of it, is a fault. */
export function partsOf(form: ClaimForm, invoices: Invoice[]): { sum: bigint; parts: { invoice: Invoice; fen: bigint | undefined; fault: TextKey | undefined }[] } {
  const parts = invoices.filter((i) => i.fingerprint in form.parts).map((invoice) => {
    const parsed = parseYuan(form.parts[invoice.fingerprint] ?? "");
    if ("fault" in parsed) return { invoice, fen: undefined, fault: amountFaults[parsed.fault] };
    return { invoice, fen: parsed.fen, fault: parsed.fen > fenOf(invoice.left) ? ("overInvoice" as TextKey) : undefined };
  });
  return { sum: parts.reduce((s, p) => s + (p.fen ?? 0n), 0n), parts };
}

/** The claim as the gateway takes it, or what is wrong. Dates run: contract, delivery. */
export function claimOf(form: ClaimForm, creditor: string, invoices: Invoice[]): { claim: NewClaim } | { faults: Faults } {
  const faults: Faults = {};
  const { sum, parts } = partsOf(form, invoices);
  if (!form.debtor) faults.debtor = "chooseDebtor";
  if (parts.length === 0) faults.parts = "chooseInvoices";
  else if (parts.some((p) => p.fault)) faults.parts = "partsWrong";
  for (const doc of ["contract", "delivery"] as const) {
    const day = `${doc}_date` as const;
    if (form[doc] && !isDigest(form[doc])) faults[doc] = "digestMissing";
    if (form[day] && !isDay(form[day])) faults[day] = "required";
    if (form[doc] && !form[day]) faults[day] = "required";
  }
  if (form.contract_date && form.delivery_date && form.contract_date > form.delivery_date) faults.delivery_date = "deliveryOrder";
  if ([...form.memo].length > 200) faults.memo = "memoHint";
  if (Object.keys(faults).length > 0) return { faults };
  const memo = form.memo.trim();
  return {
    claim: {
      creditor, debtor: form.debtor, amount: sum.toString(), currency: parts[0]!.invoice.currency,
      invoices: parts.map((p) => ({ fingerprint: p.invoice.fingerprint, amount: p.fen!.toString() })),
      ...(form.contract && { contract: form.contract }), ...(form.contract_date && { contract_date: form.contract_date }),
      ...(form.delivery && { delivery: form.delivery }), ...(form.delivery_date && { delivery_date: form.delivery_date }),
      ...(form.creditor_size && { creditor_size: form.creditor_size }), ...(form.debtor_size && { debtor_size: form.debtor_size }), ...(memo && { memo }),
    },
  };
}

/** What is lacking for a voucher to be issued on the claim later: the ledger asks for contract and delivery with their days. */
export function lacksEvidence(form: ClaimForm): boolean {
  return !form.contract || !form.contract_date || !form.delivery || !form.delivery_date;
}

/** All that is left of an invoice, as it would be typed. */
export function wholeOf(invoice: Invoice): string {
  return formatYuan(fenOf(invoice.left));
}
