import { Anchor, Badge, Table } from "@mantine/core";
import { useNames } from "../api/queries";
import type { TreeNode } from "../api/vouchers";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";
import { useLanguage } from "../text/language";
import { shortID } from "../trace/target";
import { isOver } from "../vouchers/actions";
import { StateBadge } from "../vouchers/StateBadge";
import type { TreeRow } from "./tree";

/** The tree as a table: one row a voucher, indented under the one that it came from, with lines that join them. */
export function TreeTable({ rows, here, closed, toggle }: { rows: TreeRow[]; here: string; closed: ReadonlySet<string>; toggle: (id: string) => void }) {
  const { t } = useLanguage();
  return (
    <div className="scroll" tabIndex={0} role="group" aria-label={t("tree")}>
      <Table verticalSpacing={0} horizontalSpacing={8} className="tree">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("holder")}</Table.Th>
            <Table.Th scope="col" className="figure">{t("face")}</Table.Th>
            <Table.Th scope="col" className="figure">{t("open")}</Table.Th>
            <Table.Th scope="col">{t("state")}</Table.Th>
            <Table.Th scope="col">{t("heldFromTo")}</Table.Th>
            <Table.Th scope="col">{t("cashPaid")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((r) => <Row key={r.node.voucher} r={r} here={here === r.node.voucher} closed={closed.has(r.node.voucher)} toggle={toggle} />)}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Row({ r, here, closed, toggle }: { r: TreeRow; here: boolean; closed: boolean; toggle: (id: string) => void }) {
  const { t, w } = useLanguage();
  const nameOf = useNames();
  const n = r.node;
  const over = isOver(n.state);
  return (
    <Table.Tr className={here ? "here" : undefined} {...(over && { "data-over": true })}>
      <Table.Th scope="row" fw={500} className="branch">
        <div className="branch-in">
          {r.guides.slice(1).map((on, k) => <i key={k} className={on ? "guide on" : "guide"} aria-hidden="true" />)}
          {n.depth > 0 && <i className={r.last ? "joint last" : "joint"} aria-hidden="true" />}
          {r.children > 0
            ? <button type="button" className="toggle" aria-expanded={!closed} aria-label={t(closed ? "openBranch" : "closeBranch", { id: shortID(n.voucher) })} onClick={() => toggle(n.voucher)}>{closed ? "+" : "−"}</button>
            : <i className="leaf" aria-hidden="true" />}
          <div className="who">
            <span className="visually-hidden">{t("depth", { n: n.depth })}, </span>
            {n.holder ? nameOf(n.holder, n.holder_name) : <span className="quiet">{t("pathOnly")}</span>}
            {here && <span className="visually-hidden"> {t("thisVoucher")}</span>}
            <div className="quiet kind nowrap">
              <Anchor href={link("voucher", n.voucher)} className="id" title={n.voucher}>{shortID(n.voucher)}</Anchor> · {t("tierN", { n: n.tier })} · {w("made", n.made)}
            </div>
          </div>
        </div>
      </Table.Th>
      <Table.Td className="figure">{formatYuan(fenOf(n.face))}</Table.Td>
      <Table.Td className="figure">{over ? <span className="quiet">–</span> : formatYuan(fenOf(n.open))}{n.settled !== "0" && <div className="quiet kind">{t("settledAmount")} {formatYuan(fenOf(n.settled))}</div>}</Table.Td>
      <Table.Td className="nowrap">
        <StateBadge state={n.state} />
        {n.recourse && <div><Badge size="xs" variant="outline" color="gray">{t("withRecourse")}</Badge></div>}
      </Table.Td>
      <Table.Td className="nowrap">{n.acquired || "–"}{n.left && <div className="quiet">– {n.left}</div>}</Table.Td>
      <Table.Td><Cash n={n} /></Table.Td>
    </Table.Tr>
  );
}

/** The money that was paid against the voucher: for what, how much, when, and the way to its trace. */
function Cash({ n }: { n: TreeNode }) {
  const { w } = useLanguage();
  const nameOf = useNames();
  return (
    <>
      {n.cash.map((p) => (
        <div key={p.movement} className="kind">
          <Anchor href={link("trace", p.movement)} className="num">{formatYuan(fenOf(p.amount))}</Anchor> <span className="quiet nowrap">{w("kind", p.kind)} · {p.date}</span>
          <div className="quiet">{nameOf(p.payer, p.payer_name)} → {nameOf(p.payee, p.payee_name)}</div>
        </div>
      ))}
    </>
  );
}
