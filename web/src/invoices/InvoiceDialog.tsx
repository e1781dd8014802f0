import { Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useNames } from "../api/queries";
import type { Invoice, Reservation } from "../api/trade";
import { today } from "../disburse/payment";
import { AmountInput } from "../form/AmountInput";
import { addDays } from "../form/day";
import { Dialog } from "../form/Dialog";
import { isDigest } from "../form/digest";
import { FileDigest } from "../form/FileDigest";
import { useWrite } from "../form/useWrite";
import { fenOf, formatYuan, parseYuan } from "../money/yuan";
import { useLanguage } from "../text/language";
import type { TextKey } from "../text/zh";
import type { InvoiceAction } from "./actions";

const says: Record<InvoiceAction, TextKey> = {
  checks: "doCheck", reservations: "doReserve", financing: "doFinance", release: "doRelease", cancellation: "doCancelInvoice",
};

/** Asks for what a step of an invoice needs and writes it. */
export function InvoiceDialog({ i, action, reservation, title, onClose, onDone }: {
  i: Invoice; action: InvoiceAction; reservation?: Reservation; title: string; onClose: () => void; onDone: () => void;
}) {
  const { t, w } = useLanguage();
  const nameOf = useNames();
  const write = useWrite();
  const [amount, setAmount] = useState(formatYuan(fenOf(i.left)));
  const [date, setDate] = useState(action === "reservations" ? addDays(today(), 30) : today());
  const [status, setStatus] = useState("VALID");
  const [text, setText] = useState("");
  const [registered, setRegistered] = useState(today());
  const [digest, setDigest] = useState("");
  const [tried, setTried] = useState(false);
  const parsed = parseYuan(amount);
  const base = `/invoices/${encodeURIComponent(i.fingerprint)}`;
  const id = encodeURIComponent(reservation?.id ?? "");
  const said = text.trim();

  /** Where the step is written to and what is sent, or nothing where a field is wrong. */
  function request(): { path: string; body: unknown } | undefined {
    switch (action) {
      case "checks":
        return said && date ? { path: `${base}/checks`, body: { status, source: said, date } } : undefined;
      case "reservations":
        return "fen" in parsed && parsed.fen <= fenOf(i.left) && date >= today() ? { path: `${base}/reservations`, body: { amount: parsed.fen.toString(), expires: date } } : undefined;
      case "financing":
        return said && date && registered && isDigest(digest)
          ? { path: `${base}/reservations/${id}/financing`, body: { date, registration: { number: said, date: registered, description: digest } } } : undefined;
      case "release":
        return date ? { path: `${base}/reservations/${id}/release`, body: { date, ...(said && { reason: said }) } } : undefined;
      case "cancellation":
        return { path: `${base}/cancellation`, body: { ...(said && { reason: said }) } };
    }
  }
  async function submit() {
    setTried(true);
    const r = request();
    if (r && (await write.send(r.path, r.body))) onDone();
  }
  const day = (label: TextKey, most?: string) => (
    <TextInput label={t(label)} type="date" required value={date} {...(most && { max: most })} error={tried && !date ? t("required") : undefined} onChange={(e) => setDate(e.target.value)} />
  );
  const line = (label: TextKey, required: boolean) => (
    <TextInput label={t(label)} required={required} maxLength={200} autoComplete="off" value={text} error={tried && required && !said ? t("required") : undefined} onChange={(e) => setText(e.target.value)} />
  );
  return (
    <Dialog title={title} says={t(says[action])} write={write} submit={submit} label={w("invoiceStep", action)} danger={action === "cancellation"} onClose={onClose}>
      <dl className="facts">
        <dt>{t("seller")}</dt><dd>{nameOf(i.seller)}</dd>
        <dt>{t("buyer")}</dt><dd>{nameOf(i.buyer)}</dd>
        <dt>{t("amount")}</dt><dd className="num">{formatYuan(fenOf(reservation?.amount ?? i.amount))} {i.currency}</dd>
      </dl>
      {action === "checks" && (
        <>
          <Select label={t("taxStatus")} allowDeselect={false} value={status} onChange={(v) => setStatus(v ?? "VALID")} data={["VALID", "VOID", "CORRECTED"].map((value) => ({ value, label: w("tax", value) }))} />
          {line("taxSource", true)}
          {day("date", today())}
        </>
      )}
      {action === "reservations" && <><AmountInput label={t("reserveAmount")} value={amount} onChange={setAmount} most={fenOf(i.left)} tried={tried} />{day("reserveUntil")}</>}
      {action === "financing" && (
        <>
          <div className="pair">
            {line("registrationNumber", true)}
            <TextInput label={t("registeredOn")} type="date" required max={today()} value={registered} onChange={(e) => setRegistered(e.target.value)} />
          </div>
          <FileDigest label={t("propertyDescription")} required value={digest} onChange={setDigest} error={tried && !isDigest(digest) ? t("digestMissing") : undefined} />
          {day("valueDate", today())}
        </>
      )}
      {action === "release" && <>{day("date", today())}{line("reason", false)}</>}
      {action === "cancellation" && line("reason", false)}
    </Dialog>
  );
}
