import { Alert, Button, Checkbox, Group, Select, Stack, Table, Text, Textarea, TextInput } from "@mantine/core";
import { useMemo, useRef, useState, type FormEvent } from "react";
import { ProblemNote } from "../api/ProblemNote";
import { useAll, useNames } from "../api/queries";
import type { Invoice } from "../api/trade";
import { FileDigest } from "../form/FileDigest";
import { useWrite } from "../form/useWrite";
import { shortPrint } from "../invoices/invoice";
import { ReceivablesFrame } from "../invoices/ReceivablesFrame";
import { capitalYuan } from "../money/capital";
import { fenOf, formatYuan } from "../money/yuan";
import { go, link } from "../route";
import { useSession } from "../session/session";
import { useLanguage } from "../text/language";
import { claimOf, lacksEvidence, partsOf, sizes, wholeOf, type ClaimForm, type Faults } from "./claim";

/** Registers a receivable on invoices of the signed-in seller. */
export function ClaimFormPage() {
  const { t } = useLanguage();
  const session = useSession();
  return (
    <ReceivablesFrame current="claim-new" title="registerClaim" lead="registerClaimLead">
      {session.role === "enterprise" ? <Form /> : <Alert color="yellow" title={t("enterprisesOnly")} />}
    </ReceivablesFrame>
  );
}

const empty: ClaimForm = { debtor: "", parts: {}, contract: "", contract_date: "", delivery: "", delivery_date: "", creditor_size: "", debtor_size: "", memo: "" };

function Form() {
  const { t, w, lang } = useLanguage();
  const session = useSession();
  const nameOf = useNames();
  const write = useWrite();
  const invoices = useAll<Invoice>("/invoices", { seller: session.party });
  const [form, setForm] = useState(empty);
  const [faults, setFaults] = useState<Faults>({});
  const ref = useRef<HTMLFormElement>(null);
  /** Invoices that something is left of, and that still stand. */
  const usable = useMemo(() => (invoices.data ?? []).filter((i) => i.left !== "0" && i.state !== "VOID" && i.state !== "CANCELLED"), [invoices.data]);
  const debtors = useMemo(() => [...new Set(usable.map((i) => i.buyer))], [usable]);
  const offered = usable.filter((i) => i.buyer === form.debtor && i.currency === "CNY");
  const { sum, parts } = partsOf(form, offered);

  function change<K extends keyof ClaimForm>(field: K, value: ClaimForm[K]) {
    setForm((f) => ({ ...f, [field]: value, ...(field === "debtor" && { parts: {} }) }));
    setFaults(({ [field as keyof Faults]: _, ...rest }) => rest);
  }
  function part(i: Invoice, text: string | undefined) {
    const { [i.fingerprint]: _, ...rest } = form.parts;
    change("parts", text === undefined ? rest : { ...rest, [i.fingerprint]: text });
  }
  async function submit(e: FormEvent) {
    e.preventDefault();
    const made = claimOf(form, session.party, offered);
    if ("faults" in made) {
      setFaults(made.faults);
      requestAnimationFrame(() => ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    const receipt = await write.send("/claims", made.claim);
    if (receipt) go(link("claim", receipt.id ?? ""));
  }
  const said = (f: keyof Faults) => (faults[f] ? t(faults[f]) : undefined);
  const size = (label: string, field: "creditor_size" | "debtor_size") => (
    <Select label={label} description={t("sizeHint")} clearable value={form[field] || null} onChange={(v) => change(field, v ?? "")} data={sizes.map((value) => ({ value, label: w("size", value) }))} />
  );
  return (
    <form ref={ref} className="card" onSubmit={(e) => void submit(e)} noValidate aria-label={t("registerClaim")}>
      <fieldset className="plain" disabled={write.unknown}>
        <Stack>
          <ProblemNote error={invoices.error} />
          <Select label={t("debtor")} description={t("debtorHint")} required searchable error={said("debtor")} value={form.debtor || null} onChange={(v) => change("debtor", v ?? "")}
            nothingFoundMessage={t("noInvoices")} data={debtors.map((value) => ({ value, label: nameOf(value) === value ? value : `${nameOf(value)} · ${value}` }))} />
          {invoices.data && debtors.length === 0 && <Text size="sm" className="quiet">{t("noInvoices")}</Text>}
          {form.debtor && (
            <div className="scroll" role="group" aria-label={t("claimInvoices")}>
              <Table verticalSpacing={6}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th scope="col"><span className="visually-hidden">{t("choose")}</span></Table.Th>
                    <Table.Th scope="col">{t("invoice")}</Table.Th>
                    <Table.Th scope="col" className="wide">{t("date")}</Table.Th>
                    <Table.Th scope="col" className="figure">{t("unused")}</Table.Th>
                    <Table.Th scope="col">{t("claimedPart")}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {offered.map((i) => {
                    const text = form.parts[i.fingerprint];
                    const fault = parts.find((p) => p.invoice === i)?.fault;
                    return (
                      <Table.Tr key={i.fingerprint}>
                        <Table.Td><Checkbox aria-label={`${t("choose")} ${shortPrint(i.fingerprint)}`} checked={text !== undefined} onChange={(e) => part(i, e.currentTarget.checked ? wholeOf(i) : undefined)} /></Table.Td>
                        <Table.Td><span className="id" title={i.fingerprint}>{shortPrint(i.fingerprint)}</span></Table.Td>
                        <Table.Td className="nowrap wide">{i.date}</Table.Td>
                        <Table.Td className="figure">{formatYuan(fenOf(i.left))}</Table.Td>
                        <Table.Td>
                          {text !== undefined && <TextInput aria-label={`${t("claimedPart")} ${shortPrint(i.fingerprint)}`} inputMode="decimal" autoComplete="off" miw={130} value={text}
                            error={fault && t(fault)} onChange={(e) => part(i, e.target.value)} />}
                        </Table.Td>
                      </Table.Tr>
                    );
                  })}
                </Table.Tbody>
              </Table>
            </div>
          )}
          {faults.parts && <Text size="sm" c="red" role="alert">{t(faults.parts)}</Text>}
          {sum > 0n && <Text role="status">{t("claimSum")} <b className="num">{formatYuan(sum)}</b>{lang === "zh" && <> {capitalYuan(sum)}</>}</Text>}
          <div className="pair">
            <FileDigest label={t("contractFile")} value={form.contract} onChange={(v) => change("contract", v)} error={said("contract")} />
            <TextInput label={t("contractDate")} type="date" value={form.contract_date} error={said("contract_date")} onChange={(e) => change("contract_date", e.target.value)} />
          </div>
          <div className="pair">
            <FileDigest label={t("deliveryFile")} value={form.delivery} onChange={(v) => change("delivery", v)} error={said("delivery")} />
            <TextInput label={t("deliveredOn")} type="date" value={form.delivery_date} error={said("delivery_date")} onChange={(e) => change("delivery_date", e.target.value)} />
          </div>
          <div className="pair">{size(t("creditorSize"), "creditor_size")}{size(t("debtorSize"), "debtor_size")}</div>
          {lacksEvidence(form) && <Alert color="yellow" title={t("evidenceLater")} />}
          <Textarea label={t("memo")} description={t("memoHint")} autosize minRows={2} maxLength={200} error={said("memo")} value={form.memo} onChange={(e) => change("memo", e.target.value)} />
        </Stack>
      </fieldset>
      <Stack mt="md">
        <ProblemNote error={write.error} />
        {write.unknown && <Alert color="yellow" role="alert" title={t("unknownWrite")} />}
        <Group><Button type="submit" loading={write.busy}>{t(write.unknown ? "sendAgain" : "registerClaim")}</Button></Group>
      </Stack>
    </form>
  );
}
