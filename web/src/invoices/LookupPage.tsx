import { Button, Group, Stack, Text } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { post } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { useLanguage } from "../text/language";
import { InvoiceFields } from "./InvoiceFields";
import { Outcome, type Registered } from "./Outcome";
import { ReceivablesFrame } from "./ReceivablesFrame";
import { emptyInvoice, useInvoiceForm } from "./useInvoiceForm";

/** Asks the registry about an invoice in hand. Nothing is recorded. */
export function LookupPage() {
  const { t } = useLanguage();
  const { form, faults, ref, change, check } = useInvoiceForm(emptyInvoice(""));
  const [answer, setAnswer] = useState<Registered | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  async function submit(e: FormEvent) {
    e.preventDefault();
    const invoice = check();
    if (!invoice) return;
    setBusy(true);
    setError(null);
    setAnswer(null);
    try {
      setAnswer(await post<Registered>("/invoices/lookup", invoice));
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }
  return (
    <ReceivablesFrame current="invoice-lookup" title="invoiceLookup" lead="invoiceLookupLead">
      <form ref={ref} className="card narrow" onSubmit={(e) => void submit(e)} noValidate aria-label={t("invoiceLookup")}>
        <Stack>
          <InvoiceFields form={form} faults={faults} change={change} />
          <ProblemNote error={error} />
          <Group><Button type="submit" loading={busy}>{t("lookUp")}</Button></Group>
          <Text size="sm" className="quiet">{t("lookupPrivate")}</Text>
        </Stack>
      </form>
      {answer && <Outcome answer={answer} />}
    </ReceivablesFrame>
  );
}
