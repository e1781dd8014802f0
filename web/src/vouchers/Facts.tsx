import { Anchor, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useNames } from "../api/queries";
import type { VoucherDetail } from "../api/vouchers";
import { formatPPM } from "../money/rate";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";
import { useLanguage } from "../text/language";
import { shortID } from "../trace/target";
import { isOver } from "./actions";

/** Facts under a heading, as a list of terms; parts that are empty are left out by the caller. */
function Card({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section className="card" aria-labelledby={id}>
      <Title order={2} size="h4" id={id} mb="sm">{title}</Title>
      <dl className="facts">{children}</dl>
    </section>
  );
}

/** A party's name, with the way to its exposure. */
export function PartyLink({ id, name }: { id: string; name?: string | undefined }) {
  const nameOf = useNames();
  return <Anchor href={link("exposure", id)} title={id}>{nameOf(id, name)}</Anchor>;
}

function Lot({ id }: { id: string }) {
  return <Anchor href={link("voucher", id)} className="id" title={id}>{shortID(id)}</Anchor>;
}

/** Who owes whom how much until when, and how the holder came by it. */
export function VoucherFacts({ v }: { v: VoucherDetail }) {
  const { t, w } = useLanguage();
  const money = (fen: string) => formatYuan(fenOf(fen));
  return (
    <Card id="facts" title={t("facts")}>
      <dt>{t("issuer")}</dt><dd><PartyLink id={v.issuer} name={v.issuer_name} /></dd>
      <dt>{t("holder")}</dt><dd><PartyLink id={v.holder} name={v.holder_name} /> <span className="quiet nowrap">{t("tierN", { n: v.tier })}</span></dd>
      {v.pledgee && <><dt>{t("pledgee")}</dt><dd><PartyLink id={v.pledgee} /></dd></>}
      <dt>{t("face")}</dt><dd className="num">{money(v.face)}</dd>
      {v.settled !== "0" && <><dt>{t("settledAmount")}</dt><dd className="num">{money(v.settled)}</dd></>}
      {!isOver(v.state) && v.settled !== "0" && <><dt>{t("open")}</dt><dd className="num">{formatYuan(fenOf(v.open))}</dd></>}
      {v.interest !== "0" && <><dt>{t("lateInterest")}</dt><dd className="num">{money(v.interest)}</dd></>}
      <dt>{t("issuedOn")}</dt><dd>{v.issued}</dd>
      <dt>{t("maturity")}</dt><dd>{v.maturity}</dd>
      {v.due && v.due !== v.maturity && <><dt>{t("dueOn")}</dt><dd>{v.due} <span className="quiet">{t("dueAdjusted")}</span></dd></>}
      {v.accept_by && v.state === "ISSUED" && <><dt>{t("acceptBy")}</dt><dd>{v.accept_by}</dd></>}
      {v.defaulted && <><dt>{t("defaultedOn")}</dt><dd>{v.defaulted}</dd></>}
      {v.against && <><dt>{t("recourseAgainst")}</dt><dd><PartyLink id={v.against} /></dd></>}
      {v.before && <><dt>{t("frozenFrom")}</dt><dd>{w("voucher", v.before)}</dd></>}
      <dt>{t("acquired")}</dt>
      <dd>{w("via", v.via)}{v.from && <> {t("acquiredFrom")} <PartyLink id={v.from} /></>}{v.from && <span className="quiet"> · {t(v.recourse ? "withRecourse" : "withoutRecourse")}</span>}</dd>
      {v.passed && (
        <>
          <dt>{t("passedOnTo")}</dt>
          <dd>
            <PartyLink id={v.passed.to} name={v.passed.name} /> <span className="quiet">{w("via", v.passed.via)} · {v.passed.date}</span>
            {v.passed.cash && <> · <Anchor href={link("trace", v.passed.cash)}>{t("traceCash")}</Anchor></>}
          </dd>
        </>
      )}
      <dt>{t("claim")}</dt><dd><Anchor href={link("claim", v.claim)} className="id" title={v.claim}>{shortID(v.claim)}</Anchor></dd>
      {v.parent && <><dt>{t("parentVoucher")}</dt><dd><Lot id={v.parent} /></dd></>}
      {v.root !== v.lot && <><dt>{t("rootVoucher")}</dt><dd><Lot id={v.root} /></dd></>}
    </Card>
  );
}

/** What somebody has to answer: an offer, or an application for financing. */
export function PendingFacts({ v }: { v: VoucherDetail }) {
  const { t, w } = useLanguage();
  const p = v.pending!;
  const f = p.financing;
  return (
    <Card id="pending" title={t(f ? "pendingFinancing" : "pendingOffer")}>
      <dt>{t(f ? "funder" : "transferee")}</dt><dd><PartyLink id={p.to} /></dd>
      {f && (
        <>
          <dt>{t("financingMode")}</dt><dd>{w("financing", f.mode)}</dd>
          <dt>{t("rate")}</dt><dd className="num">{formatPPM(f.rate_ppm)} · {f.day_count}</dd>
        </>
      )}
      <dt>{t("recourse")}</dt><dd>{t(p.recourse ? "withRecourse" : "withoutRecourse")}</dd>
      {f && <><dt>{t("registrationNumber")}</dt><dd>{p.registration ? `${p.registration.number} · ${p.registration.date}` : t("notRegistered")}</dd></>}
      {p.document && <><dt>{t("tradeDocument")}</dt><dd className="id">{p.document}</dd></>}
    </Card>
  );
}

/** The figures of a financing, as the ledger computed them. */
export function FinancingFacts({ v }: { v: VoucherDetail }) {
  const { t, w } = useLanguage();
  const f = v.financing!;
  return (
    <Card id="financing" title={t("financing")}>
      <dt>{t("funder")}</dt><dd><PartyLink id={f.funder} /></dd>
      <dt>{t("financingMode")}</dt><dd>{w("financing", f.mode)} · {t(f.recourse ? "withRecourse" : "withoutRecourse")}</dd>
      <dt>{t("rate")}</dt><dd className="num">{formatPPM(f.rate_ppm)} · {f.day_count} · {t("daysN", { n: f.days })}</dd>
      {f.mode === "SALE" && <><dt>{t("discount")}</dt><dd className="num">{formatYuan(fenOf(f.discount))}</dd></>}
      <dt>{t("netPaid")}</dt><dd className="num">{formatYuan(fenOf(f.net))} <Anchor href={link("trace", f.cash)}>{t("trace")}</Anchor></dd>
      <dt>{t("date")}</dt><dd>{f.date}</dd>
      <dt>{t("registrationNumber")}</dt><dd>{f.registration.number} · {f.registration.date}</dd>
      {f.registration.searched && <><dt>{t("searchedOn")}</dt><dd>{f.registration.searched}</dd></>}
    </Card>
  );
}
