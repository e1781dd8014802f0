import { Alert, Anchor, Badge, Button, Group, Stack, Table, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { useNames } from "../api/queries";
import type { InvoiceDetail, Reservation } from "../api/trade";
import { ClaimBadge } from "../claims/ClaimsPage";
import { today } from "../disburse/payment";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";
import { useSession } from "../session/session";
import { useLanguage } from "../text/language";
import { shortID } from "../trace/target";
import { PartyLink } from "../vouchers/Facts";
import { InvoiceDialog } from "./InvoiceDialog";
import { invoiceActionsFor, reservationActionsFor, type InvoiceAction } from "./actions";
import { shortPrint } from "./invoice";
import { InvoiceBadge } from "./InvoicesPage";

/** What the registry knows of an invoice: who registered it, what was asked of it, and what stands on it. */
export function InvoicePage({ id }: { id: string }) {
  const { t } = useLanguage();
  const answer = useQuery({ queryKey: ["/invoices", id], queryFn: ({ signal }) => get<InvoiceDetail>(`/invoices/${encodeURIComponent(id)}`, {}, signal) });
  if (!answer.data) return answer.error ? <ProblemNote error={answer.error} retry={() => void answer.refetch()} /> : <p className="quiet" role="status">{t("loading")}</p>;
  return <Shown i={answer.data} />;
}

function Shown({ i }: { i: InvoiceDetail }) {
  const { t, w } = useLanguage();
  const session = useSession();
  const nameOf = useNames();
  const [open, setOpen] = useState<{ action: InvoiceAction; reservation?: Reservation } | null>(null);
  const [done, setDone] = useState<InvoiceAction | null>(null);
  const actions = invoiceActionsFor(i, session);
  return (
    <Stack gap="lg">
      <section className="card" aria-labelledby="invoice">
        <Group justify="space-between" align="start">
          <div style={{ minWidth: 0 }}>
            <Group gap="sm"><Title order={1} size="h3" id="invoice">{t("invoiceOf", { seller: nameOf(i.seller) })}</Title><InvoiceBadge state={i.state} /></Group>
            <div className="id quiet">{i.fingerprint}</div>
          </div>
          <div className="figure head">
            <div className="big">{formatYuan(fenOf(i.amount))} <span className="kind quiet">{i.currency}</span></div>
            <div className="quiet">{t("unused")} {formatYuan(fenOf(i.left))}</div>
          </div>
        </Group>
        <div role="status">{done && <Alert mt="sm" color="teal" title={t("done", { stage: w("invoiceStep", done) })} withCloseButton closeButtonLabel={t("close")} onClose={() => setDone(null)} />}</div>
        {actions.length > 0 && (
          <Group mt="md" gap="xs" role="group" aria-label={t("actions")}>
            {actions.map((a) => <Button key={a} variant={a === "cancellation" ? "default" : "filled"} onClick={() => setOpen({ action: a })}>{w("invoiceStep", a)}</Button>)}
          </Group>
        )}
      </section>
      <div className="columns">
        <section className="card" aria-labelledby="facts">
          <Title order={2} size="h4" id="facts" mb="sm">{t("facts")}</Title>
          <dl className="facts">
            <dt>{t("seller")}</dt><dd><PartyLink id={i.seller} /></dd>
            <dt>{t("buyer")}</dt><dd><PartyLink id={i.buyer} /></dd>
            <dt>{t("invoiceType")}</dt><dd>{w("invoiceType", i.type)}</dd>
            <dt>{t("invoiceDate")}</dt><dd>{i.date}</dd>
            {i.due && <><dt>{t("invoiceDue")}</dt><dd>{i.due}</dd></>}
            <dt>{t("used")}</dt><dd className="num">{formatYuan(fenOf(i.used))}</dd>
            <dt>{t("invoiceFile")}</dt><dd className="id">{i.document ? `SHA-256 ${i.document}` : "–"}</dd>
            {i.cancelled && <><dt>{t("cancelledBy")}</dt><dd>{i.cancelled.date} <span className="id">{i.cancelled.writer.name}</span> {i.cancelled.reason}</dd></>}
          </dl>
          <p className="quiet kind">{t("numbersPrivate")}</p>
        </section>
        <section className="card" aria-labelledby="registrations">
          <Title order={2} size="h4" id="registrations" mb="sm">{t("registrations")}</Title>
          <ol className="timeline">
            {(i.registrations ?? []).map((r, k) => (
              <li key={k}>
                <b>{r.writer.party ? nameOf(r.writer.party) : t("somebodyElse")}</b> {r.duplicate && <Badge color="orange" variant="light">{t("duplicate")}</Badge>}
                <div className="quiet"><span className="id">{r.writer.name}</span> <time className="kind" dateTime={r.at}>{r.at.slice(0, 16).replace("T", " ")}Z</time></div>
              </li>
            ))}
            {(i.checks ?? []).map((c, k) => (
              <li key={`check ${k}`}>
                <b>{t("taxCheck")}</b> <Badge color={c.status === "VALID" ? "teal" : "red"} variant="light">{w("tax", c.status)}</Badge>
                <div className="quiet">{c.date} · {c.source} <span className="id">{c.writer.name}</span></div>
              </li>
            ))}
          </ol>
        </section>
      </div>
      <section className="card" aria-labelledby="uses">
        <Title order={2} size="h4" id="uses" mb="sm">{t("invoiceUses")}</Title>
        {i.claims.length + (i.reservations ?? []).length === 0 ? <p className="quiet">{t("invoiceUnused")}</p> : (
          <div className="scroll">
            <Table verticalSpacing="xs" aria-label={t("invoiceUses")}>
              <Table.Thead><Table.Tr><Table.Th scope="col">{t("usedBy")}</Table.Th><Table.Th scope="col" className="figure">{t("amount")}</Table.Th><Table.Th scope="col">{t("state")}</Table.Th><Table.Th scope="col"><span className="visually-hidden">{t("actions")}</span></Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {i.claims.map((c) => (
                  <Table.Tr key={c.claim}>
                    <Table.Td>{t("claim")} <Anchor className="id" href={link("claim", c.claim)} title={c.claim}>{shortID(c.claim)}</Anchor></Table.Td>
                    <Table.Td className="figure">{formatYuan(fenOf(c.amount))}</Table.Td>
                    <Table.Td><ClaimBadge state={c.state} /></Table.Td>
                    <Table.Td />
                  </Table.Tr>
                ))}
                {(i.reservations ?? []).map((r) => (
                  <Table.Tr key={r.id}>
                    <Table.Td className="who">{t("reservationBy")} {r.funder ? nameOf(r.funder) : t("somebodyElse")}{r.registration && <div className="quiet kind">{t("registrationNumber")} {r.registration.number}</div>}</Table.Td>
                    <Table.Td className="figure">{formatYuan(fenOf(r.amount))}</Table.Td>
                    <Table.Td className="nowrap"><Badge variant="light" color={r.state === "RELEASED" ? "gray" : "indigo"}>{w("reservation", r.state)}</Badge><div className="quiet kind">{t("until")} {r.expires}</div></Table.Td>
                    <Table.Td>
                      <div className="actions">
                        {reservationActionsFor(i, r, session, today()).map((a) => <Button key={a} size="compact-sm" variant={a === "release" ? "default" : "filled"} onClick={() => setOpen({ action: a, reservation: r })}>{w("invoiceStep", a)}</Button>)}
                      </div>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </section>
      {open && <InvoiceDialog i={i} {...open} title={`${w("invoiceStep", open.action)} ${shortPrint(i.fingerprint)}`} onClose={() => setOpen(null)} onDone={() => { setDone(open.action); setOpen(null); }} />}
    </Stack>
  );
}
