import { Alert, Button, Group, Select, Stack, Text, Textarea, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";
import { get } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { useAll, useNames } from "../api/queries";
import type { RuleRecord } from "../api/supervision";
import type { Claim } from "../api/trade";
import { today } from "../disburse/payment";
import { AmountInput } from "../form/AmountInput";
import { addDays, addMonths, isDay } from "../form/day";
import { useWrite } from "../form/useWrite";
import { fenOf, formatYuan } from "../money/yuan";
import { go, link } from "../route";
import { useSession } from "../session/session";
import { useLanguage } from "../text/language";
import { shortID } from "../trace/target";
import { inForce, termOf, voucherOf, type Draft, type Faults } from "./draft";

/** Drafts a voucher on a confirmed claim. Another person of the issuer has to issue it. */
export function DraftPage({ claim }: { claim: string }) {
  const { t } = useLanguage();
  const session = useSession();
  if (session.role !== "enterprise") return <Alert color="yellow" title={t("enterprisesOnly")} />;
  return (
    <Stack maw={680} mx="auto">
      <div>
        <Title order={1} size="h3">{t("draftVoucher")}</Title>
        <Text className="quiet">{t("draftLead")}</Text>
      </div>
      <DraftForm first={claim} />
    </Stack>
  );
}

function DraftForm({ first }: { first: string }) {
  const { t } = useLanguage();
  const session = useSession();
  const nameOf = useNames();
  const write = useWrite();
  const claims = useAll<Claim>("/claims", { debtor: session.party, state: "CONFIRMED" });
  const cap = useQuery({ queryKey: ["/rules", "S-TRM-01"], queryFn: ({ signal }) => get<RuleRecord>("/rules/S-TRM-01", {}, signal) });
  const [draft, setDraft] = useState<Draft>(() => ({ claim: first, amount: "", date: today(), maturity: addMonths(today(), 6), accept_by: addDays(today(), 10), memo: "" }));
  const [faults, setFaults] = useState<Faults>({});
  const form = useRef<HTMLFormElement>(null);
  const open = (claims.data ?? []).filter((c) => c.left !== "0");
  const claim = open.find((c) => c.id === draft.claim);
  const rule = inForce(cap.data, draft.date);
  const term = termOf(draft, rule);

  function change(field: keyof Draft, value: string) {
    setDraft((d) => ({ ...d, [field]: value }));
    setFaults(({ [field]: _, ...rest }) => rest);
  }
  async function submit(e: FormEvent) {
    e.preventDefault();
    const made = voucherOf(draft, claim);
    if ("faults" in made) {
      setFaults(made.faults);
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    const receipt = await write.send("/vouchers", made.voucher);
    if (receipt) go(link("voucher", receipt.vouchers?.[0] ?? receipt.id ?? ""));
  }
  const said = (f: keyof Draft) => (faults[f] ? t(faults[f]) : undefined);
  return (
    <form ref={form} className="card" onSubmit={(e) => void submit(e)} noValidate aria-label={t("draftVoucher")}>
      <fieldset className="plain" disabled={write.unknown}>
        <Stack>
          <ProblemNote error={claims.error} />
          <Select label={t("claim")} description={t("draftClaimHint")} required searchable error={said("claim")} value={draft.claim || null} onChange={(v) => change("claim", v ?? "")}
            nothingFoundMessage={t("noClaims")} data={open.map((c) => ({ value: c.id, label: `${nameOf(c.creditor)} · ${formatYuan(fenOf(c.left))} · ${shortID(c.id)}` }))} />
          {claims.data && open.length === 0 && <Text size="sm" className="quiet">{t("noClaims")}</Text>}
          {claim && <Text size="sm" mt={-8}>{t("claimLeft", { left: formatYuan(fenOf(claim.left)), amount: formatYuan(fenOf(claim.amount)) })}</Text>}
          <AmountInput label={t("faceYuan")} value={draft.amount} onChange={(v) => change("amount", v)} most={claim && fenOf(claim.left)} tried={faults.amount !== undefined} />
          {claim && <Group mt={-8}><Button variant="default" size="compact-sm" onClick={() => change("amount", formatYuan(fenOf(claim.left)))}>{t("wholeClaim")}</Button></Group>}
          <div className="pair">
            <TextInput label={t("issuedOn")} type="date" required max={today()} value={draft.date} error={said("date")} onChange={(e) => change("date", e.target.value)} />
            <TextInput label={t("acceptBy")} type="date" required value={draft.accept_by} error={said("accept_by")} onChange={(e) => change("accept_by", e.target.value)} />
          </div>
          <TextInput label={t("maturity")} type="date" required value={draft.maturity} error={said("maturity")} onChange={(e) => change("maturity", e.target.value)} maw={320} />
          <Group gap="xs" mt={-8}>
            {[1, 3, 6, 12].map((n) => (
              <Button key={n} variant="default" size="compact-sm" disabled={!isDay(draft.date)} onClick={() => change("maturity", addMonths(draft.date, n))}>{t("monthsN", { n })}</Button>
            ))}
          </Group>
          {term && <Text size="sm" mt={-8} role="status">{t("termDays", { n: term.days })}{rule && term.last && ` · ${t("termCap", { last: term.last, rule: `${rule.id}@${rule.version}` })}`}</Text>}
          {term?.tooLong && <Alert color="red" role="alert" title={t("termTooLong")} />}
          <Textarea label={t("memo")} description={t("memoHint")} autosize minRows={2} maxLength={200} error={said("memo")} value={draft.memo} onChange={(e) => change("memo", e.target.value)} />
        </Stack>
      </fieldset>
      <Stack mt="md">
        <ProblemNote error={write.error} />
        {write.unknown && <Alert color="yellow" role="alert" title={t("unknownWrite")} />}
        <Group justify="space-between">
          <Button type="submit" loading={write.busy}>{t(write.unknown ? "sendAgain" : "submitDraft")}</Button>
          <Text size="xs" className="quiet">{t("formKey")} <span className="id">{write.key}</span></Text>
        </Group>
      </Stack>
    </form>
  );
}
