import { Anchor, Loader, Table, Title } from "@mantine/core";
import { lazy, Suspense, useMemo, type ReactNode } from "react";
import { useNames } from "../api/queries";
import type { FunderExposure, HolderExposure, IssuerExposure, MonthSum, PartySum, TierSum, VoucherSum } from "../api/supervision";
import { today } from "../disburse/payment";
import { shortPPM } from "../money/rate";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";
import { useLanguage } from "../text/language";
import type { TextKey } from "../text/zh";
import { Totals } from "../trace/Totals";
import { linkOf } from "../vouchers/filter";
import { issuedBalance, monthBars, tierBars, type Bar } from "./exposure";

// The drawing library comes with the charts only.
const Bars = lazy(() => import("./Bars"));

/** A figure with its name; how many vouchers stand behind it, where they are counted. */
type Figure = [text: TextKey, amount: string, vouchers?: number | undefined, late?: boolean];

const of = (text: TextKey, s: VoucherSum, late = false): Figure => [text, s.amount, s.vouchers, late];

function Figures({ figures }: { figures: Figure[] }) {
  const { t } = useLanguage();
  return (
    <dl className="figures">
      {figures.map(([text, amount, n, late]) => (
        <div key={text} className={late && amount !== "0" ? "late" : undefined}>
          <dt>{t(text)}</dt>
          <dd>{formatYuan(fenOf(amount))}{n !== undefined && <span className="quiet kind"> {t("vouchersN", { n })}</span>}</dd>
        </div>
      ))}
    </dl>
  );
}

function Part({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return <section className="card part-of" aria-labelledby={id}><Title order={2} size="h4" id={id} mb="sm">{title}</Title>{children}</section>;
}

/** A chart and the same figures as a table. */
function Chart({ title, column, bars, mark }: { title: string; column: string; bars: Bar[]; mark?: (name: string) => boolean }) {
  const { t } = useLanguage();
  if (bars.length === 0) return null;
  return (
    <section aria-label={title}>
      <Title order={3} size="h5" mt="md">{title}</Title>
      <Suspense fallback={<div style={{ height: 220 }}><Loader aria-label={t("loading")} /></div>}><Bars bars={bars} label={`${title}: ${bars.map((b) => `${b.name} ${formatYuan(b.fen)}`).join("; ")}`} {...(mark && { mark })} /></Suspense>
      <details>
        <summary>{t("asTable")}</summary>
        <Table verticalSpacing={4}>
          <Table.Thead><Table.Tr><Table.Th scope="col">{column}</Table.Th><Table.Th scope="col" className="figure">{t("voucherCount")}</Table.Th><Table.Th scope="col" className="figure">{t("amount")}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>{bars.filter((b) => b.vouchers > 0).map((b) => <Table.Tr key={b.name}><Table.Td>{b.name}</Table.Td><Table.Td className="figure">{b.vouchers}</Table.Td><Table.Td className="figure">{formatYuan(b.fen)}</Table.Td></Table.Tr>)}</Table.Tbody>
        </Table>
      </details>
    </section>
  );
}

function Months({ rows }: { rows: MonthSum[] }) {
  const { t } = useLanguage();
  const bars = useMemo(() => monthBars(rows), [rows]);
  const mark = useMemo(() => (month: string) => month < today().slice(0, 7), []);
  return <Chart title={t("byMaturity")} column={t("month")} bars={bars} mark={mark} />;
}

function Tiers({ rows }: { rows: TierSum[] }) {
  const { t } = useLanguage();
  const bars = useMemo(() => tierBars(rows, (n) => t("tierN", { n })), [rows, t]);
  return <Chart title={t("byTier")} column={t("tier")} bars={bars} />;
}

/** The largest parties with their shares; the bar behind a share is its width only. */
function Parties({ title, rows, vouchersOf }: { title: TextKey; rows: PartySum[]; vouchersOf?: (party: string) => string }) {
  const { t } = useLanguage();
  const nameOf = useNames();
  if (rows.length === 0) return null;
  return (
    <section aria-label={t(title)}>
      <Title order={3} size="h5" mt="md" mb={4}>{t(title)}</Title>
      <div className="scroll">
        <Table verticalSpacing={4}>
          <Table.Thead><Table.Tr><Table.Th scope="col">{t("party")}</Table.Th><Table.Th scope="col" className="figure">{t("voucherCount")}</Table.Th><Table.Th scope="col" className="figure">{t("amount")}</Table.Th><Table.Th scope="col" className="figure">{t("share")}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {rows.map((r) => (
              <Table.Tr key={r.party}>
                <Table.Td className="who"><Anchor href={link("exposure", r.party)}>{nameOf(r.party, r.name)}</Anchor></Table.Td>
                <Table.Td className="figure">{vouchersOf ? <Anchor href={vouchersOf(r.party)}>{r.vouchers}</Anchor> : r.vouchers}</Table.Td>
                <Table.Td className="figure">{formatYuan(fenOf(r.amount))}</Table.Td>
                <Table.Td className="figure"><span className="share" style={{ ["--share" as string]: `${r.share_ppm / 10_000}%` }}>{shortPPM(r.share_ppm)}</span></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </section>
  );
}

/** What the party owes as issuer. */
export function IssuerPart({ e, party }: { e: IssuerExposure; party: string }) {
  const { t } = useLanguage();
  return (
    <Part id={`issuer-${e.currency}`} title={`${t("asIssuer")} · ${e.currency}`}>
      <Figures figures={[of("outstanding", e.outstanding), of("overdue", e.overdue, true), ["sumSettled", e.settled], ["lateInterest", e.interest, undefined, true], of("drafted", e.drafted)]} />
      <div style={{ marginTop: "1rem" }}><Totals balance={issuedBalance(e)} currency={e.currency} /></div>
      <div className="columns"><Months rows={e.by_month ?? []} /><Tiers rows={e.by_tier ?? []} /></div>
      <Parties title="byHolder" rows={e.by_holder ?? []} vouchersOf={(holder) => linkOf({ issuer: party, holder, live: "true" })} />
    </Part>
  );
}

/** What the party holds. */
export function HolderPart({ e, party }: { e: HolderExposure; party: string }) {
  const { t } = useLanguage();
  return (
    <Part id={`holder-${e.currency}`} title={`${t("asHolder")} · ${e.currency}`}>
      <Figures figures={[of("held", e.held), of("overdue", e.overdue, true), of("pledged", e.pledged), ["receivedSettled", e.received]]} />
      <div className="columns"><Months rows={e.by_month ?? []} /><Tiers rows={e.by_tier ?? []} /></div>
      <Parties title="byIssuer" rows={e.by_issuer ?? []} vouchersOf={(issuer) => linkOf({ issuer, holder: party, live: "true" })} />
    </Part>
  );
}

/** What the party has financed. */
export function FunderPart({ e }: { e: FunderExposure; party: string }) {
  const { t } = useLanguage();
  const nameOf = useNames();
  return (
    <Part id={`funder-${e.currency}`} title={`${t("asFunder")} · ${e.currency}`}>
      <Figures figures={[of("paidOut", e.paid), of("outstanding", e.outstanding), of("bought", e.bought), of("takenInPledge", e.pledged), ["discountEarned", e.discount], of("overdue", e.overdue, true)]} />
      {e.largest_issuer && <p>{t("largestIssuer", { name: nameOf(e.largest_issuer), share: shortPPM(e.largest_share_ppm) })}</p>}
      <Months rows={e.by_month ?? []} />
      <div className="columns"><Parties title="byIssuer" rows={e.by_issuer ?? []} /><Parties title="byGroup" rows={e.by_group ?? []} /></div>
    </Part>
  );
}
