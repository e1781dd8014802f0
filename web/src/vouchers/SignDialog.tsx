import { Alert, TextInput } from "@mantine/core";
import { useState } from "react";
import { useNames } from "../api/queries";
import { today } from "../disburse/payment";
import { Dialog } from "../form/Dialog";
import { isDigest } from "../form/digest";
import { FileDigest } from "../form/FileDigest";
import { useWrite } from "../form/useWrite";
import { useLanguage } from "../text/language";
import type { TextKey } from "../text/zh";
import { stepPath, type StepProps } from "./step";
import { quietSteps, type VoucherAction } from "./actions";
import { VoucherBrief } from "./VoucherBrief";

/** Steps that need no more than a signature and, some of them, a day, a reason or a document. */
type Plain = Exclude<VoucherAction, "split" | "offer" | "apply" | "registration" | "fund" | "settle" | "pay-recourse">;

const says: Record<Plain, TextKey> = {
  issue: "doIssue", accept: "doAccept", reject: "doReject", lapse: "doLapse", take: "doTake", decline: "doDecline", "refuse-financing": "doRefuse",
  unpledge: "doUnpledge", freeze: "doFreeze", unfreeze: "doUnfreeze", mature: "doMature", default: "doDefault", "claim-recourse": "doClaim",
  "write-off": "doWriteOff", cancel: "doCancel",
};
/** Steps that run the clock: they say as of which day. */
const dated: ReadonlySet<VoucherAction> = new Set(["lapse", "mature", "default"]);
/** Steps that rest on a document. */
const documented: ReadonlySet<VoucherAction> = new Set(["freeze", "unfreeze", "write-off"]);
const reasoned: ReadonlySet<VoucherAction> = new Set([...quietSteps, "unfreeze"]);

export function SignDialog({ v, step, onClose, onDone }: StepProps & { step: Plain }) {
  const { t, w } = useLanguage();
  const nameOf = useNames();
  const write = useWrite();
  const [date, setDate] = useState(today());
  const [reason, setReason] = useState("");
  const [document, setDocument] = useState("");
  const [tried, setTried] = useState(false);
  const lacks = documented.has(step) && !isDigest(document);

  async function submit() {
    setTried(true);
    if (lacks || (dated.has(step) && !date)) return;
    const body = {
      ...(dated.has(step) && { date }), ...(step === "claim-recourse" && { against: v.from }),
      ...(reason.trim() && { reason: reason.trim() }), ...(document && { document }),
    };
    const receipt = await write.send(stepPath(v.lot, step), body);
    if (receipt) onDone(receipt);
  }
  return (
    <Dialog title={w("step", step)} says={t(says[step])} write={write} submit={submit} label={w("step", step)} danger={quietSteps.has(step)} onClose={onClose}>
      <VoucherBrief v={v}>
        {step === "claim-recourse" && v.from && <><dt>{t("recourseAgainst")}</dt><dd>{nameOf(v.from)}</dd></>}
        {step === "take" && <><dt>{t("recourse")}</dt><dd>{t(v.pending?.recourse ? "withRecourse" : "withoutRecourse")}</dd></>}
      </VoucherBrief>
      {step === "cancel" && v.state === "ACTIVE" && !v.cancels && <Alert color="yellow" title={t("cancelNeedsBoth")} />}
      {dated.has(step) && <TextInput label={t("asOf")} type="date" required value={date} max={today()} error={tried && !date ? t("required") : undefined} onChange={(e) => setDate(e.target.value)} />}
      {documented.has(step) && <FileDigest label={t("orderDocument")} required value={document} onChange={setDocument} error={tried && lacks ? t("digestMissing") : undefined} />}
      {reasoned.has(step) && <TextInput label={t("reason")} maxLength={200} autoComplete="off" value={reason} onChange={(e) => setReason(e.target.value)} />}
    </Dialog>
  );
}
