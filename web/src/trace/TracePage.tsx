import { Anchor, Button, Group, List, SegmentedControl, Stack, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState, type FormEvent } from "react";
import { get } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { getAll, useNames } from "../api/queries";
import type { Fund, Movement, Page, Party } from "../api/types";
import { AccountPage } from "../funds/AccountPage";
import { fenOf, formatYuan } from "../money/yuan";
import { go, link } from "../route";
import { useLanguage } from "../text/language";
import { shortID, targetOf, type Target } from "./target";
import { FundView, LotView, SourcesView } from "./TraceView";

/** Traces what the address names: a lot, a movement's lots, a fund, a party, an account; names are looked up. */
export default function TracePage({ id, direction }: { id: string; direction: string | null }) {
  const { t } = useLanguage();
  const nameOf = useNames();
  const target = targetOf(id);
  const name = target.kind === "name" ? "" : nameOf(target.id);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="end">
        <div style={{ minWidth: 0 }}>
          <Title order={1} size="h3">{name && name !== id ? name : t("traceTitle")}</Title>
          {id && target.kind !== "name" && <span className="id quiet">{id}</span>}
        </div>
        <Search value={id} />
      </Group>
      {id === "" ? <Text className="quiet">{t("traceIntro")}</Text> : <Answer target={target} direction={direction} />}
    </Stack>
  );
}

function Search({ value }: { value: string }) {
  const { t } = useLanguage();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  function submit(e: FormEvent) {
    e.preventDefault();
    const target = targetOf(text);
    const id = target.kind === "name" ? target.text : target.id;
    if (id) go(link("trace", id));
  }
  return (
    <form role="search" onSubmit={submit} style={{ flex: "1 1 22rem", maxWidth: "34rem" }}>
      <Group align="end" gap="xs" wrap="nowrap">
        <TextInput type="search" label={t("search")} placeholder={t("searchHint")} value={text} onChange={(e) => setText(e.target.value)} style={{ flex: 1 }} />
        <Button type="submit">{t("searchGo")}</Button>
      </Group>
    </form>
  );
}

function Answer({ target, direction }: { target: Target; direction: string | null }) {
  switch (target.kind) {
    case "lot":
      return <LotTrace lot={target.id} direction={direction === "backward" ? "backward" : "forward"} />;
    case "movement":
      return <MovementLots id={target.id} />;
    case "fund":
      return <FundView key={target.id} fund={target.id} />;
    case "party":
      return <SourcesView key={target.id} party={target.id} />;
    case "account":
      return <AccountPage key={target.id} id={target.id} />;
    case "name":
      return <Results text={target.text} />;
  }
}

function LotTrace({ lot, direction }: { lot: string; direction: "forward" | "backward" }) {
  const { t } = useLanguage();
  return (
    <Stack>
      <SegmentedControl aria-label={t("direction")} value={direction} style={{ alignSelf: "flex-start" }}
        onChange={(v) => go(link("trace", lot, v === "backward" ? { direction: v } : {}))}
        data={[{ value: "backward", label: `← ${t("backward")}` }, { value: "forward", label: `${t("forward")} →` }]} />
      <LotView key={lot + direction} lot={lot} direction={direction} />
    </Stack>
  );
}

/** A movement yields one lot for each lot it drew on; a movement of one lot is that lot's trace. */
function MovementLots({ id }: { id: string }) {
  const { t, w } = useLanguage();
  const movement = useQuery({ queryKey: ["/movements", id], queryFn: ({ signal }) => get<Movement>(`/movements/${encodeURIComponent(id)}`, {}, signal) });
  const m = movement.data;
  const claim = m?.to?.startsWith("claims:") || m?.kind === "VOUCHER_SETTLE" ? m.voucher : undefined;
  useEffect(() => {
    if (claim) window.location.replace(link("voucher", claim));
  }, [claim]);
  if (!m) return movement.error ? <ProblemNote error={movement.error} /> : <p className="quiet">{t("loading")}</p>;
  const lots = m.yields ?? [];
  if (lots.length === 1) return <LotTrace lot={lots[0]!.lot} direction="backward" />;
  return (
    <section className="card">
      <Text mb="xs">{w("kind", m.kind)} · {m.date} · <b>{formatYuan(fenOf(m.amount))}</b>. {t("chooseLot", { n: lots.length })}</Text>
      <List>
        {lots.map((l) => (
          <List.Item key={l.lot}>
            <Anchor className="id" href={link("trace", l.lot, { direction: "backward" })}>{shortID(l.lot)}</Anchor> {formatYuan(fenOf(l.amount))}
          </List.Item>
        ))}
      </List>
    </section>
  );
}

/** Funds and parties whose name or identifier has the text in it. */
function Results({ text }: { text: string }) {
  const { t, w } = useLanguage();
  const nameOf = useNames();
  const found = useQuery({
    queryKey: ["search", text],
    queryFn: async ({ signal }) => {
      const [funds, parties] = await Promise.all([
        getAll<Fund>("/funds", {}, signal),
        get<Page<Party>>("/parties", { q: text, limit: 50 }, signal),
      ]);
      const low = text.toLowerCase();
      return { funds: funds.filter((f) => `${f.name ?? ""} ${f.id}`.toLowerCase().includes(low)), parties: parties.items };
    },
  });
  if (!found.data) return found.error ? <ProblemNote error={found.error} /> : <p className="quiet">{t("loading")}</p>;
  const { funds, parties } = found.data;
  if (funds.length + parties.length === 0) return <p>{t("searchNone", { text })}</p>;
  return (
    <section className="card" aria-labelledby="results">
      <Title order={2} size="h4" id="results" mb="xs">{t("searchResults", { text })}</Title>
      <List spacing={4}>
        {funds.map((f) => <List.Item key={f.id}><Anchor href={link("trace", f.id)}>{nameOf(f.id)}</Anchor> <span className="quiet">{t("fund")} · {w("fundLevel", f.level)}</span></List.Item>)}
        {parties.map((p) => <List.Item key={p.id}><Anchor href={link("trace", p.id)}>{nameOf(p.id)}</Anchor> <span className="quiet">{w("party", p.kind)} · {p.id}</span></List.Item>)}
      </List>
    </section>
  );
}
