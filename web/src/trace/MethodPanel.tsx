import { Button, Group, Select, Stack, Table, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "../api/client";
import type { Comparison, MethodTable, MethodTotals } from "../api/conventions";
import { ProblemNote } from "../api/ProblemNote";
import type { NameOf } from "../api/queries";
import { fenOf, formatYuan } from "../money/yuan";
import { useLanguage } from "../text/language";
import type { TextKey } from "../text/zh";
import { bandOf, figuresOf } from "./method";

const totalRows: [TextKey, (t: MethodTotals) => string][] = [["idle", (t) => t.idle], ["inTransit", (t) => t.in_transit], ["reached", (t) => t.reached],
  ["spent", (t) => t.spent], ["hidden", (t) => t.hidden]];

/** Most places that the table shows at first. */
const few = 12;

/** Where a lot's money went under each convention of tracing, and the bounds that hold under every one. */
export function MethodPanel({ lot, nameOf }: { lot: string; nameOf: NameOf }) {
  const { t } = useLanguage();
  const [open, setOpen] = useState(false);
  return (
    <section className="card" aria-labelledby="methods">
      <Group justify="space-between" align="start">
        <div>
          <Title order={2} size="h4" id="methods">{t("byConvention")}</Title>
          <p className="quiet" style={{ margin: 0 }}>{t("byConventionLead")}</p>
        </div>
        {!open && <Button variant="default" onClick={() => setOpen(true)}>{t("compareConventions")}</Button>}
      </Group>
      {open && <Methods lot={lot} nameOf={nameOf} />}
    </section>
  );
}

function Methods({ lot, nameOf }: { lot: string; nameOf: NameOf }) {
  const { t, w } = useLanguage();
  const [all, setAll] = useState(false);
  const [target, setTarget] = useState<string | null>(null);
  const found = useQuery({ queryKey: ["/traces/table", lot], queryFn: ({ signal }) => get<MethodTable>("/traces/table", { source: lot }, signal) });
  const table = found.data;
  if (!table) return found.error ? <ProblemNote error={found.error} retry={() => void found.refetch()} /> : <p className="quiet" role="status">{t("loading")}</p>;
  const rows = figuresOf(table);
  const shown = all ? rows : rows.slice(0, few);
  const accounts = rows.filter((r) => r.id.startsWith("acct:"));
  return (
    <Stack mt="sm">
      <div className="scroll" tabIndex={0} role="group" aria-label={t("byConvention")}>
        <Table verticalSpacing={6} horizontalSpacing={8} miw={900}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t("place")}</Table.Th>
              {table.columns.map((c) => <Table.Th key={c.method} scope="col" className="figure" title={c.version}>{w("method", c.method)}</Table.Th>)}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {totalRows.filter(([, of]) => table.columns.some((c) => !c.refused_code && of(c.totals) !== "0")).map(([text, of]) => (
              <Table.Tr key={text} className="root">
                <Table.Th scope="row">{t(text)}</Table.Th>
                {table.columns.map((c) => <Table.Td key={c.method} className="figure">{c.refused_code ? <Refused why={c.refused} /> : formatYuan(fenOf(of(c.totals)))}</Table.Td>)}
              </Table.Tr>
            ))}
            {shown.map((r) => (
              <Table.Tr key={r.id}>
                <Table.Th scope="row" className="who">{nameOf(r.id, r.label)}{r.disputed && <span className="quiet" title={t("disputed")}> ≠</span>}</Table.Th>
                {r.received.map((fen, i) => <Table.Td key={table.columns[i]!.method} className="figure">{fen === null ? <Refused why={table.columns[i]!.refused} /> : fen === 0n ? <span className="quiet">0</span> : formatYuan(fen)}</Table.Td>)}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {rows.length > shown.length && <Button variant="default" style={{ alignSelf: "flex-start" }} onClick={() => setAll(true)}>{t("everyPlaceOf", { n: rows.length })}</Button>}
      <p className="quiet" style={{ margin: 0 }}>
        {t("conventionNote", { inside: w("inside", table.inside), order: w("order", table.order) })}
        {table.moved > 0 && ` ${t("movedNote", { n: table.moved })}`}
        {fenOf(table.returned) > 0n && ` ${t("returnedNote", { yuan: formatYuan(fenOf(table.returned)) })}`}
      </p>
      {accounts.length > 0 && (
        <>
          <Select label={t("boundsOf")} placeholder={t("chooseAccount")} searchable clearable value={target} onChange={setTarget} maw={420}
            data={accounts.map((r) => ({ value: r.id, label: nameOf(r.id, r.label) }))} />
          {target && <BoundsBand key={target} lot={lot} target={target} />}
        </>
      )}
    </Stack>
  );
}

function Refused({ why }: { why: string | undefined }) {
  return <span className="quiet" title={why}>–</span>;
}

/** What each convention says reached an account, on the band between the least and the most that can have. */
function BoundsBand({ lot, target }: { lot: string; target: string }) {
  const { t, w } = useLanguage();
  const found = useQuery({ queryKey: ["/traces/comparison", lot, target], queryFn: ({ signal }) => get<Comparison>("/traces/comparison", { source: lot, target }, signal) });
  const c = found.data;
  if (!c) return found.error ? <ProblemNote error={found.error} retry={() => void found.refetch()} /> : <p className="quiet" role="status">{t("loading")}</p>;
  const band = bandOf(c);
  const money = (fen: string) => formatYuan(fenOf(fen));
  return (
    <div>
      {c.bounds && band ? (
        <>
          <p style={{ margin: "0 0 0.4rem" }}>{t("boundsText", { least: money(c.bounds.least), most: money(c.bounds.most), inflow: money(c.bounds.inflow) })}</p>
          <div className="band" aria-hidden="true">
            <i style={{ left: `${band.least / 10}%`, width: `${Math.max(0.4, (band.most - band.least) / 10)}%` }} />
            {band.marks.map((m) => <b key={m.method} data-outside={m.outside} style={{ left: `${m.at / 10}%` }} title={w("method", m.method)} />)}
          </div>
        </>
      ) : <p className="quiet">{t("noBounds")}</p>}
      <dl className="totals">
        {c.figures.map((f) => (
          <div key={f.method} className="part" title={f.version}>
            <dt>{w("method", f.method)}</dt>
            <dd>{f.refused_code ? <Refused why={f.refused} /> : money(f.amount)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
