import { parseYuan, type AmountFault } from "../money/yuan";
import type { TextKey } from "../text/zh";

/** The form as it is typed. */
export interface Draft {
  fund: string;
  payee: string;
  amount: string;
  date: string;
  memo: string;
}

/** A disbursement as POST /disbursements takes it. */
export interface Payment {
  from: string;
  to: string;
  amount: string;
  currency: string;
  date: string;
  memo?: string;
}

export type Faults = Partial<Record<keyof Draft, TextKey>>;

export const amountFaults: Record<AmountFault, TextKey> = {
  empty: "faultEmpty", shape: "faultShape", decimals: "faultDecimals", zero: "faultZero", large: "faultLarge",
};

/**
 * What the gateway would refuse anyway is said at the field before anything is sent. The account that a typed text
 * means is looked up by the caller.
 */
export function paymentOf(d: Draft, from: { account: string; currency: string } | undefined, to: string | undefined): { payment: Payment } | { faults: Faults } {
  const faults: Faults = {};
  const amount = parseYuan(d.amount);
  if (!from) faults.fund = "chooseFund";
  if (!to) faults.payee = "chooseAccount";
  if ("fault" in amount) faults.amount = amountFaults[amount.fault];
  if (!/^\d{4}-\d{2}-\d{2}$/.test(d.date)) faults.date = "required";
  if ([...d.memo].length > 200) faults.memo = "memoHint";
  if (!from || !to || "fault" in amount || Object.keys(faults).length > 0) return { faults };
  const payment: Payment = { from: from.account, to, amount: amount.fen.toString(), currency: from.currency, date: d.date };
  const memo = d.memo.trim();
  if (memo) payment.memo = memo;
  return { payment };
}

/** Today where the reader is, as the calendar there has it. */
export function today(now = new Date()): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
