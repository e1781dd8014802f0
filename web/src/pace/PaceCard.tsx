import { SimpleGrid, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { today } from "../disburse/payment";
import { fenOf, formatYuan } from "../money/yuan";
import { useLanguage } from "../text/language";
import type { TextKey } from "../text/zh";
import { ageOf, share, type FundIdle, type FundTiming, type Spell } from "./pace";

/** How long a fund's money took to enterprises, and how long what has not arrived has been lying in funds. */
export function PaceCard({ fund }: { fund: string }) {
  const { t } = useLanguage();
  const path = `/funds/${encodeURIComponent(fund)}`;
  const query = { until: today() };
  const timing = useQuery({ queryKey: [path, "timing", query], queryFn: ({ signal }) => get<FundTiming>(`${path}/timing`, query, signal) });
  const idle = useQuery({ queryKey: [path, "idle", query], queryFn: ({ signal }) => get<FundIdle>(`${path}/idle`, { ...query, limit: 1 }, signal) });
  return (
    <section className="card" aria-labelledby="pace">
      <Title order={2} size="h4" id="pace">{t("pace")}</Title>
      <Text className="quiet" mb="sm">{t("paceLead")}</Text>
      <ProblemNote error={timing.error ?? idle.error} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {timing.data && <Spells timing={timing.data} />}
        {idle.data && <Ages idle={idle.data} />}
      </SimpleGrid>
    </section>
  );
}

function Spells({ timing }: { timing: FundTiming }) {
  const { t } = useLanguage();
  const spells: [TextKey, Spell][] = [["treasuryToFund", timing.treasury_to_fund], ["fundToEnterprise", timing.fund_to_enterprise],
    ["treasuryToEnterprise", timing.treasury_to_enterprise], ["stillWaiting", timing.waiting]];
  return (
    <div className="scroll">
      <Table verticalSpacing="xs" aria-label={t("days")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("days")}</Table.Th>
            <Table.Th scope="col" className="figure">{t("median")}</Table.Th>
            <Table.Th scope="col" className="figure">{t("p90")}</Table.Th>
            <Table.Th scope="col" className="figure">{t("mean")}</Table.Th>
            <Table.Th scope="col" className="figure wide">{t("amount")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {spells.map(([text, s]) => (
            <Table.Tr key={text}>
              <Table.Th scope="row" fw={500}>{t(text)}</Table.Th>
              {s.lots === 0 ? <Table.Td colSpan={3} className="figure quiet">{t("none")}</Table.Td> : <>
                <Table.Td className="figure">{s.median}</Table.Td>
                <Table.Td className="figure">{s.p90}</Table.Td>
                <Table.Td className="figure">{s.mean.toFixed(1)}</Table.Td>
              </>}
              <Table.Td className="figure wide">{formatYuan(fenOf(s.amount))}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** What lies in funds by its age, each with a bar as long as its part of the whole. */
function Ages({ idle }: { idle: FundIdle }) {
  const { t } = useLanguage();
  const whole = fenOf(idle.family.amount);
  return (
    <div className="scroll">
      <Table verticalSpacing="xs" aria-label={t("idleByAge")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("idleDays")}</Table.Th>
            <Table.Th scope="col" className="figure">{t("idle")}</Table.Th>
            <Table.Th scope="col" w="40%"><span className="visually-hidden">{t("shareOf")}</span></Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {idle.family.ages.map((a) => (
            <Table.Tr key={a.from}>
              <Table.Th scope="row" fw={500} className="nowrap">{ageOf(a)}</Table.Th>
              <Table.Td className="figure">{formatYuan(fenOf(a.in_funds))}</Table.Td>
              <Table.Td>{a.in_funds !== "0" && <div className="meter" style={{ width: `${share(fenOf(a.in_funds), whole) / 10}%` }} />}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
