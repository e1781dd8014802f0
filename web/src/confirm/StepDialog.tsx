import { Alert, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { newKey, post, Problem } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { useNames } from "../api/queries";
import type { Movement, Receipt } from "../api/types";
import { today } from "../disburse/payment";
import { capitalYuan } from "../money/capital";
import { fenOf, formatYuan } from "../money/yuan";
import { useLanguage } from "../text/language";
import type { Step } from "./steps";

const says = { debit: "doDebit", credit: "doCredit", return: "doReturn", void: "doVoid" } as const;

/** Asks for what a step needs (a bank's value date and reference, or a reason) and writes it. */
export function StepDialog({ movement: m, step, onClose, onDone }: { movement: Movement; step: Step; onClose: () => void; onDone: () => void }) {
  const { t, lang } = useLanguage();
  const nameOf = useNames();
  const client = useQueryClient();
  const [key] = useState(newKey);
  const [date, setDate] = useState(today());
  const [bankRef, setBankRef] = useState("");
  const [reason, setReason] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [unknown, setUnknown] = useState(false);
  const [busy, setBusy] = useState(false);
  const banks = step === "debit" || step === "credit";

  async function submit(e: FormEvent) {
    e.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const r = await post<Receipt>("/confirmations", {
        movement: m.movement, action: step,
        ...(step !== "void" && { date }), ...(banks && { bank_ref: bankRef.trim() }), ...(reason.trim() && { reason: reason.trim() }),
      }, key);
      setUnknown(r.outcome === "UNKNOWN");
      if (r.outcome !== "UNKNOWN") {
        await client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== "session" });
        onDone();
      }
    } catch (problem) {
      setError(problem);
      setUnknown(problem instanceof Problem && problem.outcomeUnknown);
    } finally {
      setBusy(false);
    }
  }

  const fen = fenOf(m.amount);
  return (
    <Modal.Root opened onClose={onClose} centered>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body pt="md">
          <form onSubmit={submit}>
            <Stack>
              <Group justify="space-between" wrap="nowrap">
                <Modal.Title fw={600}>{t(step)}</Modal.Title>
                <Modal.CloseButton aria-label={t("close")} />
              </Group>
              <Text>{t(says[step])}</Text>
              <dl className="facts">
                <dt>{t("from")}</dt><dd>{m.from ? nameOf(m.from) : t("outside")}</dd>
                <dt>{t("to")}</dt><dd>{nameOf(m.to ?? m.payee)}</dd>
                <dt>{t("amount")}</dt><dd><b>{formatYuan(fen)}</b>{lang === "zh" && <div className="quiet">{capitalYuan(fen)}</div>}</dd>
              </dl>
              {step !== "void" && <TextInput label={t("valueDate")} type="date" required disabled={unknown} value={date} max={today()} onChange={(e) => setDate(e.target.value)} />}
              {banks && (
                <TextInput label={t("bankRef")} description={t("bankRefHint")} required data-autofocus disabled={unknown} maxLength={200} autoComplete="off"
                  value={bankRef} onChange={(e) => setBankRef(e.target.value)} />
              )}
              {!banks && <TextInput label={t("reason")} data-autofocus disabled={unknown} maxLength={200} value={reason} onChange={(e) => setReason(e.target.value)} />}
              <ProblemNote error={error} />
              {unknown && <Alert color="yellow" role="alert" title={t("unknownOutcome")} />}
              <Group justify="flex-end">
                <Button variant="default" onClick={onClose}>{t("cancel")}</Button>
                <Button type="submit" loading={busy}>{t(unknown ? "sendAgain" : step)}</Button>
              </Group>
            </Stack>
          </form>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
