import { Radio, Group, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useNames } from "../api/queries";
import { Dialog } from "../form/Dialog";
import { FileDigest } from "../form/FileDigest";
import { useWrite } from "../form/useWrite";
import { useLanguage } from "../text/language";

const flags = ["BILL_OVERDUE", "BOND_DEFAULT", "WRITTEN_OFF"];

/** Sets or clears what keeps an issuer from issuing, by the finance bureau. */
export function FlagDialog({ party, set: standing, onClose }: { party: string; set: string[]; onClose: () => void }) {
  const { t, w } = useLanguage();
  const nameOf = useNames();
  const write = useWrite();
  const [flag, setFlag] = useState(standing[0] ?? flags[0]!);
  const [set, setSet] = useState(standing.length > 0 ? "clear" : "set");
  const [source, setSource] = useState("");
  const [document, setDocument] = useState("");
  const [tried, setTried] = useState(false);
  async function submit() {
    setTried(true);
    if (!source.trim()) return;
    const body = { flag, set: set === "set", source: source.trim(), ...(document && { document }) };
    if (await write.send(`/issuers/${encodeURIComponent(party)}/flags`, body)) onClose();
  }
  return (
    <Dialog title={t("flagIssuer")} says={t("doFlag")} write={write} submit={submit} label={t(set === "set" ? "flagSet" : "flagClear")} danger={set === "set"} onClose={onClose}>
      <dl className="facts"><dt>{t("issuer")}</dt><dd>{nameOf(party)}</dd></dl>
      <Radio.Group label={t("flagWhat")} value={set} onChange={setSet}>
        <Group mt={4}><Radio value="set" label={t("flagSet")} /><Radio value="clear" label={t("flagClear")} /></Group>
      </Radio.Group>
      <Select label={t("flag")} allowDeselect={false} value={flag} onChange={(v) => setFlag(v ?? flags[0]!)} data={flags.map((value) => ({ value, label: w("flag", value) }))} />
      <TextInput label={t("ruleSource")} description={t("flagSourceHint")} required maxLength={200} autoComplete="off" value={source} error={tried && !source.trim() ? t("required") : undefined} onChange={(e) => setSource(e.target.value)} />
      <FileDigest label={t("orderDocument")} value={document} onChange={setDocument} />
    </Dialog>
  );
}
