import { Anchor, Table } from "@mantine/core";
import type { Origin } from "../api/types";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";
import { useLanguage } from "../text/language";
import { inLanguage } from "../text/names";
import type { TextKey } from "../text/zh";

/** An amount of a row, with the heading of its column. */
export type Column<R> = [text: TextKey, amount: (r: R) => string];

type Row = Origin & { first: string; last?: string; oldest?: string; days: number };

/** Columns that are there only where they say something. */
const rare: ReadonlySet<TextKey> = new Set(["hidden", "returned"]);

/** What came from each origin and where it is, one row each, the most first. */
export function OriginRows<R extends Row>({ rows, columns, nameOf }: { rows: R[]; columns: Column<R>[]; nameOf: (id: string | undefined) => string }) {
  const { t, w, lang } = useLanguage();
  const shown = columns.filter(([text, amount]) => !rare.has(text) || rows.some((r) => fenOf(amount(r)) !== 0n));
  return (
    <div className="scroll" tabIndex={0} role="group" aria-label={t("originRows")}>
      <Table verticalSpacing={6} horizontalSpacing={8} striped miw={900}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("origin")}</Table.Th>
            <Table.Th scope="col">{t("investor")}</Table.Th>
            <Table.Th scope="col">{t("arrivedOn")}</Table.Th>
            {shown.map(([text]) => <Table.Th key={text} scope="col" className="figure">{t(text)}</Table.Th>)}
            <Table.Th scope="col" className="figure">{t("idleDays")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((r) => (
            <Table.Tr key={r.lot}>
              <Table.Th scope="row" fw={500} className="who">
                <Anchor href={link("trace", r.lot)} title={r.lot}>{r.source ? w("source", r.source) : t("originClosed")}</Anchor>
                {r.budget_line && <div className="quiet kind">{inLanguage(r.budget_line, lang)}</div>}
              </Table.Th>
              <Table.Td className="who">{nameOf(r.investor)}</Table.Td>
              <Table.Td className="nowrap">{r.first}{r.last && r.last !== r.first && <div className="quiet">– {r.last}</div>}</Table.Td>
              {shown.map(([text, amount]) => <Table.Td key={text} className="figure">{formatYuan(fenOf(amount(r)))}</Table.Td>)}
              <Table.Td className="figure">{r.oldest ? <span title={r.oldest}>{r.days}</span> : "–"}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
