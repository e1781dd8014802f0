import { SegmentedControl, Select, Switch, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { DayCount } from "../api/vouchers";
import type { Party } from "../api/types";
import { today } from "../disburse/payment";
import { Dialog } from "../form/Dialog";
import { PartyInput, partyOf } from "../form/PartyInput";
import { useWrite } from "../form/useWrite";
import { parsePercent } from "../money/rate";
import { useLanguage } from "../text/language";
import type { TextKey } from "../text/zh";
import { stepPath, type StepProps } from "./step";
import { QuoteView, useQuote } from "./quote";
import { VoucherBrief } from "./VoucherBrief";

const rateFaults: Record<string, TextKey> = { empty: "rateEmpty", shape: "rateShape", decimals: "rateDecimals", large: "rateLarge" };

/** Who may finance receivables, as far as the list of parties says. */
const licensed = (p: Party) => p.licence !== undefined && p.licence.until >= today();

/** Applies to a funder; what the terms come to is shown before anything is sent. */
export function ApplyDialog({ v, onClose, onDone }: StepProps) {
  const { t, w } = useLanguage();
  const write = useWrite();
  const [funder, setFunder] = useState("");
  const [mode, setMode] = useState<"SALE" | "PLEDGE">("SALE");
  const [rate, setRate] = useState("");
  const [basis, setBasis] = useState<DayCount>("ACT/360");
  const [recourse, setRecourse] = useState(false);
  const [tried, setTried] = useState(false);
  const party = partyOf(funder);
  const parsed = parsePercent(rate);
  const ppm = "ppm" in parsed ? parsed.ppm : undefined;
  const quote = useQuote(v, ppm, basis, today(), mode === "SALE");
  async function submit() {
    setTried(true);
    if (!party || ppm === undefined) return;
    const financing = { funder: party, mode, rate_ppm: ppm, day_count: basis, recourse };
    const receipt = await write.send(stepPath(v.lot, "apply"), { financing });
    if (receipt) onDone(receipt);
  }
  return (
    <Dialog title={w("step", "apply")} says={t("doApply")} write={write} submit={submit} label={t("submitApply")} onClose={onClose}>
      <VoucherBrief v={v} />
      <PartyInput label={t("funder")} description={t("funderHint")} value={funder} onChange={setFunder} only={licensed} error={tried && !party ? t("chooseParty") : undefined} />
      <div>
        <Text size="sm" fw={500} component="span">{t("financingMode")}</Text>
        <SegmentedControl fullWidth aria-label={t("financingMode")} value={mode} onChange={(m) => setMode(m as typeof mode)}
          data={[{ value: "SALE", label: w("financing", "SALE") }, { value: "PLEDGE", label: w("financing", "PLEDGE") }]} />
      </div>
      <div className="pair">
        <TextInput label={t("ratePercent")} description={t("rateHint")} required inputMode="decimal" autoComplete="off" value={rate}
          error={"fault" in parsed && (tried || rate !== "") ? t(rateFaults[parsed.fault]!) : undefined} onChange={(e) => setRate(e.target.value)} />
        <Select label={t("dayCount")} description={t("dayCountHint")} allowDeselect={false} value={basis} onChange={(b) => setBasis((b ?? "ACT/360") as DayCount)} data={["ACT/360", "ACT/365F"]} />
      </div>
      {mode === "SALE" ? <QuoteView quote={quote.data} error={quote.error} /> : <p className="quiet">{t("pledgeHint")}</p>}
      <Switch label={t("withRecourse")} description={t("applyRecourseHint")} checked={recourse} onChange={(e) => setRecourse(e.currentTarget.checked)} />
    </Dialog>
  );
}
