import { Anchor, Button, Table, Title } from "@mantine/core";
import { useNames } from "../api/queries";
import type { Claim } from "../api/trade";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";
import { useLanguage } from "../text/language";
import { shortID } from "../trace/target";

/** Claims against the signed-in enterprise that it has to confirm before vouchers can be drafted on them. */
export function WaitingClaims({ claims }: { claims: Claim[] }) {
  const { t } = useLanguage();
  const nameOf = useNames();
  return (
    <section className="queue" aria-label={t("waitConfirm")}>
      <Title order={3} size="h5" mb={4}>{t("waitConfirm")} <span className="quiet">{t("countSum", { n: claims.length, yuan: formatYuan(claims.reduce((s, c) => s + fenOf(c.amount), 0n)) })}</span></Title>
      <div className="scroll">
        <Table verticalSpacing="xs" className="stack">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t("claim")}</Table.Th>
              <Table.Th scope="col">{t("creditor")}</Table.Th>
              <Table.Th scope="col" className="figure">{t("amount")}</Table.Th>
              <Table.Th scope="col"><span className="visually-hidden">{t("actions")}</span></Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {claims.map((c) => (
              <Table.Tr key={c.id}>
                <Table.Td className="name"><Anchor href={link("claim", c.id)} className="id nowrap" title={c.id}>{shortID(c.id)}</Anchor></Table.Td>
                <Table.Td className="who">{nameOf(c.creditor)}</Table.Td>
                <Table.Td className="figure sum">{formatYuan(fenOf(c.amount))}</Table.Td>
                <Table.Td className="act"><div className="actions"><Button size="compact-sm" component="a" href={link("claim", c.id)} aria-label={`${t("confirmClaim")} ${nameOf(c.creditor)}`}>{t("confirmClaim")}</Button></div></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </section>
  );
}
