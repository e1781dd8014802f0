import { Anchor, Badge, Select, Table } from "@mantine/core";
import { useNames, usePages } from "../api/queries";
import type { Invoice, InvoiceState } from "../api/trade";
import { fenOf, formatYuan } from "../money/yuan";
import { go, link } from "../route";
import { Listing } from "../shell/Listing";
import { useLanguage } from "../text/language";
import { shortPrint } from "./invoice";
import { ReceivablesFrame } from "./ReceivablesFrame";

const invoiceTone: Record<InvoiceState, string> = {
  REGISTERED: "teal", REGISTERED_DUPLICATE: "orange", RESERVED: "yellow", CLAIMED: "blue", FINANCED: "indigo", VOID: "red", CANCELLED: "gray",
};
const states = Object.keys(invoiceTone) as InvoiceState[];

/** The invoices that the signed-in user may see. */
export function InvoicesPage({ query }: { query: URLSearchParams }) {
  const { t, w } = useLanguage();
  const state = states.find((s) => s === query.get("state"));
  const list = usePages<Invoice>("/invoices", { state });
  return (
    <ReceivablesFrame current="invoices" title="invoices" lead="invoicesLead">
      <section className="card" aria-label={t("invoices")}>
        <div className="filters">
          <Select label={t("state")} placeholder={t("everyState")} clearable value={state ?? null} onChange={(v) => go(link("invoices", "", v ? { state: v } : {}))}
            data={states.map((s) => ({ value: s, label: w("invoice", s) }))} />
        </div>
        <Listing list={list} none={t("invoicesNone")}>{(items) => <InvoiceTable items={items} label={t("invoices")} />}</Listing>
      </section>
    </ReceivablesFrame>
  );
}

/** Invoices, one row each. */
export function InvoiceTable({ items, label }: { items: Invoice[]; label: string }) {
  const { t, w } = useLanguage();
  const nameOf = useNames();
  return (
    <Table verticalSpacing="xs" className="stack" aria-label={label}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t("invoice")}</Table.Th>
          <Table.Th scope="col">{t("sellerToBuyer")}</Table.Th>
          <Table.Th scope="col" className="figure">{t("amount")}</Table.Th>
          <Table.Th scope="col" className="figure">{t("unused")}</Table.Th>
          <Table.Th scope="col">{t("date")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((i) => (
          <Table.Tr key={i.fingerprint}>
            <Table.Th scope="row" fw={500} className="name">
              <Anchor href={link("invoice", i.fingerprint)} className="id nowrap" title={i.fingerprint}>{shortPrint(i.fingerprint)}</Anchor>
              <div><InvoiceBadge state={i.state} /></div>
            </Table.Th>
            <Table.Td className="who">{nameOf(i.seller)}<div className="quiet">→ {nameOf(i.buyer)}</div></Table.Td>
            <Table.Td className="figure sum">{formatYuan(fenOf(i.amount))}</Table.Td>
            <Table.Td className="figure wide">{formatYuan(fenOf(i.left))}</Table.Td>
            <Table.Td className="nowrap when">{i.date}<div className="quiet kind">{w("invoiceType", i.type)}</div></Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

export function InvoiceBadge({ state }: { state: InvoiceState }) {
  const { w } = useLanguage();
  return <Badge variant="light" color={invoiceTone[state] ?? "gray"} title={state}>{w("invoice", state)}</Badge>;
}
