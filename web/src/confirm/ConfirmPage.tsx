import { Alert, Anchor, Badge, Button, Group, Stack, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import { ProblemNote } from "../api/ProblemNote";
import { useAll, useNames, usePages } from "../api/queries";
import type { Account, Movement, Stage } from "../api/types";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";
import { useSession } from "../session/session";
import { useLanguage } from "../text/language";
import { shortID } from "../trace/target";
import { StepDialog } from "./StepDialog";
import { stepsFor, waitsFor, type Step } from "./steps";

/** The movements that have not arrived, and what the signed-in user can do about each. */
export function ConfirmPage() {
  const { t } = useLanguage();
  const session = useSession();
  const custodian = session.role === "custodian";
  const [open, setOpen] = useState<{ movement: Movement; step: Step } | null>(null);
  const [done, setDone] = useState<Step | null>(null);
  return (
    <Stack gap="lg">
      <div>
        <Title order={1} size="h3">{t(custodian ? "confirmTitle" : "pendingTitle")}</Title>
        <Text className="quiet">{t(custodian ? "confirmLead" : "pendingLead")}</Text>
      </div>
      <div role="status">{done && <Alert color="teal" title={t("done", { stage: t(done) })} withCloseButton closeButtonLabel={t("close")} onClose={() => setDone(null)} />}</div>
      <Pending stage="INSTRUCTED" act={(movement, step) => setOpen({ movement, step })} />
      <Pending stage="DEBITED" act={(movement, step) => setOpen({ movement, step })} />
      {open && <StepDialog {...open} onClose={() => setOpen(null)} onDone={() => { setDone(open.step); setOpen(null); }} />}
    </Stack>
  );
}

function Pending({ stage, act }: { stage: Stage; act: (m: Movement, s: Step) => void }) {
  const { t, w } = useLanguage();
  const session = useSession();
  const nameOf = useNames();
  const list = usePages<Movement>("/movements", { stage });
  const accounts = useAll<Account>("/accounts").data;
  const banks = new Map(accounts?.map((a) => [a.id, a.bank]));
  const keeps = (id: string) => banks.get(id) === session.party;
  const items = list.data?.pages.flatMap((p) => p.items) ?? [];
  const title = t(stage === "INSTRUCTED" ? "toDebit" : "toCredit");
  return (
    <section className="card" aria-label={title}>
      <Title order={2} size="h4" mb="sm">{title}</Title>
      <ProblemNote error={list.error} retry={() => void list.refetch()} />
      {list.isPending && <p className="quiet">{t("loading")}</p>}
      {list.data && items.length === 0 && <p className="quiet">{t("pendingNone")}</p>}
      {items.length > 0 && (
        <div className="scroll">
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{t("movement")}</Table.Th>
                <Table.Th scope="col">{t("date")}</Table.Th>
                <Table.Th scope="col">{t("from")}</Table.Th>
                <Table.Th scope="col">{t("to")}</Table.Th>
                <Table.Th scope="col" className="figure">{t("amount")}</Table.Th>
                <Table.Th scope="col">{t("actions")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((m) => {
                const steps = stepsFor(m, session, keeps);
                const bank = banks.get(waitsFor(m) ?? "");
                return (
                  <Table.Tr key={m.movement}>
                    <Table.Td>
                      <Badge variant="light">{w("kind", m.kind)}</Badge>{" "}
                      <Anchor href={link("trace", m.movement)} className="id" title={m.movement}>{shortID(m.movement)}</Anchor>
                      {m.memo && <Text size="xs" className="quiet">{m.memo}</Text>}
                    </Table.Td>
                    <Table.Td className="nowrap">{m.date}</Table.Td>
                    <Table.Td className="who">{m.from ? nameOf(m.from) : t("outside")}</Table.Td>
                    <Table.Td className="who">{m.to ? nameOf(m.to) : nameOf(m.payee)}</Table.Td>
                    <Table.Td className="figure">{formatYuan(fenOf(m.amount))}</Table.Td>
                    <Table.Td>
                      <Group gap={6} wrap="nowrap">
                        {steps.map((s) => (
                          <Button key={s} size="compact-sm" variant={s === "debit" || s === "credit" ? "filled" : "default"}
                            onClick={() => act(m, s)} aria-label={`${t(s)} ${nameOf(m.to ?? m.payee)} ${formatYuan(fenOf(m.amount))}`}>{t(s)}</Button>
                        ))}
                        {steps.length === 0 && <span className="quiet">{bank ? t("waitsFor", { bank: nameOf(bank) }) : t("notYours")}</span>}
                      </Group>
                    </Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {list.hasNextPage && <Button mt="sm" variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("more")}</Button>}
    </section>
  );
}
