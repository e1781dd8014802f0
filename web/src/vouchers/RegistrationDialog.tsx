import { TextInput } from "@mantine/core";
import { useState } from "react";
import { today } from "../disburse/payment";
import { Dialog } from "../form/Dialog";
import { isDigest } from "../form/digest";
import { FileDigest } from "../form/FileDigest";
import { useWrite } from "../form/useWrite";
import { formatPPM } from "../money/rate";
import { useLanguage } from "../text/language";
import { stepPath, type StepProps } from "./step";
import { QuoteView, useQuote } from "./quote";
import { VoucherBrief } from "./VoucherBrief";

/** The funder's agreement: the number of the financing at the movable-asset registry, and the search before it. */
export function RegistrationDialog({ v, onClose, onDone }: StepProps) {
  const { t, w } = useLanguage();
  const write = useWrite();
  const [number, setNumber] = useState("");
  const [date, setDate] = useState(today());
  const [description, setDescription] = useState("");
  const [searched, setSearched] = useState("");
  const [search, setSearch] = useState("");
  const [tried, setTried] = useState(false);
  const terms = v.pending?.financing;
  const quote = useQuote(v, terms?.rate_ppm, terms?.day_count ?? "ACT/360", today(), terms?.mode === "SALE");
  async function submit() {
    setTried(true);
    if (!number.trim() || !date || !isDigest(description)) return;
    const registration = { number: number.trim(), date, description, ...(searched && { searched }), ...(search && { search }) };
    const receipt = await write.send(stepPath(v.lot, "registration"), { registration });
    if (receipt) onDone(receipt);
  }
  return (
    <Dialog title={w("step", "registration")} says={t("doRegistration")} write={write} submit={submit} label={t("submitRegistration")} onClose={onClose}>
      <VoucherBrief v={v}>
        {terms && <><dt>{t("rate")}</dt><dd>{w("financing", terms.mode)} · {formatPPM(terms.rate_ppm)} · {terms.day_count} · {t(terms.recourse ? "withRecourse" : "withoutRecourse")}</dd></>}
      </VoucherBrief>
      {terms?.mode === "SALE" && <QuoteView quote={quote.data} error={quote.error} />}
      <div className="pair">
        <TextInput label={t("registrationNumber")} required autoComplete="off" maxLength={100} data-autofocus value={number} error={tried && !number.trim() ? t("required") : undefined} onChange={(e) => setNumber(e.target.value)} />
        <TextInput label={t("registeredOn")} type="date" required max={today()} value={date} error={tried && !date ? t("required") : undefined} onChange={(e) => setDate(e.target.value)} />
      </div>
      <FileDigest label={t("propertyDescription")} required value={description} onChange={setDescription} error={tried && !isDigest(description) ? t("digestMissing") : undefined} />
      <TextInput label={t("searchedOn")} description={t("searchedHint")} type="date" max={date} value={searched} onChange={(e) => setSearched(e.target.value)} />
      <FileDigest label={t("searchResult")} value={search} onChange={setSearch} />
    </Dialog>
  );
}
