import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useNames } from "../api/queries";
import { today } from "../disburse/payment";
import { AccountInput, isAccount, useAccountsOf } from "../form/AccountInput";
import { AmountInput } from "../form/AmountInput";
import { Dialog } from "../form/Dialog";
import { useWrite } from "../form/useWrite";
import { formatPPM } from "../money/rate";
import { fenOf, formatYuan, parseYuan } from "../money/yuan";
import { useSession } from "../session/session";
import { useLanguage } from "../text/language";
import type { TextKey } from "../text/zh";
import { stepPath, type StepProps } from "./step";
import { beneficiary } from "./actions";
import { QuoteView, useQuote } from "./quote";
import { VoucherBrief } from "./VoucherBrief";

type Paid = "fund" | "settle" | "pay-recourse";

const says: Record<Paid, TextKey> = { fund: "doFund", settle: "doSettle", "pay-recourse": "doRepay" };

/**
 * A bank's payment against a voucher: the money and the voucher's step are recorded together or not at all. What a sale
 * costs is computed from its terms; what settles a voucher is what is open, or a part of it.
 */
export function PaymentDialog({ v, step, onClose, onDone }: StepProps & { step: Paid }) {
  const { t, w } = useLanguage();
  const session = useSession();
  const nameOf = useNames();
  const write = useWrite();
  const terms = v.pending?.financing;
  const payer = (step === "fund" ? v.pending?.to : step === "settle" ? v.issuer : v.against) ?? "";
  const payee = step === "settle" ? beneficiary(v) : v.holder;
  const sale = step === "fund" && terms?.mode === "SALE";
  const fixed = sale || step === "pay-recourse";
  const kept = useAccountsOf(payer, session.party);
  const known = useAccountsOf(payee);
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const [amount, setAmount] = useState(step === "fund" ? "" : formatYuan(fenOf(v.open)));
  const [date, setDate] = useState(today());
  const [bankRef, setBankRef] = useState("");
  const [tried, setTried] = useState(false);
  const quote = useQuote(v, terms?.rate_ppm, terms?.day_count ?? "ACT/360", date, sale);
  const payFrom = from ?? kept[0]?.id ?? "";
  const payTo = to ?? known[0]?.id ?? "";
  const parsed = parseYuan(amount);
  const most = fenOf(v.open);
  const wrong = { from: !isAccount(payFrom), to: !isAccount(payTo), amount: !fixed && (!("fen" in parsed) || parsed.fen > most), date: !date, ref: !bankRef.trim() };

  async function submit() {
    setTried(true);
    if (Object.values(wrong).some(Boolean)) return;
    const fen = sale ? undefined : step === "pay-recourse" ? v.open : "fen" in parsed ? parsed.fen.toString() : undefined;
    const body = { from: payFrom, to: payTo, ...(fen && { amount: fen }), date, bank_ref: bankRef.trim() };
    const receipt = await write.send(stepPath(v.lot, step), body);
    if (receipt) onDone(receipt);
  }
  return (
    <Dialog title={w("step", step)} says={t(says[step])} write={write} submit={submit} label={w("step", step)} onClose={onClose}>
      <VoucherBrief v={v}>
        <dt>{t("payer")}</dt><dd>{nameOf(payer)}</dd>
        <dt>{t("payee")}</dt><dd>{nameOf(payee)}</dd>
        {terms && <><dt>{t("rate")}</dt><dd>{w("financing", terms.mode)} · {formatPPM(terms.rate_ppm)} · {terms.day_count}</dd></>}
        {v.pending?.registration && <><dt>{t("registrationNumber")}</dt><dd>{v.pending.registration.number} · {v.pending.registration.date}</dd></>}
      </VoucherBrief>
      {sale && <QuoteView quote={quote.data} error={quote.error} />}
      {!fixed && <AmountInput label={t(step === "settle" ? "settleAmount" : "loanAmount")} value={amount} onChange={setAmount} most={most} tried={tried} />}
      <AccountInput label={t("payFrom")} owner={payer} bank={session.party} value={payFrom} onChange={setFrom} error={tried && wrong.from ? t("chooseAccount") : undefined} />
      <AccountInput label={t("payTo")} owner={payee} value={payTo} onChange={setTo} error={tried && wrong.to ? t("chooseAccount") : undefined} />
      <div className="pair">
        <TextInput label={t("valueDate")} type="date" required max={today()} value={date} error={tried && wrong.date ? t("required") : undefined} onChange={(e) => setDate(e.target.value)} />
        <TextInput label={t("bankRef")} required maxLength={200} autoComplete="off" value={bankRef} error={tried && wrong.ref ? t("required") : undefined} onChange={(e) => setBankRef(e.target.value)} />
      </div>
    </Dialog>
  );
}
