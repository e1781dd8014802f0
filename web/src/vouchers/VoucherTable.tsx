import { Anchor, Checkbox, Table } from "@mantine/core";
import type { ReactNode } from "react";
import { useNames } from "../api/queries";
import type { Voucher } from "../api/vouchers";
import { today } from "../disburse/payment";
import { daysBetween } from "../form/day";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";
import { useLanguage } from "../text/language";
import { shortID } from "../trace/target";
import { isOver } from "./actions";
import { StateBadge } from "./StateBadge";

/** Vouchers, one row each. Rows can be chosen where a selection is given, and have an action where one is made. */
export function VoucherTable({ items, label, selection, action }: {
  items: Voucher[]; label: string; selection?: { chosen: ReadonlySet<string>; choose: (lot: string, on: boolean) => void } | undefined; action?: (v: Voucher) => ReactNode;
}) {
  const { t } = useLanguage();
  const nameOf = useNames();
  return (
    <Table verticalSpacing="xs" className="stack" aria-label={label}>
      <Table.Thead>
        <Table.Tr>
          {selection && <Table.Th scope="col"><span className="visually-hidden">{t("choose")}</span></Table.Th>}
          <Table.Th scope="col">{t("voucher")}</Table.Th>
          <Table.Th scope="col">{t("issuerToHolder")}</Table.Th>
          <Table.Th scope="col" className="figure">{t("faceOpen")}</Table.Th>
          <Table.Th scope="col">{t("maturity")}</Table.Th>
          {action && <Table.Th scope="col"><span className="visually-hidden">{t("actions")}</span></Table.Th>}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((v) => (
          <Table.Tr key={v.lot}>
            {selection && (
              <Table.Td className="pick">
                <Checkbox aria-label={`${t("choose")} ${shortID(v.lot)} ${formatYuan(fenOf(v.face))}`} checked={selection.chosen.has(v.lot)}
                  onChange={(e) => selection.choose(v.lot, e.currentTarget.checked)} />
              </Table.Td>
            )}
            <Table.Th scope="row" fw={500} className="name">
              <Anchor href={link("voucher", v.lot)} className="id nowrap" title={v.lot}>{shortID(v.lot)}</Anchor>
              <div><StateBadge state={v.state} /></div>
            </Table.Th>
            <Table.Td className="who">
              {nameOf(v.issuer)}
              <div className="quiet">→ {nameOf(v.holder)} <span className="kind nowrap">{t("tierN", { n: v.tier })}</span></div>
            </Table.Td>
            <Table.Td className="figure sum">
              {formatYuan(fenOf(v.face))}
              {fenOf(v.open) !== fenOf(v.face) && !isOver(v.state) && <div className="quiet kind">{t("open")} {formatYuan(fenOf(v.open))}</div>}
            </Table.Td>
            <Table.Td className="nowrap when">{v.maturity}<DaysLeft v={v} /></Table.Td>
            {action && <Table.Td className="act"><div className="actions">{action(v)}</div></Table.Td>}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** How many days are left to the maturity, or gone since; nothing once the voucher is over. */
export function DaysLeft({ v }: { v: Voucher }) {
  const { t } = useLanguage();
  if (isOver(v.state)) return null;
  const days = daysBetween(today(), v.due ?? v.maturity);
  const text = days > 0 ? t("daysLeft", { n: days }) : days === 0 ? t("dueToday") : t("daysPast", { n: -days });
  return <div className="quiet kind">{text}</div>;
}
