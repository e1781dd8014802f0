import type { Rule, RuleRecord } from "../api/supervision";
import type { Claim } from "../api/trade";
import { addDays, addMonths, daysBetween, isDay } from "../form/day";
import { amountFaults } from "../disburse/payment";
import { fenOf, parseYuan } from "../money/yuan";
import type { TextKey } from "../text/zh";

/** The form of a draft as it is typed. */
export interface Draft {
  claim: string;
  amount: string;
  date: string;
  maturity: string;
  accept_by: string;
  memo: string;
}

/** A draft as POST /vouchers takes it. */
export interface VoucherDraft {
  claim: string;
  amount: string;
  currency: string;
  date: string;
  maturity: string;
  accept_by: string;
  memo?: string;
}

export type Faults = Partial<Record<keyof Draft, TextKey>>;

/** What the ledger would refuse anyway is said at the field before anything is sent. */
export function voucherOf(d: Draft, claim: Claim | undefined): { voucher: VoucherDraft } | { faults: Faults } {
  const faults: Faults = {};
  const amount = parseYuan(d.amount);
  if (!claim) faults.claim = "chooseClaim";
  if ("fault" in amount) faults.amount = amountFaults[amount.fault];
  else if (claim && amount.fen > fenOf(claim.left)) faults.amount = "overClaim";
  if (!isDay(d.date)) faults.date = "required";
  if (!isDay(d.maturity)) faults.maturity = "required";
  else if (d.maturity <= d.date) faults.maturity = "maturityOrder";
  if (!isDay(d.accept_by)) faults.accept_by = "required";
  else if (d.accept_by < d.date || (!faults.maturity && d.accept_by >= d.maturity)) faults.accept_by = "acceptOrder";
  if ([...d.memo].length > 200) faults.memo = "memoHint";
  if (!claim || "fault" in amount || Object.keys(faults).length > 0) return { faults };
  const memo = d.memo.trim();
  return { voucher: { claim: claim.id, amount: amount.fen.toString(), currency: claim.currency, date: d.date, maturity: d.maturity, accept_by: d.accept_by, ...(memo && { memo }) } };
}

/** The version of a rule in force on a day. */
export function inForce(rule: RuleRecord | undefined, day: string): Rule | undefined {
  return rule?.versions.findLast((v) => v.effective_from <= day);
}

/** What the rule on terms says of a draft: how many days it runs, and the last maturity that the cap allows. */
export interface Term {
  days: number;
  last: string | undefined;
  tooLong: boolean;
}

export function termOf(d: Pick<Draft, "date" | "maturity">, cap: Rule | undefined): Term | undefined {
  if (!isDay(d.date) || !isDay(d.maturity)) return undefined;
  const months = cap?.parameters?.["cap_months"];
  const days = cap?.parameters?.["cap_days"];
  const last = months !== undefined ? addMonths(d.date, months) : days !== undefined ? addDays(d.date, days) : undefined;
  return { days: daysBetween(d.date, d.maturity), last, tooLong: last !== undefined && d.maturity > last };
}
