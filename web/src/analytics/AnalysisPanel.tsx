import { Button, FileInput, Select, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { IndexReport } from "../api/analytics";
import { useLanguage } from "../text/language";
import { columnsOf } from "./flow";
import { JobNote } from "./JobNote";
import { useJob } from "./useJob";

type Kind = "index" | "diagnose" | "paper";

/** The composite index of a table; the diagnosis and the audit of the paper. */
export function AnalysisPanel() {
  const { t } = useLanguage();
  const running = useJob<IndexReport>();
  const [kind, setKind] = useState<Kind>("index");
  const [csv, setCSV] = useState("");
  const [keys, setKeys] = useState({ entity: "", time: "" });
  const columns = columnsOf(csv);
  const read = async (file: File | null) => {
    const text = file ? await file.text() : "";
    const names = columnsOf(text);
    setCSV(text);
    setKeys({ entity: names.find((n) => ["region", "province", "地区", "省份"].includes(n.toLowerCase())) ?? "", time: names.find((n) => ["year", "年份"].includes(n.toLowerCase())) ?? "" });
  };
  const run = () => running.start(kind, kind === "index" ? csv : "", kind === "index" ? keys : kind === "diagnose" ? { source: "paper" } : {});
  const done = running.job?.state === "DONE" && running.job.kind === "index" ? running.job.result : undefined;
  return (
    <section className="card" aria-label={t("moreTab")}>
      <div className="filters">
        <Select label={t("analysisKind")} allowDeselect={false} value={kind} onChange={(v) => setKind((v ?? "index") as Kind)}
          data={[{ value: "index", label: t("analysisIndex") }, { value: "diagnose", label: t("analysisDiagnose") }, { value: "paper", label: t("analysisPaper") }]} />
        {kind === "index" && <FileInput label={t("tableCSV")} accept=".csv,text/csv" clearable onChange={(f) => void read(f)} />}
        {kind === "index" && <Select label={t("regionColumn")} searchable value={keys.entity || null} disabled={columns.length === 0} onChange={(v) => setKeys({ ...keys, entity: v ?? "" })} data={columns} />}
        {kind === "index" && <Select label={t("yearColumn")} searchable clearable value={keys.time || null} disabled={columns.length === 0} onChange={(v) => setKeys({ ...keys, time: v ?? "" })} data={columns} />}
        <Button onClick={run} loading={running.busy} disabled={kind === "index" && !keys.entity}>{running.job ? t("jobAgain") : t("relateRun")}</Button>
      </div>
      <Text className="quiet" mb="sm">{kind === "index" ? t("indexHint") : t("noTableNeeded")}</Text>
      <JobNote running={running} />
      {done && <Ranking report={done} />}
    </section>
  );
}

/** The last year's composite, best first. */
function Ranking({ report }: { report: IndexReport }) {
  const { t, lang } = useLanguage();
  const { nodes, rows } = report.result;
  const top = nodes[nodes.length - 1];
  if (!top) return null;
  const last = Math.max(...rows.map((r) => r.year ?? 0));
  const dimensions = nodes.filter((n) => n.level === top.level - 1);
  const name = (n: (typeof nodes)[number]) => (lang === "zh" ? n.name_zh : n.name) ?? n.code;
  const listed = rows.filter((r) => (r.year ?? 0) === last).sort((x, y) => (x.nodes[top.code]?.rank ?? 1e9) - (y.nodes[top.code]?.rank ?? 1e9));
  return (
    <>
      <Title order={2} size="h5">{t("ranking")} {last > 0 && last}</Title>
      <div className="scroll">
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col" ta="right">{t("rank")}</Table.Th><Table.Th scope="col">{t("unitName")}</Table.Th><Table.Th scope="col" ta="right">{t("score")}</Table.Th>
              {dimensions.map((d) => <Table.Th key={d.code} scope="col" ta="right">{name(d)}</Table.Th>)}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {listed.map((r) => (
              <Table.Tr key={r.unit}>
                <Table.Td ta="right" className="num">{r.nodes[top.code]?.rank}</Table.Td><Table.Td>{r.unit}</Table.Td><Table.Td ta="right" className="num"><b>{r.nodes[top.code]?.score?.toFixed(2) ?? "–"}</b></Table.Td>
                {dimensions.map((d) => <Table.Td key={d.code} ta="right" className="num">{r.nodes[d.code]?.score?.toFixed(2) ?? "–"}</Table.Td>)}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </>
  );
}
