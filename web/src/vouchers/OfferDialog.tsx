import { Switch } from "@mantine/core";
import { useState } from "react";
import { Dialog } from "../form/Dialog";
import { FileDigest } from "../form/FileDigest";
import { PartyInput, partyOf } from "../form/PartyInput";
import { useWrite } from "../form/useWrite";
import { useLanguage } from "../text/language";
import { stepPath, type StepProps } from "./step";
import { VoucherBrief } from "./VoucherBrief";

/** Offers the voucher to the next supplier in payment. */
export function OfferDialog({ v, onClose, onDone }: StepProps) {
  const { t, w } = useLanguage();
  const write = useWrite();
  const [to, setTo] = useState("");
  const [recourse, setRecourse] = useState(false);
  const [document, setDocument] = useState("");
  const [tried, setTried] = useState(false);
  const party = partyOf(to);
  async function submit() {
    setTried(true);
    if (!party) return;
    const receipt = await write.send(stepPath(v.lot, "offer"), { to: party, recourse, ...(document && { document }) });
    if (receipt) onDone(receipt);
  }
  return (
    <Dialog title={w("step", "offer")} says={t("doOffer")} write={write} submit={submit} label={w("step", "offer")} onClose={onClose}>
      <VoucherBrief v={v} />
      <PartyInput label={t("transferee")} value={to} onChange={setTo} except={[v.holder, v.issuer]} error={tried && !party ? t("chooseParty") : undefined} />
      <FileDigest label={t("tradeDocument")} description={t("tradeDocumentHint")} value={document} onChange={setDocument} />
      <Switch label={t("withRecourse")} description={t("offerRecourseHint")} checked={recourse} onChange={(e) => setRecourse(e.currentTarget.checked)} />
    </Dialog>
  );
}
