import { Anchor, Badge, Button, Group, Select, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { get } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { useAll, useNames } from "../api/queries";
import type { Finding, Findings } from "../api/supervision";
import type { Party } from "../api/types";
import { shortPrint } from "../invoices/invoice";
import { go, link } from "../route";
import { severityTone } from "../rules/RulesPage";
import { useLanguage } from "../text/language";
import { shortID } from "../trace/target";
import { byRule, countBySeverity, measure, pageOf, severities } from "./findings";

/** What the rules that warn or detect have found, the gravest first, with the evidence to look at. */
export function FindingsPage({ query }: { query: URLSearchParams }) {
  const { t, w } = useLanguage();
  const nameOf = useNames();
  const filter = { rule: query.get("rule") ?? undefined, severity: query.get("severity") ?? undefined, party: query.get("party") ?? undefined };
  const answer = useQuery({ queryKey: ["/findings", filter], queryFn: ({ signal }) => get<Findings>("/findings", filter, signal) });
  const parties = useAll<Party>("/parties").data;
  const found = useMemo(() => answer.data?.findings ?? [], [answer.data]);
  const groups = useMemo(() => byRule(found), [found]);
  const set = (change: Record<string, string | undefined>) => {
    const next: Record<string, string> = {};
    for (const [k, v] of Object.entries({ ...filter, ...change })) if (v) next[k] = v;
    go(link("findings", "", next));
  };
  const rules = [...new Set([...found.map((f) => f.rule), ...(filter.rule ? [filter.rule] : [])])].sort();
  const a = answer.data;
  return (
    <Stack gap="lg">
      <div>
        <Title order={1} size="h3">{t("findings")}</Title>
        <Text className="quiet">{t("findingsLead")}</Text>
      </div>
      <section className="card" aria-label={t("findings")}>
        <div className="filters" role="search" aria-label={t("filters")}>
          <Select label={t("severity")} placeholder={t("everySeverity")} clearable value={filter.severity ?? null} onChange={(v) => set({ severity: v ?? undefined })} data={severities.map((value) => ({ value, label: w("severity", value) }))} />
          <Select label={t("rule")} placeholder={t("everyRule")} clearable searchable value={filter.rule ?? null} onChange={(v) => set({ rule: v ?? undefined })} data={rules.map((value) => ({ value, label: `${value} ${w("rule", value)}` }))} />
          <Select label={t("party")} placeholder={t("everyParty")} clearable searchable limit={50} value={filter.party ?? null} onChange={(v) => set({ party: v ?? undefined })}
            data={(parties ?? []).map((p) => ({ value: p.id, label: nameOf(p.id) === p.id ? p.id : `${nameOf(p.id)} · ${p.id}` }))} />
        </div>
        <ProblemNote error={answer.error} retry={() => void answer.refetch()} />
        {answer.isPending && <p className="quiet" role="status">{t("loading")}</p>}
        {a && (
          <Group gap="sm" mb="sm" role="status">
            <b>{t("findingsN", { n: a.total })}</b>
            {countBySeverity(found).map(([s, n]) => <Badge key={s} variant="light" color={severityTone[s]}>{w("severity", s)} {n}</Badge>)}
            <span className="quiet">{t("findingsScanned", { day: a.as_of, vouchers: a.scanned.vouchers, invoices: a.scanned.invoices })}</span>
          </Group>
        )}
        {a?.total === 0 && <p className="quiet">{t("findingsNone")}</p>}
        {groups.map((g) => <RuleGroup key={g.rule} rule={g.rule} found={g.found} all={groups.length === 1} />)}
        {a && a.skipped.length > 0 && (
          <details>
            <summary>{t("findingsSkipped", { n: a.skipped.length })}</summary>
            <ul>{a.skipped.map((s, k) => <li key={k}><Anchor href={link("rules", s.rule)} className="id">{s.rule}</Anchor> {w("skip", s.reason)} {s.what && <span className="id">{s.what}</span>} {s.facts > 0 && <span className="quiet">{t("factsN", { n: s.facts })}</span>}</li>)}</ul>
          </details>
        )}
      </section>
    </Stack>
  );
}

/** What one rule has found: the latest first, a few of them until more are asked for. */
function RuleGroup({ rule, found, all }: { rule: string; found: Finding[]; all: boolean }) {
  const { t, w } = useLanguage();
  const few = all ? 30 : 3;
  const [shown, setShown] = useState(few);
  const severity = found[0]?.severity;
  const name = w("rule", rule);
  return (
    <section className="queue" aria-label={`${rule} ${name}`}>
      <div className="spread">
        <Title order={2} size="h5">{severity && <Badge variant="light" color={severityTone[severity]}>{w("severity", severity)}</Badge>} {name === rule ? "" : name} <span className="quiet">{t("findingsN", { n: found.length })}</span></Title>
        <Anchor href={link("rules", rule)} className="id">{rule}</Anchor>
      </div>
      <ul className="findings">{found.slice(0, shown).map((f, k) => <Row key={`${f.subject} ${f.date} ${k}`} f={f} />)}</ul>
      {found.length > shown && <Button variant="default" size="compact-sm" onClick={() => setShown(shown + 50)}>{t("moreN", { n: found.length - shown })}</Button>}
    </section>
  );
}

function Row({ f }: { f: Finding }) {
  const { t, w, lang } = useLanguage();
  const nameOf = useNames();
  const subject = pageOf(f.subject);
  const evidence = (f.evidence ?? []).filter((e) => e !== f.subject);
  const name = f.kind === "PARTY" ? nameOf(f.subject) : f.kind === "INVOICE" ? shortPrint(f.subject) : shortID(f.subject);
  return (
    <li>
      <div className="spread">
        <div>
          {w("subject", f.kind)} {subject ? <Anchor href={subject} title={f.subject} {...(f.kind !== "PARTY" && { className: "id" })}>{name}</Anchor> : <span className="id">{name}</span>}
          {f.party && f.party !== f.subject && <> · <Anchor href={link("exposure", f.party)}>{nameOf(f.party)}</Anchor></>}
          {(f.others ?? []).slice(0, 6).map((p) => <span key={p}> · <Anchor href={link("exposure", p)} c="dimmed">{nameOf(p)}</Anchor></span>)}
        </div>
        <span className="nowrap quiet">{f.date} · v{f.version}</span>
      </div>
      {f.allowed !== undefined && (
        <div className="quiet">
          {f.measured !== undefined && f.measured !== "" ? <>{t("measured")} <b className="num">{measure(f.measured, f.unit)}</b> · </> : <>{t("measuredNone")} · </>}
          {t("allowed")} <span className="num">{measure(f.allowed, f.unit)}</span> {f.unit && f.unit !== "ppm" && w("unit", f.unit)}
        </div>
      )}
      <div className={lang === "zh" ? "quiet" : undefined} lang="en">{f.message}</div>
      {evidence.length > 0 && (
        <div className="evidence">
          <span className="quiet">{t("evidence")}</span>
          {evidence.slice(0, 12).map((e) => {
            const to = pageOf(e);
            const text = e.length === 64 ? shortPrint(e) : shortID(e);
            return to ? <Anchor key={e} href={to} className="id" title={e}>{text}</Anchor> : <span key={e} className="id">{text}</span>;
          })}
          {evidence.length > 12 && <span className="quiet">{t("moreN", { n: evidence.length - 12 })}</span>}
        </div>
      )}
    </li>
  );
}
