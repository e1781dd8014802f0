import { Anchor, Badge, Select, Table } from "@mantine/core";
import { useNames, usePages } from "../api/queries";
import type { Claim, ClaimState } from "../api/trade";
import { ReceivablesFrame } from "../invoices/ReceivablesFrame";
import { fenOf, formatYuan } from "../money/yuan";
import { go, link } from "../route";
import { Listing } from "../shell/Listing";
import { useLanguage } from "../text/language";
import { shortID } from "../trace/target";

const tones: Record<ClaimState, string> = { OPEN: "yellow", CONFIRMED: "teal", CANCELLED: "gray" };
const states = Object.keys(tones) as ClaimState[];

/** The receivables that vouchers stand on. */
export function ClaimsPage({ query }: { query: URLSearchParams }) {
  const { t, w } = useLanguage();
  const state = states.find((s) => s === query.get("state"));
  const list = usePages<Claim>("/claims", { state });
  return (
    <ReceivablesFrame current="claims" title="claims" lead="claimsLead">
      <section className="card" aria-label={t("claims")}>
        <div className="filters">
          <Select label={t("state")} placeholder={t("everyState")} clearable value={state ?? null} onChange={(v) => go(link("claims", "", v ? { state: v } : {}))}
            data={states.map((s) => ({ value: s, label: w("claim", s) }))} />
        </div>
        <Listing list={list} none={t("claimsNone")}>{(items) => <ClaimTable items={items} label={t("claims")} />}</Listing>
      </section>
    </ReceivablesFrame>
  );
}

/** Claims, one row each. */
function ClaimTable({ items, label }: { items: Claim[]; label: string }) {
  const { t } = useLanguage();
  const nameOf = useNames();
  return (
    <Table verticalSpacing="xs" className="stack" aria-label={label}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t("claim")}</Table.Th>
          <Table.Th scope="col">{t("creditorDebtor")}</Table.Th>
          <Table.Th scope="col" className="figure">{t("amount")}</Table.Th>
          <Table.Th scope="col" className="figure">{t("unvouchered")}</Table.Th>
          <Table.Th scope="col" >{t("deliveredOn")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((c) => (
          <Table.Tr key={c.id}>
            <Table.Th scope="row" fw={500} className="name"><Anchor href={link("claim", c.id)} className="id nowrap" title={c.id}>{shortID(c.id)}</Anchor><div><ClaimBadge state={c.state} /></div></Table.Th>
            <Table.Td className="who">{nameOf(c.creditor)}<div className="quiet">← {nameOf(c.debtor)}</div></Table.Td>
            <Table.Td className="figure sum">{formatYuan(fenOf(c.amount))}</Table.Td>
            <Table.Td className="figure wide">{formatYuan(fenOf(c.left))}</Table.Td>
            <Table.Td className="nowrap when">{c.delivery_date ?? "–"}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

export function ClaimBadge({ state }: { state: ClaimState }) {
  const { w } = useLanguage();
  return <Badge variant="light" color={tones[state] ?? "gray"} title={state}>{w("claim", state)}</Badge>;
}
