import { Alert, Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { get } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { useNames } from "../api/queries";
import type { VoucherTree } from "../api/vouchers";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";
import { useLanguage } from "../text/language";
import { Totals } from "../trace/Totals";
import { shortID } from "../trace/target";
import { branches, rowsOf, treeBalance, treeFaults } from "./tree";
import { TreeTable } from "./TreeTable";

/** Everything that one issue grew into: who holds how much of it, on which tier, and that it all adds up to its face. */
export function TreePage({ lot }: { lot: string }) {
  const { t } = useLanguage();
  const answer = useQuery({ queryKey: ["/vouchers", lot, "tree"], queryFn: ({ signal }) => get<VoucherTree>(`/vouchers/${encodeURIComponent(lot)}/tree`, {}, signal) });
  if (!answer.data) return answer.error ? <ProblemNote error={answer.error} retry={() => void answer.refetch()} /> : <p className="quiet" role="status">{t("loading")}</p>;
  return <Shown tree={answer.data} lot={lot} />;
}

function Shown({ tree, lot }: { tree: VoucherTree; lot: string }) {
  const { t } = useLanguage();
  const nameOf = useNames();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => rowsOf(tree.nodes, closed), [tree, closed]);
  const parents = useMemo(() => branches(tree.nodes), [tree]);
  const off = treeFaults(tree);
  const wrong = off.live !== 0n || off.settled !== 0n;
  const toggle = (id: string) => setClosed((was) => {
    const next = new Set(was);
    if (!next.delete(id)) next.add(id);
    return next;
  });
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="end">
        <div>
          <Title order={1} size="h3">{t("treeOf", { issuer: nameOf(tree.issuer, tree.issuer_name) })}</Title>
          <Text className="quiet">{t("treeFacts", { issued: tree.issued, maturity: tree.maturity })} · <Anchor href={link("claim", tree.claim)}>{t("claim")} <span className="id">{shortID(tree.claim)}</span></Anchor></Text>
        </div>
        <Button component="a" variant="default" href={link("voucher", lot)}>{t("backToVoucher")}</Button>
      </Group>
      <section className="card">
        <Totals balance={treeBalance(tree)} currency={tree.currency}>
          {wrong && <Alert mt="sm" color="red" role="alert" title={t("treeOff", { live: formatYuan(off.live), settled: formatYuan(off.settled) })} />}
          {tree.hidden.nodes > 0 && <p className="quiet" style={{ margin: "0.6rem 0 0" }}>{t("hiddenVouchers", { n: tree.hidden.nodes, yuan: formatYuan(fenOf(tree.hidden.amount)) })}</p>}
        </Totals>
      </section>
      <section className="card" aria-labelledby="tree">
        <Group justify="space-between" mb="sm">
          <Title order={2} size="h4" id="tree">{t("tree")} <span className="quiet">{t("vouchersN", { n: tree.nodes.length })}</span></Title>
          {parents.length > 1 && (
            <Group gap="xs">
              <Button size="compact-sm" variant="default" onClick={() => setClosed(new Set())}>{t("openAll")}</Button>
              <Button size="compact-sm" variant="default" onClick={() => setClosed(new Set(parents))}>{t("closeAll")}</Button>
            </Group>
          )}
        </Group>
        <TreeTable rows={rows} here={lot} closed={closed} toggle={toggle} />
      </section>
    </Stack>
  );
}
