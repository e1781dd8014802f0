import { Button, Group, Stack, Table, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { ProblemNote } from "../api/ProblemNote";
import { useAll, useNames, usePages } from "../api/queries";
import type { Account, Fund } from "../api/types";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";
import { useSession } from "../session/session";
import { useLanguage } from "../text/language";

/** The funds and accounts that the signed-in user may see. */
export function OverviewPage() {
  return (
    <Stack gap="lg">
      <Funds />
      <Accounts />
    </Stack>
  );
}

function Funds() {
  const { t, w } = useLanguage();
  const session = useSession();
  const nameOf = useNames();
  const funds = usePages<Fund>("/funds");
  const accounts = useAll<Account>("/accounts").data;
  const balances = new Map(accounts?.map((a) => [a.id, a.balance.remaining]));
  const items = funds.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <section className="card" aria-labelledby="funds">
      <Title order={1} size="h3" id="funds" mb="sm">{t("funds")}</Title>
      <ProblemNote error={funds.error} retry={() => void funds.refetch()} />
      {funds.isPending && <p className="quiet">{t("loading")}</p>}
      {funds.data && items.length === 0 && <p className="quiet">{t("fundsNone")}</p>}
      {items.length > 0 && (
        <div className="scroll">
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{t("fund")}</Table.Th>
                <Table.Th scope="col" className="wide">{t("level")}</Table.Th>
                <Table.Th scope="col" className="wide">{t("manager")}</Table.Th>
                <Table.Th scope="col" className="wide">{t("term")}</Table.Th>
                <Table.Th scope="col" className="figure">{t("balance")}</Table.Th>
                <Table.Th scope="col"><span className="visually-hidden">{t("actions")}</span></Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((f) => (
                <Table.Tr key={f.id}>
                  <Table.Th scope="row" fw={600} className="who">
                    {nameOf(f.id)}
                    <div className="id quiet">{f.id}</div>
                  </Table.Th>
                  <Table.Td className="nowrap wide">{w("fundLevel", f.level)} · {w("fundClass", f.class)}</Table.Td>
                  <Table.Td className="who wide">{nameOf(f.manager)}</Table.Td>
                  <Table.Td className="nowrap wide">{f.term_start} – {f.term_end}</Table.Td>
                  <Table.Td className="figure">{yuan(balances.get(f.account))}</Table.Td>
                  <Table.Td>
                    <div className="actions">
                      <Button size="compact-sm" variant="light" component="a" href={link("trace", f.id)} aria-label={`${t("trace")} ${nameOf(f.id)}`}>{t("trace")}</Button>
                      {session.role === "manager" && f.manager === session.party && (
                        <Button size="compact-sm" component="a" href={link("disburse", "", { fund: f.id })} aria-label={`${t("disburse")} ${nameOf(f.id)}`}>{t("disburse")}</Button>
                      )}
                    </div>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {funds.hasNextPage && <Button mt="sm" variant="default" loading={funds.isFetchingNextPage} onClick={() => void funds.fetchNextPage()}>{t("more")}</Button>}
    </section>
  );
}

function Accounts() {
  const { t, w } = useLanguage();
  const nameOf = useNames();
  const accounts = useAll<Account>("/accounts");
  const [filter, setFilter] = useState("");
  const [shown, setShown] = useState(20);
  const wanted = filter.trim().toLowerCase();
  const items = (accounts.data ?? []).filter((a) => [a.id, a.owner, nameOf(a.id), nameOf(a.owner)].some((s) => s.toLowerCase().includes(wanted)));
  return (
    <section className="card" aria-labelledby="accounts">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h3" id="accounts">{t("accounts")}</Title>
        <TextInput aria-label={t("filterAccounts")} placeholder={t("filterAccounts")} value={filter} onChange={(e) => setFilter(e.target.value)} type="search" w={260} maw="100%" />
      </Group>
      <ProblemNote error={accounts.error} retry={() => void accounts.refetch()} />
      {accounts.isPending && <p className="quiet">{t("loading")}</p>}
      {accounts.data && items.length === 0 && <p className="quiet">{t("accountsNone")}</p>}
      {items.length > 0 && (
        <div className="scroll">
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{t("owner")}</Table.Th>
                <Table.Th scope="col" className="wide">{t("accountUse")}</Table.Th>
                <Table.Th scope="col" className="wide">{t("bank")}</Table.Th>
                <Table.Th scope="col" className="figure">{t("balance")}</Table.Th>
                <Table.Th scope="col"><span className="visually-hidden">{t("actions")}</span></Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.slice(0, shown).map((a) => (
                <Table.Tr key={a.id}>
                  <Table.Th scope="row" fw={500} className="who">
                    {nameOf(a.id) === a.id ? nameOf(a.owner) : nameOf(a.id)}
                    <div className="id quiet">{a.id}</div>
                  </Table.Th>
                  <Table.Td className="nowrap wide">{w("account", a.purpose)}</Table.Td>
                  <Table.Td className="who wide">{nameOf(a.bank)}</Table.Td>
                  <Table.Td className="figure">
                    {yuan(a.balance.remaining)}
                    {a.balance.in_transit !== "0" && <div className="quiet kind">{t("inTransit")} {yuan(a.balance.in_transit)}</div>}
                    {a.balance.arriving !== "0" && <div className="quiet kind">{t("arriving")} {yuan(a.balance.arriving)}</div>}
                  </Table.Td>
                  <Table.Td>
                    <div className="actions">
                      <Button size="compact-sm" variant="light" component="a" href={link("account", a.id)} aria-label={`${t("lots")} ${nameOf(a.id)}`}>{t("lots")}</Button>
                      <Button size="compact-sm" variant="light" component="a" href={link("trace", a.owner)} aria-label={`${t("sources")} ${nameOf(a.id)}`}>{t("sources")}</Button>
                    </div>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {items.length > shown && <Button mt="sm" variant="default" onClick={() => setShown(shown + 50)}>{t("more")}</Button>}
    </section>
  );
}

/** A balance as text; a dash for an account that is not in the list. */
function yuan(fen: string | undefined): string {
  return fen === undefined ? "–" : formatYuan(fenOf(fen));
}
