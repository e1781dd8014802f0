import { Button, Group, SegmentedControl, Select, Stack, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState, type ReactNode } from "react";
import { get, Problem, type Query } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { useNames, type NameOf } from "../api/queries";
import type { Diagram, Direction, FundTrace, LotTrace, Sources, TraceRow } from "../api/types";
import { TakeAway } from "../evidence/TakeAway";
import { today } from "../disburse/payment";
import { fenOf, formatYuan } from "../money/yuan";
import { PaceCard } from "../pace/PaceCard";
import { link } from "../route";
import { useLanguage } from "../text/language";
import type { TextKey } from "../text/zh";
import { backwardBalance, forwardBalance, fundBalance, partyBalance, type Balance } from "./balance";
import { acyclic } from "./flow";
import { FlowCard } from "./FlowCard";
import { MethodPanel } from "./MethodPanel";
import { OriginRows } from "./OriginRows";
import { Rows } from "./Rows";
import { Settlements } from "./Settlements";
import { placeLabel } from "./tone";
import { Totals } from "./Totals";

/** Reads a trace page by page: every page has the same diagram and totals, and its own rows. */
function useTrace<R, T extends Diagram & { rows: R[] }>(path: string, query: Query) {
  const { lang } = useLanguage();
  const nameOf = useNames();
  const pages = useInfiniteQuery({
    queryKey: [path, "trace", query],
    queryFn: ({ pageParam, signal }) => get<T>(path, { ...query, cursor: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
  });
  const answer = pages.data?.pages[0];
  const rows = useMemo(() => pages.data?.pages.flatMap((p): R[] => p.rows) ?? [], [pages.data]);
  const flow = useMemo(() => acyclic(answer?.nodes ?? [], answer?.links ?? []), [answer]);
  /** The places of the diagram by identifier, with their names. */
  const places = useMemo(() => new Map(flow.nodes.map((n) => [n.place, placeLabel(n, lang)])), [flow, lang]);
  const label: NameOf = (id, given) => (id ? (places.get(id) ?? (id.startsWith("sink:") ? placeLabel({ id, label: "" }, lang) : nameOf(id, given))) : "");
  return { pages, answer, rows, flow, places, label };
}

/** Where the money of a lot went, or where it came from. */
export function LotView({ lot, direction }: { lot: string; direction: Direction }) {
  const { t } = useLanguage();
  const [place, setPlace] = useState<string | null>(null);
  const { pages, answer, rows, flow, places, label } = useTrace<TraceRow, LotTrace>(`/lots/${encodeURIComponent(lot)}/trace`, { direction });
  // A voucher is a lot of a claim, not of money: who looks for one gets its page.
  const claim = pages.error instanceof Problem ? pages.error.values["voucher"] : undefined;
  useEffect(() => {
    if (claim) window.location.replace(link("voucher", claim));
  }, [claim]);
  if (!answer) return <Waiting pages={pages} />;
  const backward = direction === "backward";
  const settlements = pages.data?.pages.flatMap((p) => p.settlements ?? []) ?? [];
  const shown = place === null ? rows : rows.filter((r) => [r.from, r.to, r.payee].includes(place));
  return (
    <Stack>
      <FlowCard flow={flow} total={fenOf(answer.totals.traced)} none={backward ? "sankeyNoneBack" : "sankeyNone"} truncated={answer.truncated} onPick={setPlace} />
      <section className="card"><Totals balance={(backward ? backwardBalance : forwardBalance)(answer.totals)} currency={answer.currency} /></section>
      {!backward && <MethodPanel lot={lot} nameOf={label} />}
      <TakeAway subject={{ kind: "trace", lot, direction }} statement={{ lots: [lot] }} />
      {settlements.length > 0 && <Settlements settlements={settlements} nameOf={label} />}
      <section className="card" aria-labelledby="rows">
        <Group justify="space-between" align="end" mb="sm">
          <Heading text={t("rows")} shown={shown.length} all={rows.length} more={pages.hasNextPage} />
          <Select label={t("nodeFilter")} placeholder={t("everyPlace")} clearable searchable value={place} onChange={setPlace} w={260} maw="100%"
            data={[...places].map(([value, text]) => ({ value, label: text }))} />
        </Group>
        <Rows rows={shown} nameOf={label} backward={backward} />
        <More pages={pages} />
      </section>
    </Stack>
  );
}

/** Where everything is that was paid into a fund. */
export function FundView({ fund }: { fund: string }) {
  const { t } = useLanguage();
  // From a parent fund over its sub-funds to enterprises is two steps: what one asks first, and what fits a diagram.
  const [depth, setDepth] = useState("2");
  const { pages, answer, rows, flow, label } = useTrace<FundTrace["rows"][number], FundTrace>(`/funds/${encodeURIComponent(fund)}/trace`,
    { as_of: today(), ...(depth !== "0" && { depth }) });
  if (!answer) return <Waiting pages={pages} />;
  return (
    <Stack>
      <OriginView pages={pages} controls={
        <SegmentedControl size="xs" aria-label={t("steps")} value={depth} onChange={setDepth}
          data={["1", "2", "3", "0"].map((value) => ({ value, label: value === "0" ? t("everyStep") : t("stepsOf", { n: value }) }))} />} answer={answer} flow={flow} balance={fundBalance(answer.totals)}
        beside={[["idleHere", answer.totals.idle_here], ["cameBack", answer.totals.returned], ["arriving", answer.arriving]]} count={rows.length}>
        <OriginRows rows={rows} nameOf={label} columns={[["paidIn", (r) => r.in], ["reached", (r) => r.reached], ["idle", (r) => r.idle],
          ["inTransit", (r) => r.in_transit], ["spent", (r) => r.spent], ["hidden", (r) => r.hidden]]} />
      </OriginView>
      <PaceCard fund={fund} />
      <TakeAway subject={{ kind: "figure", fund }} />
    </Stack>
  );
}

/** Whose money a party has received, and what became of it. */
export function SourcesView({ party }: { party: string }) {
  const { pages, answer, rows, flow, label } = useTrace<Sources["rows"][number], Sources>(`/parties/${encodeURIComponent(party)}/sources`, { as_of: today() });
  if (!answer) return <Waiting pages={pages} />;
  return (
    <OriginView pages={pages} answer={answer} flow={flow} balance={partyBalance(answer.totals)}
      beside={[["returned", answer.totals.returned], ["arriving", answer.arriving], ["originClosed", answer.closed], ["hiddenBeside", answer.hidden]]} count={rows.length}>
      <OriginRows rows={rows} nameOf={label} columns={[["received", (r) => r.received], ["holds", (r) => r.holds], ["inTransit", (r) => r.in_transit],
        ["spent", (r) => r.spent], ["passedOn", (r) => r.passed_on], ["returned", (r) => r.returned]]} />
    </OriginView>
  );
}

type Pages = Pick<ReturnType<typeof useTrace>["pages"], "error" | "isPending" | "hasNextPage" | "isFetchingNextPage" | "fetchNextPage" | "refetch">;

/** A trace whose rows are origins: diagram, totals with what stands beside them, table. */
function OriginView({ pages, answer, flow, balance, beside, count, controls, children }: {
  pages: Pages; answer: FundTrace | Sources; flow: ReturnType<typeof acyclic>; balance: Balance;
  beside: [TextKey, string][]; count: number; controls?: ReactNode; children: ReactNode;
}) {
  const { t } = useLanguage();
  const facts = beside.filter(([, amount]) => fenOf(amount) !== 0n);
  return (
    <Stack>
      <FlowCard flow={flow} total={balance.whole} none="sankeyNothing" truncated={answer.truncated} controls={controls} onPick={() => {}} />
      <section className="card">
        <Totals balance={balance} currency={answer.currency || "CNY"}>
          {facts.length > 0 && <p className="quiet" style={{ margin: "0.6rem 0 0" }}>{t("beside")} {facts.map(([text, amount]) => `${t(text)} ${formatYuan(fenOf(amount))}`).join(" · ")}</p>}
        </Totals>
      </section>
      <section className="card" aria-labelledby="rows">
        <Heading text={t("originRows")} shown={count} all={count} more={pages.hasNextPage} />
        {children}
        <More pages={pages} />
      </section>
    </Stack>
  );
}

function Heading({ text, shown, all, more }: { text: string; shown: number; all: number; more: boolean }) {
  const { t } = useLanguage();
  return (
    <div>
      <Title order={2} size="h4" id="rows">{text}</Title>
      <span className="quiet" role="status">{shown === all ? t("rowsCount", { n: all }) : t("rowsShown", { n: shown, all })}{more && ` · ${t("rowsMore")}`}</span>
    </div>
  );
}

function Waiting({ pages }: { pages: Pages }) {
  const { t } = useLanguage();
  if (pages.isPending) return <p className="quiet" role="status">{t("loading")}</p>;
  return <ProblemNote error={pages.error} retry={() => void pages.refetch()} />;
}

function More({ pages }: { pages: Pages }) {
  const { t } = useLanguage();
  return (
    <>
      <ProblemNote error={pages.error} />
      {pages.hasNextPage && <Button mt="sm" variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>{t("more")}</Button>}
    </>
  );
}
