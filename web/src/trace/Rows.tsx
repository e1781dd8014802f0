import { Anchor, Badge, Table } from "@mantine/core";
import type { Stage, TraceRow } from "../api/types";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";
import { useLanguage } from "../text/language";
import { shortID } from "./target";

const stageTone: Record<Stage, string> = {
  INSTRUCTED: "yellow", DEBITED: "blue", CREDITED: "teal", RETURNED: "gray", VOIDED: "gray", EXPIRED: "gray", REVERSED: "red",
};

/** The lots of a trace, one row each, in the order of the walk: indented by how many steps lie before. */
export function Rows({ rows, nameOf, backward }: { rows: TraceRow[]; nameOf: (id: string | undefined) => string; backward: boolean }) {
  const { t, w } = useLanguage();
  const money = (fen: string) => formatYuan(fenOf(fen));
  return (
    <div className="scroll" tabIndex={0} role="group" aria-label={t("rows")}>
      <Table verticalSpacing={6} horizontalSpacing={8} striped miw={900}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("lot")}</Table.Th>
            <Table.Th scope="col">{t("date")}</Table.Th>
            <Table.Th scope="col">{t("from")}</Table.Th>
            <Table.Th scope="col">{t("to")}</Table.Th>
            <Table.Th scope="col" className="figure">{t("amountIn")}</Table.Th>
            <Table.Th scope="col" className="figure">{t("amountLeft")}</Table.Th>
            <Table.Th scope="col" className="figure">{t("beforeAfter")}</Table.Th>
            <Table.Th scope="col">{t("stage")}</Table.Th>
            <Table.Th scope="col">{t("attest")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((r) => (
            <Table.Tr key={r.lot} className={r.depth === 0 ? "root" : undefined}>
              <Table.Td className="nowrap">
                <span className="depth" style={{ width: Math.min(r.depth, 8) * 14 }} aria-hidden="true" />
                <span className="visually-hidden">{t("depth", { n: r.depth })}, </span>
                <Anchor className="id" href={link("trace", r.lot, backward ? { direction: "backward" } : {})} title={r.lot}>{shortID(r.lot)}</Anchor>
                <div className="quiet kind" style={{ paddingLeft: Math.min(r.depth, 8) * 14 }}>
                  {w("kind", r.kind)}
                  {r.voucher && <> · <Anchor href={link("voucher", r.voucher)} title={r.voucher}>{t("voucher")}</Anchor></>}
                </div>
              </Table.Td>
              <Table.Td className="nowrap">{r.date}</Table.Td>
              <Table.Td className="who">{r.from ? nameOf(r.from) : t("outside")}</Table.Td>
              <Table.Td className="who">{r.payee ? nameOf(r.payee) : nameOf(r.to)}{r.purpose && <div className="quiet kind">{w("purpose", r.purpose)}</div>}</Table.Td>
              <Table.Td className="figure">{money(r.amount)}</Table.Td>
              <Table.Td className="figure">{money(r.remaining)}</Table.Td>
              <Table.Td className="figure">
                {r.before !== "0" && (
                  <><span className="visually-hidden">{t("before")} </span>{money(r.before)}<div className="quiet"><span aria-hidden="true">→ </span><span className="visually-hidden">{t("after")} </span>{money(r.after)}</div></>
                )}
              </Table.Td>
              <Table.Td className="nowrap"><Badge variant="light" color={stageTone[r.stage]}>{w("stage", r.stage)}</Badge></Table.Td>
              <Table.Td className="nowrap"><span title={`attest_level ${r.level}`}>{r.level} · {w("level", r.level)}</span></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
