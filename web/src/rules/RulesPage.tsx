import { Badge, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { get } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import type { Calendar, RuleRecord, Severity } from "../api/supervision";
import { today } from "../disburse/payment";
import { useLanguage } from "../text/language";
import { parameterText } from "./parameter";
import { versionsOn, type Standing } from "./rules";

export const severityTone: Record<Severity, string> = { CRITICAL: "red", HIGH: "orange", MEDIUM: "yellow", LOW: "gray" };
const modeTone = { BLOCK: "red", WARN: "orange", DETECT: "blue", OFF: "gray" } as const;
const standingTone: Record<Standing, string> = { IN_FORCE: "teal", FUTURE: "blue", PAST: "gray" };

/** Every rule with its versions, parameters, source and effective dates. The address may name one, which is then shown first. */
export function RulesPage({ id }: { id: string }) {
  const { t } = useLanguage();
  const rules = useQuery({ queryKey: ["/rules"], queryFn: async ({ signal }) => (await get<{ rules: RuleRecord[] }>("/rules", {}, signal)).rules });
  const calendars = useQuery({ queryKey: ["/calendars"], queryFn: async ({ signal }) => (await get<{ calendars: Calendar[] }>("/calendars", {}, signal)).calendars });
  useEffect(() => {
    if (id && rules.data) document.getElementById(`rule-${id}`)?.scrollIntoView({ block: "center" });
  }, [id, rules.data]);
  return (
    <Stack gap="lg">
      <div>
        <Title order={1} size="h3">{t("rules")}</Title>
        <Text className="quiet">{t("rulesLead")}</Text>
      </div>
      <ProblemNote error={rules.error} retry={() => void rules.refetch()} />
      {rules.isPending && <p className="quiet" role="status">{t("loading")}</p>}
      {rules.data?.length === 0 && <p className="quiet">{t("rulesNone")}</p>}
      {(rules.data ?? []).length > 0 && <ul className="card rule-rows" aria-label={t("rules")}>{rules.data!.map((r) => <RuleRow key={r.id} rule={r} here={r.id === id} />)}</ul>}
      {(calendars.data ?? []).length > 0 && <Calendars calendars={calendars.data!} />}
    </Stack>
  );
}

/** A rule and its versions, the newest first. */
function RuleRow({ rule, here }: { rule: RuleRecord; here: boolean }) {
  const { t, w } = useLanguage();
  const versions = versionsOn(rule, today());
  const head = versions.find((v) => v.standing === "IN_FORCE") ?? versions[0];
  return (
    <li id={`rule-${rule.id}`} {...(here && { "data-here": true })}>
      <div>
        <Title order={2} size="h6">{w("rule", rule.id) === rule.id ? head?.version.title : w("rule", rule.id)}</Title>
        <Group gap={6} mt={4}>
          <span className="id">{rule.id}</span>
          {head && <Badge size="sm" variant="light" color={modeTone[head.version.mode]}>{w("mode", head.version.mode)}</Badge>}
          {head?.version.severity && <Badge size="sm" variant="outline" color={severityTone[head.version.severity]}>{w("severity", head.version.severity)}</Badge>}
        </Group>
      </div>
      <ol className="versions" aria-label={t("versionsOf", { id: rule.id })}>
        {versions.map(({ version: v, standing, until }) => (
          <li key={v.version} {...(standing !== "IN_FORCE" && { className: "quiet" })}>
            <div className="nowrap"><span className="visually-hidden">{t("version")} </span>v{v.version} <Badge size="sm" variant="light" color={standingTone[standing]}>{w("standing", standing)}</Badge></div>
            <div className="nowrap"><span className="visually-hidden">{t("effective")} </span>{v.effective_from} – {until ?? t("openEnd")}</div>
            <div aria-label={t("parameters")} role="group">{Object.entries(v.parameters ?? {}).map(([name, value]) => <div key={name} title={name}>{w("parameter", name)} <b className="num">{parameterText(name, value)}</b></div>)}</div>
            <div><span className="visually-hidden">{t("ruleSource")} </span>{v.source}</div>
          </li>
        ))}
      </ol>
    </li>
  );
}

function Calendars({ calendars }: { calendars: Calendar[] }) {
  const { t } = useLanguage();
  return (
    <section className="card" aria-labelledby="calendars">
      <Title order={2} size="h4" id="calendars">{t("calendars")}</Title>
      <Text className="quiet" mb="sm">{t("calendarsLead")}</Text>
      {calendars.map((c) => (
        <details key={c.year}>
          <summary><b>{c.year}</b> · {t("calendarFacts", { holidays: c.holidays?.length ?? 0, workdays: c.workdays?.length ?? 0 })}</summary>
          <dl className="facts">
            <dt>{t("holidays")}</dt><dd className="num">{(c.holidays ?? []).map((d) => d.slice(5)).join(", ") || "–"}</dd>
            <dt>{t("workdays")}</dt><dd className="num">{(c.workdays ?? []).map((d) => d.slice(5)).join(", ") || "–"}</dd>
            <dt>{t("version")}</dt><dd>{c.version}</dd>
            <dt>{t("ruleSource")}</dt><dd>{c.source}</dd>
          </dl>
        </details>
      ))}
    </section>
  );
}
