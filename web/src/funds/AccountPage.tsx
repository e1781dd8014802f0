import { Anchor, Badge, Button, Stack, Table, Title } from "@mantine/core";
import { ProblemNote } from "../api/ProblemNote";
import { useNames, usePages } from "../api/queries";
import type { Lot, LotPage } from "../api/types";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";
import { useLanguage } from "../text/language";
import { shortID } from "../trace/target";

/** The lots that an account has received, oldest first, each with a way to its trace. */
export function AccountPage({ id }: { id: string }) {
  const { t } = useLanguage();
  const nameOf = useNames();
  return (
    <Stack>
      <Title order={1} size="h3">{nameOf(id)}</Title>
      <section className="card" aria-label={t("lotsOf", { id })}>
        <p className="id quiet" style={{ marginTop: 0 }}>{id}</p>
        <LotTable path={`/accounts/${encodeURIComponent(id)}/lots`} />
      </section>
    </Stack>
  );
}

function LotTable({ path }: { path: string }) {
  const { t, w } = useLanguage();
  const lots = usePages<Lot, LotPage>(path);
  const hidden = lots.data?.pages[0]?.hidden;
  const items = lots.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <>
      <ProblemNote error={lots.error} retry={() => void lots.refetch()} />
      {lots.isPending && <p className="quiet">{t("loading")}</p>}
      {lots.data && items.length === 0 && <p className="quiet">{t("lotsNone")}</p>}
      {items.length > 0 && (
        <div className="scroll">
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{t("lot")}</Table.Th>
                <Table.Th scope="col" className="figure">{t("amountIn")}</Table.Th>
                <Table.Th scope="col" className="figure">{t("amountDrawn")}</Table.Th>
                <Table.Th scope="col" className="figure">{t("amountLeft")}</Table.Th>
                <Table.Th scope="col">{t("stage")}</Table.Th>
                <Table.Th scope="col">{t("attest")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((l) => (
                <Table.Tr key={l.lot}>
                  <Table.Td><Anchor href={link("trace", l.lot)} className="id" title={l.lot}>{shortID(l.lot)}</Anchor></Table.Td>
                  <Table.Td className="figure">{formatYuan(fenOf(l.amount))}</Table.Td>
                  <Table.Td className="figure">{formatYuan(fenOf(l.drawn))}</Table.Td>
                  <Table.Td className="figure">{formatYuan(fenOf(l.remaining))}</Table.Td>
                  <Table.Td><Badge variant="light" color={l.stage === "CREDITED" ? "teal" : "yellow"}>{w("stage", l.stage)}</Badge></Table.Td>
                  <Table.Td className="nowrap">{w("level", l.level)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {hidden && hidden.lots > 0 && <p className="quiet">{t("hiddenLots", { n: hidden.lots, yuan: formatYuan(fenOf(hidden.amount)) })}</p>}
      {lots.hasNextPage && <Button mt="sm" variant="default" loading={lots.isFetchingNextPage} onClick={() => void lots.fetchNextPage()}>{t("more")}</Button>}
    </>
  );
}
