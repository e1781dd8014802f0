import { Alert, Autocomplete, Button, Group, Select, Stack, Text, Textarea, TextInput, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef, useState, type FormEvent } from "react";
import { newKey, post, Problem } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { useAll, useNames } from "../api/queries";
import type { Account, Fund, Receipt } from "../api/types";
import { capitalYuan } from "../money/capital";
import { fenOf, formatYuan, parseYuan } from "../money/yuan";
import { useSession } from "../session/session";
import { useLanguage } from "../text/language";
import { paymentOf, today, type Draft, type Faults } from "./payment";
import { ReceiptCard } from "./ReceiptCard";

/** Logs a disbursement: a manager's instruction to pay from a fund into an enterprise's account. */
export function DisbursePage({ fund }: { fund: string }) {
  const { t } = useLanguage();
  const session = useSession();
  // A new form is a new key; the same form, however often it is sent, is the same instruction.
  const [key, setKey] = useState(newKey);
  if (session.role !== "manager") return <Alert color="yellow" title={t("managersOnly")} />;
  return (
    <Stack maw={680} mx="auto">
      <div>
        <Title order={1} size="h3">{t("disburseTitle")}</Title>
        <Text className="quiet">{t("disburseLead")}</Text>
      </div>
      <DisburseForm key={key} idempotency={key} fund={fund} again={() => setKey(newKey())} />
    </Stack>
  );
}

function DisburseForm({ idempotency, fund, again }: { idempotency: string; fund: string; again: () => void }) {
  const { t, lang } = useLanguage();
  const session = useSession();
  const client = useQueryClient();
  const nameOf = useNames();
  const funds = useAll<Fund>("/funds", { manager: session.party });
  const accounts = useAll<Account>("/accounts");
  const [draft, setDraft] = useState<Draft>({ fund, payee: "", amount: "", date: today(), memo: "" });
  const [faults, setFaults] = useState<Faults>({});
  const [error, setError] = useState<unknown>(null);
  const [unknown, setUnknown] = useState(false);
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const byID = useMemo(() => new Map(accounts.data?.map((a) => [a.id, a])), [accounts.data]);
  /** What the list of payees shows, and the account that each entry means. */
  const payees = useMemo(() => {
    const labels = new Map<string, string>();
    for (const a of accounts.data ?? []) {
      if (a.purpose === "OPERATING" || a.purpose === "SUPERVISED") {
        const name = nameOf(a.owner);
        labels.set(name === a.owner ? a.id : `${name} · ${a.id}`, a.id);
      }
    }
    return labels;
  }, [accounts.data, nameOf]);

  const chosen = funds.data?.find((f) => f.id === draft.fund);
  const payer = chosen && byID.get(chosen.account);
  const to = payees.get(draft.payee) ?? (/^acct:\S+$/.test(draft.payee.trim()) ? draft.payee.trim() : undefined);
  const amount = parseYuan(draft.amount);
  const balance = payer && fenOf(payer.balance.remaining);
  const short = "fen" in amount && balance !== undefined && amount.fen > balance;

  function change(field: keyof Draft, value: string) {
    setDraft((d) => ({ ...d, [field]: value }));
    setFaults(({ [field]: _, ...rest }) => rest);
  }

  async function submit(e: FormEvent) {
    e.preventDefault();
    const made = paymentOf(draft, chosen && { account: chosen.account, currency: payer?.currency ?? "CNY" }, to);
    if ("faults" in made) {
      setFaults(made.faults);
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    setBusy(true);
    setError(null);
    try {
      const r = await post<Receipt>("/disbursements", made.payment, idempotency);
      setUnknown(r.outcome === "UNKNOWN");
      if (r.outcome !== "UNKNOWN") {
        setReceipt(r);
        // Everything that shows money may have changed; the session has not.
        void client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== "session" });
      }
    } catch (problem) {
      setError(problem);
      setUnknown(problem instanceof Problem && problem.outcomeUnknown);
    } finally {
      setBusy(false);
    }
  }

  if (receipt) return <ReceiptCard receipt={receipt} again={again} />;
  const said = (f: keyof Draft) => (faults[f] ? t(faults[f]) : undefined);
  return (
    <form ref={form} className="card" onSubmit={submit} noValidate aria-label={t("disburseTitle")}>
      <Stack>
        <ProblemNote error={funds.error ?? accounts.error} />
        <Select label={t("payerFund")} description={t("payerFundHint")} required searchable disabled={unknown} error={said("fund")}
          data={(funds.data ?? []).map((f) => ({ value: f.id, label: f.name ? `${nameOf(f.id)} · ${f.id}` : f.id }))}
          value={draft.fund || null} onChange={(v) => change("fund", v ?? "")} nothingFoundMessage={t("noFunds")} />
        {balance !== undefined && <Text size="sm" mt={-8}>{t("balance")}: <b className="figure">{formatYuan(balance)}</b></Text>}
        <Autocomplete label={t("payeeAccount")} description={t("payeeAccountHint")} required disabled={unknown} error={said("payee")}
          data={[...payees.keys()]} limit={50} value={draft.payee} onChange={(v) => change("payee", v)} />
        <TextInput label={t("amountYuan")} description={t("amountHint")} required disabled={unknown} inputMode="decimal" autoComplete="off"
          error={said("amount") ?? (short ? t("overBalance", { yuan: formatYuan(balance) }) : undefined)}
          value={draft.amount} onChange={(e) => change("amount", e.target.value)} />
        {"fen" in amount && (
          <Text size="sm" mt={-8} role="status">
            {t("amountRead", { yuan: formatYuan(amount.fen), fen: amount.fen.toString() })}
            {lang === "zh" && <><br />{capitalYuan(amount.fen)}</>}
          </Text>
        )}
        <TextInput label={t("instructionDate")} type="date" required disabled={unknown} error={said("date")} maw={220}
          value={draft.date} onChange={(e) => change("date", e.target.value)} />
        <Textarea label={t("memo")} description={t("memoHint")} autosize minRows={2} maxLength={200} disabled={unknown} error={said("memo")}
          value={draft.memo} onChange={(e) => change("memo", e.target.value)} />
        <ProblemNote error={error} />
        {unknown && <Alert color="yellow" role="alert" title={t("unknownOutcome")} />}
        <Group justify="space-between">
          <Button type="submit" loading={busy}>{t(unknown ? "sendAgain" : "submitDisburse")}</Button>
          <Text size="xs" className="quiet">{t("formKey")} <span className="id">{idempotency}</span></Text>
        </Group>
      </Stack>
    </form>
  );
}
