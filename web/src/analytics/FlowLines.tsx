import { Anchor, Table, Title } from "@mantine/core";
import type { FlowLine, FlowLines as Lines } from "../api/analytics";
import { usePages, useNames } from "../api/queries";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";
import { Listing } from "../shell/Listing";
import { useLanguage } from "../text/language";
import { shortID } from "../trace/target";
import { regionName } from "./region";

/** The movements that a cell is made of, as known at the block of the table above. */
export function FlowLines({ query }: { query: Record<string, string> }) {
  const { t, w, lang } = useLanguage();
  const nameOf = useNames();
  const pages = usePages<FlowLine, Lines>("/analytics/flows/lines", query);
  const total = pages.data?.pages[0]?.total;
  return (
    <section className="queue" aria-live="polite">
      <Title order={2} size="h5">{t("cellOf", { region: regionName(query.region ?? "", lang), year: query.year ?? "" })}</Title>
      {total && <p className="quiet">{t("linesN", { n: total.movements, amount: formatYuan(fenOf(total.amount)), public: formatYuan(fenOf(total.parts.public)) })}</p>}
      <Listing list={pages} none={t("flowsNone")}>
        {(items) => (
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{t("lineDate")}</Table.Th>
                <Table.Th scope="col">{t("firm")}</Table.Th>
                <Table.Th scope="col">{t("lineOf")}</Table.Th>
                <Table.Th scope="col" ta="right">{t("counted")}</Table.Th>
                <Table.Th scope="col" ta="right">{t("ofWhole")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((l, k) => (
                <Table.Tr key={k}>
                  <Table.Td className="nowrap">{l.date}</Table.Td>
                  <Table.Td title={l.firm}>{nameOf(l.firm)}</Table.Td>
                  <Table.Td>{l.movement ? <Anchor className="id" href={link("trace", l.movement)} title={l.movement}>{w("kind", l.kind)} {shortID(l.movement)}</Anchor> : <span className="id">{l.commitment}</span>}</Table.Td>
                  <Table.Td ta="right" className="num">{formatYuan(fenOf(l.amount))}</Table.Td>
                  <Table.Td ta="right" className="num">{formatYuan(fenOf(l.whole))}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Listing>
    </section>
  );
}
