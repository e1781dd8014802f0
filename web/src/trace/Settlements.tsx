import { Anchor, Badge, Button, Table, Title } from "@mantine/core";
import { useState } from "react";
import type { NameOf } from "../api/queries";
import type { Hop, Settlement } from "../api/vouchers";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";
import { useLanguage } from "../text/language";
import { shortID } from "./target";

const paidTone: Record<NonNullable<Hop["paid_by"]>, string> = { ISSUER: "teal", FUNDER: "indigo", RECOURSE: "red", NEXT: "gray" };

/** How many are shown before more are asked for. */
const few = 5;

/** The vouchers that the traced money settled, and who stands behind each, tier by tier: when each got its money, and how long it waited. */
export function Settlements({ settlements, nameOf }: { settlements: Settlement[]; nameOf: NameOf }) {
  const { t } = useLanguage();
  const [shown, setShown] = useState(few);
  const sum = settlements.reduce((s, x) => s + fenOf(x.amount), 0n);
  return (
    <section className="card" aria-labelledby="settlements">
      <Title order={2} size="h4" id="settlements">{t("settlements")}</Title>
      <p className="quiet" style={{ marginTop: 0 }}>{t("settlementsLead", { n: settlements.length, yuan: formatYuan(sum) })}</p>
      {settlements.slice(0, shown).map((s) => <Chain key={`${s.movement} ${s.voucher}`} s={s} nameOf={nameOf} />)}
      {settlements.length > shown && <Button variant="default" size="compact-sm" onClick={() => setShown(settlements.length)}>{t("showAll", { n: settlements.length })}</Button>}
    </section>
  );
}

function Chain({ s, nameOf }: { s: Settlement; nameOf: NameOf }) {
  const { t, w } = useLanguage();
  const name = (id: string | undefined, given: string | undefined) => nameOf(id, given) || t("hiddenParty");
  return (
    <section className="queue" aria-label={t("settlementOf", { yuan: formatYuan(fenOf(s.amount)), date: s.date })}>
      <div className="spread">
        <div><b>{name(s.issuer, s.issuer_name)}</b> {t("settledVoucher")} <Anchor href={link("voucher", s.voucher)} className="id" title={s.voucher}>{shortID(s.voucher)}</Anchor> · <Anchor href={link("tree", s.voucher)}>{t("seeTree")}</Anchor></div>
        <div className="nowrap"><b className="num">{formatYuan(fenOf(s.amount))}</b> <span className="quiet">{s.date}</span></div>
      </div>
      <div className="scroll">
        <Table verticalSpacing={6} horizontalSpacing={8} className="chain">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t("tier")}</Table.Th>
              <Table.Th scope="col">{t("holder")}</Table.Th>
              <Table.Th scope="col">{t("acquired")}</Table.Th>
              <Table.Th scope="col">{t("paidBy")}</Table.Th>
              <Table.Th scope="col">{t("cashOn")}</Table.Th>
              <Table.Th scope="col" className="figure">{t("daysWaited")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {s.chain.map((h, k) => (
              <Table.Tr key={`${h.voucher} ${k}`}>
                <Table.Td>{h.tier}</Table.Td>
                <Table.Th scope="row" fw={500} className="who">{name(h.party, h.name)}<div><Anchor href={link("voucher", h.voucher)} className="id kind" title={h.voucher}>{shortID(h.voucher)}</Anchor></div></Table.Th>
                <Table.Td className="nowrap">{h.acquired || "–"}<div className="quiet kind">{w("via", h.via)}</div></Table.Td>
                <Table.Td className="nowrap">{h.paid_by ? <Badge variant="light" color={paidTone[h.paid_by]}>{w("paidBy", h.paid_by)}</Badge> : <span className="quiet">{t("notKnown")}</span>}</Table.Td>
                <Table.Td className="nowrap">{h.cash_date ? (h.cash ? <Anchor href={link("trace", h.cash)}>{h.cash_date}</Anchor> : h.cash_date) : "–"}</Table.Td>
                <Table.Td className="figure">{h.days_waited ?? "–"}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {s.hidden > 0 && <p className="quiet kind">{t("hopsHidden", { n: s.hidden })}</p>}
    </section>
  );
}
