import { Alert, Anchor, Button, Group, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { get } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { useNames } from "../api/queries";
import type { Receipt } from "../api/types";
import type { VoucherDetail } from "../api/vouchers";
import { today } from "../disburse/payment";
import { useKeeps } from "../form/AccountInput";
import { capitalYuan } from "../money/capital";
import { fenOf, formatYuan } from "../money/yuan";
import { go, link } from "../route";
import { useSession } from "../session/session";
import { useLanguage } from "../text/language";
import { shortID } from "../trace/target";
import { actionsFor, drafted, quietSteps, type VoucherAction } from "./actions";
import { ActionDialog } from "./ActionDialog";
import { FinancingFacts, PendingFacts, VoucherFacts } from "./Facts";
import { StateBadge } from "./StateBadge";
import { Timeline } from "./Timeline";
import { DaysLeft } from "./VoucherTable";

/** A voucher: what it is, where it stands, what the signed-in user can do with it, and everything that happened to it. */
export function VoucherPage({ lot, step }: { lot: string; step: string | null }) {
  const { t } = useLanguage();
  const answer = useQuery({ queryKey: ["/vouchers", lot], queryFn: ({ signal }) => get<VoucherDetail>(`/vouchers/${encodeURIComponent(lot)}`, {}, signal) });
  if (!answer.data) return answer.error ? <ProblemNote error={answer.error} retry={() => void answer.refetch()} /> : <p className="quiet" role="status">{t("loading")}</p>;
  return <Shown v={answer.data} asked={step} />;
}

function Shown({ v, asked }: { v: VoucherDetail; asked: string | null }) {
  const { t, w, lang } = useLanguage();
  const nameOf = useNames();
  const [done, setDone] = useState<{ step: VoucherAction; made: string[] } | null>(null);
  return (
    <Stack gap="lg">
      <section className="card" aria-labelledby="voucher">
        <Group justify="space-between" align="start">
          <div style={{ minWidth: 0 }}>
            <Group gap="sm">
              <Title order={1} size="h3" id="voucher">{t("voucherOf", { issuer: nameOf(v.issuer, v.issuer_name) })}</Title>
              <StateBadge state={v.state} size="lg" />
            </Group>
            <div className="id quiet">{v.lot}</div>
          </div>
          <div className="figure head">
            <div className="big">{formatYuan(fenOf(v.face))} <span className="kind quiet">{v.currency}</span></div>
            {lang === "zh" && <div className="quiet kind" style={{ whiteSpace: "normal" }}>{capitalYuan(fenOf(v.face))}</div>}
            <div>{t("maturity")} {v.maturity}</div>
            <DaysLeft v={v} />
          </div>
        </Group>
        <div role="status">
          {done && (
            <Alert mt="sm" color="teal" title={t("done", { stage: w("step", done.step) })} withCloseButton closeButtonLabel={t("close")} onClose={() => setDone(null)}>
              {done.made.length > 0 && <>{t("newVouchers")} {done.made.map((id) => <Anchor key={id} href={link("voucher", id)} className="id" mr="xs" title={id}>{shortID(id)}</Anchor>)}</>}
            </Alert>
          )}
        </div>
        <Actions v={v} asked={asked} onOpen={() => setDone(null)} onDone={(step, receipt) => setDone({ step, made: receipt.vouchers ?? [] })} />
      </section>
      <div className="columns">
        <Stack gap="lg">
          <VoucherFacts v={v} />
          {v.pending && <PendingFacts v={v} />}
          {v.financing && <FinancingFacts v={v} />}
        </Stack>
        <section className="card" aria-labelledby="timeline">
          <Group justify="space-between" mb="sm">
            <Title order={2} size="h4" id="timeline">{t("timeline")}</Title>
            <Anchor href={link("tree", v.lot)}>{t("seeTree")}</Anchor>
          </Group>
          <Timeline v={v} />
        </section>
      </div>
    </Stack>
  );
}

/** The steps that the signed-in user can take, each behind a dialog. An address may ask for one. */
function Actions({ v, asked, onOpen, onDone }: { v: VoucherDetail; asked: string | null; onOpen: () => void; onDone: (step: VoucherAction, receipt: Receipt) => void }) {
  const { t, w } = useLanguage();
  const session = useSession();
  const keeps = useKeeps(session.party);
  const actions = actionsFor(v, session, today(), keeps);
  const [open, setOpen] = useState<VoucherAction | null>(null);
  const wanted = actions.find((a) => a === asked);
  useEffect(() => {
    if (wanted) setOpen(wanted);
  }, [wanted]);
  const close = () => {
    setOpen(null);
    if (asked) go(link("voucher", v.lot)); // so that going back and reloading do not open it again
  };
  return (
    <>
      <Group mt="md" gap="xs" role="group" aria-label={t("actions")}>
        {actions.map((step) => <Button key={step} variant={quietSteps.has(step) ? "default" : "filled"} onClick={() => { onOpen(); setOpen(step); }}>{w("step", step)}</Button>)}
        {drafted(v, session) && <span className="quiet">{t("secondPerson")}</span>}
        {v.cancels === session.party && v.state === "ACTIVE" && <span className="quiet">{t("cancelAsked")}</span>}
        {v.cancels && v.cancels !== session.party && actions.includes("cancel") && <span className="quiet">{t("cancelOther")}</span>}
        {actions.length === 0 && !drafted(v, session) && !v.cancels && <span className="quiet">{t("nothingToDo")}</span>}
      </Group>
      {open && <ActionDialog key={open} v={v} step={open} onClose={close} onDone={(receipt) => { onDone(open, receipt); close(); }} />}
    </>
  );
}
