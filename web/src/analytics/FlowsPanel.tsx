import { Button, Group, Select, Table, TextInput, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { FlowTable } from "../api/analytics";
import { get } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { fenOf, formatYuan, shortYuan } from "../money/yuan";
import { go, link } from "../route";
import { useLanguage } from "../text/language";
import { FlowLines } from "./FlowLines";
import { csvOf, largestOf, rowsOf, shade, sumsOf } from "./flow";
import { regionName } from "./region";

const choices = {
  stage: ["DISBURSED", "COMMITTED", "INSTRUCTED", "REACHED", "SPENT"],
  class: ["ALL", "PUBLIC", "SOCIAL", "OWN", "UNKNOWN"],
  method: ["RECORDED", "SPECIFIC", "FIFO", "LIFO", "PRO_RATA", "LIBR"],
  level: ["PROVINCE", "CITY", "COUNTY"],
};

/** Flows by region and year. Choosing a cell shows the movements that it is made of. */
export function FlowsPanel({ query }: { query: URLSearchParams }) {
  const { t, w } = useLanguage();
  const asked = {
    stage: query.get("stage") ?? "DISBURSED", class: query.get("class") ?? "ALL", method: query.get("method") ?? "RECORDED", level: query.get("level") ?? "PROVINCE", as_of: query.get("as_of") ?? "",
  };
  const answer = useQuery({ queryKey: ["/analytics/flows", asked], queryFn: ({ signal }) => get<FlowTable>("/analytics/flows", asked, signal) });
  const set = (change: Record<string, string>) => {
    const next = Object.fromEntries(Object.entries({ ...asked, ...change }).filter(([, v]) => v !== ""));
    go(link("analytics", "flows", next));
  };
  const select = (name: keyof typeof choices, label: string, group: "flowStage" | "flowClass" | "flowMethod" | "flowLevel") => (
    <Select label={label} allowDeselect={false} value={asked[name]} onChange={(v) => v && set({ [name]: v })} data={choices[name].map((value) => ({ value, label: w(group, value) }))} />
  );
  const region = query.get("region");
  const year = query.get("year");
  return (
    <section className="card" aria-label={t("flowsTab")}>
      <div className="filters" role="search" aria-label={t("filters")}>
        {select("stage", t("flowStage"), "flowStage")}
        {select("class", t("flowClass"), "flowClass")}
        {select("method", t("flowMethod"), "flowMethod")}
        {select("level", t("flowLevel"), "flowLevel")}
        <TextInput label={t("asOfDay")} type="date" value={asked.as_of} onChange={(e) => set({ as_of: e.target.value })} />
      </div>
      <ProblemNote error={answer.error} retry={() => void answer.refetch()} />
      {answer.isPending && <p className="quiet" role="status">{t("loading")}</p>}
      {answer.data && (answer.data.cells.length === 0
        ? <p className="quiet">{t("flowsNone")}</p>
        : <Grid table={answer.data} chosen={region && year ? `${region}/${year}` : ""} choose={(r, y) => set({ region: r, year: String(y) })} />)}
      {region && year && answer.data && <FlowLines key={`${region}/${year}`} query={{ ...asked, known_at: String(answer.data.block), region, year }} />}
    </section>
  );
}

function Grid({ table, chosen, choose }: { table: FlowTable; chosen: string; choose: (region: string, year: number) => void }) {
  const { t, w, lang } = useLanguage();
  const rows = useMemo(() => rowsOf(table), [table]);
  const sums = useMemo(() => sumsOf(table), [table]);
  const most = useMemo(() => largestOf(table), [table]);
  const unplaced = fenOf(table.unplaced.amount);
  const save = () => {
    const a = document.createElement("a");
    a.href = URL.createObjectURL(new Blob([csvOf(table)], { type: "text/csv" }));
    a.download = `flows-${table.query.stage}-block-${table.block}.csv`;
    a.click();
    URL.revokeObjectURL(a.href);
  };
  return (
    <>
      <Group justify="space-between" mb="xs">
        <span className="quiet">{t("flowsBasis", { convention: table.convention, block: table.block, n: table.total.movements, firms: table.total.firms })}</span>
        <Button variant="default" size="compact-sm" onClick={save}>{t("flowsCSV")}</Button>
      </Group>
      <div className="scroll">
        <Table withColumnBorders captionSide="top">
          <Table.Caption>{t("flowsCaption", { stage: w("flowStage", table.query.stage), class: w("flowClass", table.query.class) })}</Table.Caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t("region")}</Table.Th>
              {table.years.map((y) => <Table.Th key={y} scope="col" ta="right">{y}</Table.Th>)}
              <Table.Th scope="col" ta="right">{t("everyYear")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.region}>
                <Table.Th scope="row">{regionName(row.region, lang)}</Table.Th>
                {row.cells.map((c, k) => {
                  if (!c) return <Table.Td key={k} ta="right" className="quiet">–</Table.Td>;
                  const fen = fenOf(c.amount);
                  return (
                    <Table.Td key={k} ta="right" style={{ background: `color-mix(in srgb, #0b7a5e ${Math.round(45 * shade(fen, most))}%, transparent)` }}>
                      <UnstyledButton className="num" fz="sm" aria-pressed={chosen === `${c.region}/${c.year}`} title={`${formatYuan(fen)} · ${c.movements}`}
                        aria-label={`${t("cellOf", { region: regionName(c.region, lang), year: c.year })}: ${formatYuan(fen)}`} onClick={() => choose(c.region, c.year)}>
                        {fen < 0n ? formatYuan(fen) : shortYuan(fen, lang)}
                      </UnstyledButton>
                    </Table.Td>
                  );
                })}
                <Table.Td ta="right" className="num"><b>{formatYuan(row.sum)}</b></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
          <Table.Tfoot>
            <Table.Tr>
              <Table.Th scope="row">{t("everyYear")}</Table.Th>
              {sums.years.map((v, k) => <Table.Td key={k} ta="right" className="num">{v < 0n ? formatYuan(v) : shortYuan(v, lang)}</Table.Td>)}
              <Table.Td ta="right" className="num"><b>{formatYuan(sums.all)}</b></Table.Td>
            </Table.Tr>
          </Table.Tfoot>
        </Table>
      </div>
      {unplaced !== 0n && <p className="quiet">{t("flowsUnplaced", { amount: formatYuan(unplaced) })}</p>}
    </>
  );
}
