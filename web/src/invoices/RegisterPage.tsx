import { Alert, Button, Group, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { newKey } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { FileDigest } from "../form/FileDigest";
import { useWrite } from "../form/useWrite";
import { useSession } from "../session/session";
import { useLanguage } from "../text/language";
import { InvoiceFields } from "./InvoiceFields";
import { Outcome, type Registered } from "./Outcome";
import { ReceivablesFrame } from "./ReceivablesFrame";
import { emptyInvoice, useInvoiceForm } from "./useInvoiceForm";

/** Registers an invoice by its particulars. Only its fingerprint goes to the ledger. */
export function RegisterPage() {
  const { t } = useLanguage();
  const [round, setRound] = useState(newKey);
  return (
    <ReceivablesFrame current="invoice-new" title="registerInvoice" lead="registerInvoiceLead">
      <RegisterForm key={round} again={() => setRound(newKey())} heading={t("registerInvoice")} />
    </ReceivablesFrame>
  );
}

function RegisterForm({ again, heading }: { again: () => void; heading: string }) {
  const { t } = useLanguage();
  const session = useSession();
  const write = useWrite();
  const { form, faults, ref, change, check } = useInvoiceForm(emptyInvoice(session.role === "enterprise" ? session.party : ""));
  const [done, setDone] = useState<Registered | null>(null);
  async function submit(e: FormEvent) {
    e.preventDefault();
    const invoice = check();
    const receipt = invoice && (await write.send("/invoices", invoice));
    if (receipt) setDone(receipt as unknown as Registered);
  }
  if (done) return <Outcome answer={done} again={again} />;
  return (
    <form ref={ref} className="card narrow" onSubmit={(e) => void submit(e)} noValidate aria-label={heading}>
      <fieldset className="plain" disabled={write.unknown}>
        <Stack>
          <InvoiceFields form={form} faults={faults} change={change} />
          <TextInput label={t("invoiceDue")} type="date" value={form.due} onChange={(e) => change("due", e.target.value)} maw={320} />
          <FileDigest label={t("invoiceFile")} description={t("invoiceFileHint")} value={form.document} onChange={(v) => change("document", v)} />
        </Stack>
      </fieldset>
      <Stack mt="md">
        <ProblemNote error={write.error} />
        {write.unknown && <Alert color="yellow" role="alert" title={t("unknownWrite")} />}
        <Group><Button type="submit" loading={write.busy}>{t(write.unknown ? "sendAgain" : "registerInvoice")}</Button></Group>
      </Stack>
    </form>
  );
}
