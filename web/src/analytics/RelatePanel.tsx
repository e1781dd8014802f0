import { Alert, Button, Checkbox, FileInput, Group, Select, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { Estimate, Relation } from "../api/analytics";
import { useLanguage } from "../text/language";
import { columnsOf } from "./flow";
import { JobNote } from "./JobNote";
import { useJob } from "./useJob";

const stages = ["DISBURSED", "COMMITTED", "INSTRUCTED", "REACHED", "SPENT"];
const classes = ["ALL", "PUBLIC", "SOCIAL", "OWN"];

/** Relates the ledger's flows to a table of indicators. */
export function RelatePanel() {
  const { t, w } = useLanguage();
  const running = useJob<Relation>();
  const [csv, setCSV] = useState("");
  const [chosen, choose] = useState({ region: "", year: "", outcome: "", alone: "", stage: "DISBURSED", class: "ALL", methods: true });
  const columns = columnsOf(csv);
  const read = async (file: File | null) => {
    const text = file ? await file.text() : "";
    const names = columnsOf(text);
    const find = (...words: string[]) => names.find((n) => words.includes(n.toLowerCase())) ?? "";
    setCSV(text);
    choose({ ...chosen, region: find("region", "province", "地区", "省份"), year: find("year", "年份"), outcome: "", alone: "" });
  };
  const pick = (name: "region" | "year" | "outcome" | "alone", label: string, none?: string) => (
    <Select label={label} searchable value={chosen[name] || null} clearable={none !== undefined} placeholder={none ?? ""} disabled={columns.length === 0} onChange={(v) => choose({ ...chosen, [name]: v ?? "" })} data={columns} />
  );
  const run = () => running.start("relate", csv, {
    region: chosen.region, year: chosen.year, outcome: chosen.outcome, ...(chosen.alone ? { alone: chosen.alone } : { leave_out: true }),
    flows: { stage: chosen.stage, class: chosen.class, methods: chosen.methods },
  });
  const result = running.job?.state === "DONE" ? running.job.result : undefined;
  return (
    <section className="card" aria-label={t("relateTab")}>
      <Text className="quiet" mb="sm">{t("relateLead")} {t("indicatorsHint")}</Text>
      <div className="filters">
        <FileInput label={t("indicators")} accept=".csv,text/csv" clearable onChange={(f) => void read(f)} />
        {pick("region", t("regionColumn"))}
        {pick("year", t("yearColumn"))}
        {pick("outcome", t("outcomeColumn"))}
        {pick("alone", t("aloneColumn"), t("aloneNone"))}
        <Select label={t("flowStage")} allowDeselect={false} value={chosen.stage} onChange={(v) => choose({ ...chosen, stage: v ?? "DISBURSED" })} data={stages.map((value) => ({ value, label: w("flowStage", value) }))} />
        <Select label={t("flowClass")} allowDeselect={false} value={chosen.class} onChange={(v) => choose({ ...chosen, class: v ?? "ALL" })} data={classes.map((value) => ({ value, label: w("flowClass", value) }))} />
      </div>
      <Group mb="sm">
        <Button onClick={run} loading={running.busy} disabled={!chosen.region || !chosen.year || !chosen.outcome}>{t("relateRun")}</Button>
        <Checkbox label={t("relateMethods")} checked={chosen.methods} onChange={(e) => choose({ ...chosen, methods: e.currentTarget.checked })} />
      </Group>
      <JobNote running={running} />
      {result && <RelationView r={result} />}
    </section>
  );
}

function RelationView({ r }: { r: Relation }) {
  const { t, lang } = useLanguage();
  const years = r.sample.years;
  const percent = r.primary.doubling_percent;
  return (
    <>
      <p>{t("sampleSays", { regions: r.sample.regions.length, from: years[0] ?? "", to: years[years.length - 1] ?? "", rows: r.sample.rows, flow: r.sample.with_flow })}</p>
      {r.warnings.map((x) => <Alert key={x.code} color="orange" my={6}>{lang === "zh" ? x.says.zh : x.says.en}</Alert>)}
      <Title order={2} size="h5" mt="md">{t("primaryEstimate")}</Title>
      {percent !== undefined && <p>{t("doublingSays", { percent: percent.toFixed(1) })}</p>}
      <Estimates list={[r.primary, ...r.beside]} second={t("pBootstrap")} p={(e) => e.coefficient?.bootstrap?.p} />
      <p className="quiet">{t("declaration")} <span className="id" title={r.declaration}>{r.declaration.slice(0, 16)}…</span></p>
      {r.exploratory.length > 0 && <><Title order={2} size="h5" mt="md">{t("exploratoryEstimates")}</Title><Estimates list={r.exploratory} second={t("pHolm")} p={(e) => e.p_holm} /></>}
      {r.methods.length > 0 && <><Title order={2} size="h5" mt="md">{t("methodsEstimates")}</Title><Estimates list={r.methods} second="" p={() => undefined} methods /></>}
    </>
  );
}

function Estimates({ list, second, p, methods = false }: { list: Estimate[]; second: string; p: (e: Estimate) => number | undefined; methods?: boolean }) {
  const { t, w } = useLanguage();
  const number = (v: number | undefined) => (v === undefined ? "" : v.toFixed(4));
  return (
    <div className="scroll">
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>{[t("estimate"), t("coefficient"), t("interval"), t("pValue"), second, t("sampleSize")].map((h, k) => <Table.Th key={k} scope="col" ta={k ? "right" : "left"}>{h}</Table.Th>)}</Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {list.map((e) => (
            <Table.Tr key={e.name}>
              <Table.Td title={e.about}>{w(methods ? "flowMethod" : "relateEstimate", e.name)}</Table.Td>
              {e.coefficient
                ? <><Table.Td ta="right" className="num">{number(e.coefficient.estimate)}</Table.Td><Table.Td ta="right" className="num">{number(e.coefficient.low)} … {number(e.coefficient.high)}</Table.Td>
                  <Table.Td ta="right" className="num">{number(e.coefficient.p)}</Table.Td><Table.Td ta="right" className="num">{number(p(e))}</Table.Td><Table.Td ta="right" className="num">{e.result?.sample.used ?? ""}</Table.Td></>
                : <Table.Td colSpan={5} className="quiet" lang="en">{t("notEstimated")}: {e.refused?.reason}</Table.Td>}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
