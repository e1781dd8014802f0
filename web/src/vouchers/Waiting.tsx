import { Alert, Button, Group, Title } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { useNames } from "../api/queries";
import type { Claim } from "../api/trade";
import type { Voucher } from "../api/vouchers";
import type { Page } from "../api/types";
import { WaitingClaims } from "../claims/WaitingClaims";
import { today } from "../disburse/payment";
import { useKeeps } from "../form/AccountInput";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";
import { useSession } from "../session/session";
import { useLanguage } from "../text/language";
import { queuesFor, waits, type Queue } from "./queues";
import { SignMany } from "./SignMany";
import { VoucherTable } from "./VoucherTable";

/** How many vouchers of a queue are looked at; who has more works through them page by page. */
const looked = 200;

/** What waits for the signed-in user, the most urgent last: what has to be signed, accepted, funded or paid. */
export function Waiting() {
  const { t } = useLanguage();
  const session = useSession();
  const keeps = useKeeps(session.party);
  const queues = queuesFor(session, today());
  /** What to ask for, once each: two queues may look at the same vouchers. */
  const asked = new Map(queues.map((q) => [JSON.stringify(q.query), q.query]));
  const answers = useQueries({
    queries: [...asked.values()].map((query) => ({
      queryKey: ["/vouchers", "waiting", query],
      queryFn: ({ signal }: { signal: AbortSignal }) => get<Page<Voucher>>("/vouchers", { ...query, limit: looked }, signal),
    })),
  });
  const answerTo = new Map([...asked.keys()].map((key, i) => [key, answers[i]?.data]));
  const claims = useQuery({
    queryKey: ["/claims", "waiting", session.party],
    queryFn: ({ signal }) => get<Page<Claim>>("/claims", { debtor: session.party, state: "OPEN", limit: looked }, signal),
    enabled: session.role === "enterprise",
  });
  const found = queues.map((q) => {
    const answer = answerTo.get(JSON.stringify(q.query));
    return { q, more: !!answer?.next, items: (answer?.items ?? []).filter((v) => waits(q, v, session, today(), keeps)) };
  });
  const error = answers.find((a) => a.error)?.error ?? claims.error;
  const open = claims.data?.items ?? [];
  const nothing = found.every((f) => f.items.length === 0) && open.length === 0;
  return (
    <section className="card" aria-labelledby="waiting">
      <Title order={2} size="h4" id="waiting" mb="sm">{t("waitingForYou")}</Title>
      <ProblemNote error={error} />
      {answers.some((a) => a.isPending) && <p className="quiet" role="status">{t("loading")}</p>}
      {nothing && !error && answers.every((a) => !a.isPending) && <p className="quiet">{t("waitingNothing")}</p>}
      {open.length > 0 && <WaitingClaims claims={open} />}
      {found.filter((f) => f.items.length > 0).map(({ q, items, more }) => <QueueList key={q.text} queue={q} items={items} more={more} />)}
    </section>
  );
}

function QueueList({ queue, items, more }: { queue: Queue; items: Voucher[]; more: boolean }) {
  const { t, w } = useLanguage();
  const nameOf = useNames();
  const [all, setAll] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [signing, setSigning] = useState(false);
  const [done, setDone] = useState(0);
  const marked = items.filter((v) => chosen.has(v.lot));
  const sum = items.reduce((s, v) => s + fenOf(v.open), 0n);
  const step = queue.step;
  const shown = all ? items : items.slice(0, 5);
  return (
    <section className="queue" aria-label={t(queue.text)}>
      <Group justify="space-between" mb={4}>
        <Title order={3} size="h5">{t(queue.text)} <span className="quiet">{t(more ? "countSumMore" : "countSum", { n: items.length, yuan: formatYuan(sum) })}</span></Title>
        {queue.many && step && items.length > 1 && (
          <Group gap="xs">
            <Button size="compact-sm" variant="default" onClick={() => setChosen(marked.length === items.length ? new Set() : new Set(items.map((v) => v.lot)))}>
              {t(marked.length === items.length ? "chooseNone" : "chooseAll")}
            </Button>
            <Button size="compact-sm" disabled={marked.length === 0} onClick={() => setSigning(true)}>{t("signMany", { step: w("step", step), n: marked.length })}</Button>
          </Group>
        )}
      </Group>
      <div role="status">{done > 0 && <Alert color="teal" title={t("signedMany", { n: done })} withCloseButton closeButtonLabel={t("close")} onClose={() => setDone(0)} />}</div>
      <div className="scroll">
        <VoucherTable items={shown} label={t(queue.text)}
          {...(queue.many && items.length > 1 && { selection: { chosen, choose: (lot: string, on: boolean) => setChosen((was) => { const next = new Set(was); if (on) next.add(lot); else next.delete(lot); return next; }) } })}
          action={(v) => (
            <Button size="compact-sm" component="a" variant={step ? "filled" : "light"} href={link("voucher", v.lot, step ? { step } : {})}
              aria-label={`${step ? w("step", step) : t("openVoucher")} ${nameOf(v.holder)} ${formatYuan(fenOf(v.face))}`}>{step ? w("step", step) : t("openVoucher")}</Button>
          )} />
      </div>
      {!all && items.length > 5 && <Button mt={4} size="compact-sm" variant="subtle" onClick={() => setAll(true)}>{t("showAll", { n: items.length })}</Button>}
      {signing && step && (
        <SignMany step={step} vouchers={marked} onClose={() => setSigning(false)} onDone={() => { setSigning(false); setDone(marked.length); setChosen(new Set()); }} />
      )}
    </section>
  );
}
