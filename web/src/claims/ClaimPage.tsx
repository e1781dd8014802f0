import { Alert, Anchor, Button, Group, Stack, Table, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { useNames, usePages } from "../api/queries";
import type { Claim } from "../api/trade";
import type { Voucher } from "../api/vouchers";
import { Dialog } from "../form/Dialog";
import { useWrite } from "../form/useWrite";
import { shortPrint } from "../invoices/invoice";
import { capitalYuan } from "../money/capital";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";
import { useSession } from "../session/session";
import { Listing } from "../shell/Listing";
import { useLanguage } from "../text/language";
import { PartyLink } from "../vouchers/Facts";
import { VoucherTable } from "../vouchers/VoucherTable";
import { ClaimBadge } from "./ClaimsPage";

type ClaimAction = "confirmation" | "cancellation";

/** A receivable: who owes whom what for which delivery, and the vouchers that stand on it. */
export function ClaimPage({ id }: { id: string }) {
  const { t } = useLanguage();
  const answer = useQuery({ queryKey: ["/claims", id], queryFn: ({ signal }) => get<Claim>(`/claims/${encodeURIComponent(id)}`, {}, signal) });
  if (!answer.data) return answer.error ? <ProblemNote error={answer.error} retry={() => void answer.refetch()} /> : <p className="quiet" role="status">{t("loading")}</p>;
  return <Shown c={answer.data} />;
}

function Shown({ c }: { c: Claim }) {
  const { t, w, lang } = useLanguage();
  const session = useSession();
  const nameOf = useNames();
  const vouchers = usePages<Voucher>("/vouchers", { claim: c.id });
  const [open, setOpen] = useState<ClaimAction | null>(null);
  const [done, setDone] = useState<ClaimAction | null>(null);
  const firm = session.role === "enterprise";
  const mayConfirm = firm && c.debtor === session.party && c.state === "OPEN";
  const mayCancel = firm && c.creditor === session.party && c.state !== "CANCELLED" && c.used === "0";
  const mayDraft = firm && c.debtor === session.party && c.state === "CONFIRMED" && c.left !== "0";
  return (
    <Stack gap="lg">
      <section className="card" aria-labelledby="claim">
        <Group justify="space-between" align="start">
          <div style={{ minWidth: 0 }}>
            <Group gap="sm"><Title order={1} size="h3" id="claim">{t("claimOf", { creditor: nameOf(c.creditor) })}</Title><ClaimBadge state={c.state} /></Group>
            <div className="id quiet">{c.id}</div>
          </div>
          <div className="figure head">
            <div className="big">{formatYuan(fenOf(c.amount))} <span className="kind quiet">{c.currency}</span></div>
            {lang === "zh" && <div className="quiet kind" style={{ whiteSpace: "normal" }}>{capitalYuan(fenOf(c.amount))}</div>}
            <div className="quiet">{t("unvouchered")} {formatYuan(fenOf(c.left))}</div>
          </div>
        </Group>
        <div role="status">{done && <Alert mt="sm" color="teal" title={t("done", { stage: t(done === "confirmation" ? "confirmClaim" : "cancelClaim") })} withCloseButton closeButtonLabel={t("close")} onClose={() => setDone(null)} />}</div>
        {(mayConfirm || mayCancel || mayDraft) && (
          <Group mt="md" gap="xs" role="group" aria-label={t("actions")}>
            {mayConfirm && <Button onClick={() => setOpen("confirmation")}>{t("confirmClaim")}</Button>}
            {mayDraft && <Button component="a" href={link("draft", "", { claim: c.id })}>{t("draftVoucher")}</Button>}
            {mayCancel && <Button variant="default" onClick={() => setOpen("cancellation")}>{t("cancelClaim")}</Button>}
          </Group>
        )}
      </section>
      <div className="columns">
        <section className="card" aria-labelledby="facts">
          <Title order={2} size="h4" id="facts" mb="sm">{t("facts")}</Title>
          <dl className="facts">
            <dt>{t("creditor")}</dt><dd><PartyLink id={c.creditor} /> {c.creditor_size && <span className="quiet">{w("size", c.creditor_size)}</span>}</dd>
            <dt>{t("debtor")}</dt><dd><PartyLink id={c.debtor} /> {c.debtor_size && <span className="quiet">{w("size", c.debtor_size)}</span>}</dd>
            <dt>{t("contractDate")}</dt><dd>{c.contract_date ?? "–"}{c.contract && <div className="id quiet">SHA-256 {c.contract}</div>}</dd>
            <dt>{t("deliveredOn")}</dt><dd>{c.delivery_date ?? "–"}{c.delivery && <div className="id quiet">SHA-256 {c.delivery}</div>}</dd>
            <dt>{t("confirmedBy")}</dt><dd>{c.confirmed ? <>{c.confirmed.date} <span className="id">{c.confirmed.writer.name}</span></> : t("notConfirmed")}</dd>
            {c.cancelled && <><dt>{t("cancelledBy")}</dt><dd>{c.cancelled.date} <span className="id">{c.cancelled.writer.name}</span> {c.cancelled.reason}</dd></>}
            {c.memo && <><dt>{t("memo")}</dt><dd>{c.memo}</dd></>}
          </dl>
        </section>
        <section className="card" aria-labelledby="invoices">
          <Title order={2} size="h4" id="invoices" mb="sm">{t("invoices")}</Title>
          {!c.invoices?.length ? <p className="quiet">{t("papersHidden")}</p> : (
            <Table verticalSpacing="xs">
              <Table.Thead><Table.Tr><Table.Th scope="col">{t("fingerprint")}</Table.Th><Table.Th scope="col" className="figure">{t("claimedPart")}</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {c.invoices.map((i) => (
                  <Table.Tr key={i.fingerprint}>
                    <Table.Td><Anchor className="id" href={link("invoice", i.fingerprint)} title={i.fingerprint}>{shortPrint(i.fingerprint)}</Anchor></Table.Td>
                    <Table.Td className="figure">{formatYuan(fenOf(i.amount))}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )}
        </section>
      </div>
      <section className="card" aria-labelledby="vouchers">
        <Title order={2} size="h4" id="vouchers" mb="sm">{t("claimVouchers")}</Title>
        <Listing list={vouchers} none={t("claimVouchersNone")}>{(items) => <VoucherTable items={items} label={t("claimVouchers")} />}</Listing>
      </section>
      {open && <ClaimDialog c={c} action={open} onClose={() => setOpen(null)} onDone={() => { setDone(open); setOpen(null); }} />}
    </Stack>
  );
}

function ClaimDialog({ c, action, onClose, onDone }: { c: Claim; action: ClaimAction; onClose: () => void; onDone: () => void }) {
  const { t, lang } = useLanguage();
  const nameOf = useNames();
  const write = useWrite();
  const [reason, setReason] = useState("");
  const confirms = action === "confirmation";
  const title = t(confirms ? "confirmClaim" : "cancelClaim");
  async function submit() {
    if (await write.send(`/claims/${encodeURIComponent(c.id)}/${action}`, { ...(reason.trim() && { reason: reason.trim() }) })) onDone();
  }
  return (
    <Dialog title={title} says={t(confirms ? "doConfirmClaim" : "doCancelClaim")} write={write} submit={submit} label={title} danger={!confirms} onClose={onClose}>
      <dl className="facts">
        <dt>{t("creditor")}</dt><dd>{nameOf(c.creditor)}</dd>
        <dt>{t("debtor")}</dt><dd>{nameOf(c.debtor)}</dd>
        <dt>{t("amount")}</dt><dd><b className="num">{formatYuan(fenOf(c.amount))}</b> {c.currency}{lang === "zh" && <div className="quiet">{capitalYuan(fenOf(c.amount))}</div>}</dd>
        <dt>{t("deliveredOn")}</dt><dd>{c.delivery_date ?? "–"}</dd>
      </dl>
      {!confirms && <TextInput label={t("reason")} maxLength={200} autoComplete="off" value={reason} onChange={(e) => setReason(e.target.value)} />}
    </Dialog>
  );
}
