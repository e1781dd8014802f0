import { Button, Group, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { ProblemNote } from "../api/ProblemNote";
import { usePages } from "../api/queries";
import type { Page } from "../api/types";
import { go, link } from "../route";
import { useLanguage } from "../text/language";
import { askedAbout, momentOf, type Head, type ReadRecord } from "./readlog";

const filters = ["user", "about", "export", "since", "until"] as const;

/** Who asked for which trace, export or evidence, the newest first. */
export function ReadLogPage({ query }: { query: URLSearchParams }) {
  const { t } = useLanguage();
  const filter = Object.fromEntries(filters.map((f) => [f, query.get(f) ?? ""]));
  const pages = usePages<ReadRecord, Page<ReadRecord> & { head: Head }>("/readlog", filter);
  const records = pages.data?.pages.flatMap((p) => p.items) ?? [];
  const head = pages.data?.pages[0]?.head;
  return (
    <Stack gap="lg">
      <div>
        <Title order={1} size="h3">{t("readLog")}</Title>
        <Text className="quiet">{t("readLogLead")}</Text>
      </div>
      <section className="card" aria-label={t("readLog")}>
        <Filters key={query.toString()} values={filter} />
        {head && <p className="quiet" role="status">{t("readLogHead", { n: head.count })} <span className="id" title={head.sha256}>{head.sha256.slice(0, 16)}…</span></p>}
        <ProblemNote error={pages.error} retry={() => void pages.refetch()} />
        {pages.isPending && <p className="quiet" role="status">{t("loading")}</p>}
        {pages.data && records.length === 0 && <p className="quiet">{t("readLogNone")}</p>}
        {records.length > 0 && <Records records={records} />}
        {pages.hasNextPage && <Button mt="sm" variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>{t("more")}</Button>}
      </section>
    </Stack>
  );
}

function Filters({ values }: { values: Record<string, string> }) {
  const { t } = useLanguage();
  const [now, setNow] = useState(values);
  const labels = { user: t("askedBy"), about: t("askedAbout"), export: t("exportID"), since: t("sinceDay"), until: t("untilDay") };
  function submit(e: FormEvent) {
    e.preventDefault();
    go(link("readlog", "", Object.fromEntries(Object.entries(now).filter(([, v]) => v !== "").map(([k, v]) => [k, v.trim()]))));
  }
  return (
    <form role="search" aria-label={t("filters")} onSubmit={submit}>
      <Group align="end" gap="xs" mb="sm">
        {filters.map((f) => (
          <TextInput key={f} label={labels[f]} type={f === "since" || f === "until" ? "date" : "text"} value={now[f] ?? ""} onChange={(e) => setNow({ ...now, [f]: e.target.value })} />
        ))}
        <Button type="submit" variant="default">{t("searchGo")}</Button>
      </Group>
    </form>
  );
}

function Records({ records }: { records: ReadRecord[] }) {
  const { t, w } = useLanguage();
  return (
    <div className="scroll">
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" className="figure">{t("recordNumber")}</Table.Th>
            <Table.Th scope="col">{t("moment")}</Table.Th>
            <Table.Th scope="col">{t("askedBy")}</Table.Th>
            <Table.Th scope="col">{t("askedWhat")}</Table.Th>
            <Table.Th scope="col" className="figure wide">{t("answerRows")}</Table.Th>
            <Table.Th scope="col" className="wide">{t("exportID")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {records.map((r) => (
            <Table.Tr key={r.n}>
              <Table.Th scope="row" fw={500} className="figure">{r.n}</Table.Th>
              <Table.Td className="nowrap">{momentOf(r.at)}</Table.Td>
              <Table.Td>{r.user} {r.role && <div className="quiet">{w("role", r.role)}</div>}</Table.Td>
              <Table.Td>
                {r.kind === "ASKED" ? r.route : t(r.kind === "BEGUN" ? "logBegun" : "logMended")} {r.code && <code>{r.code}</code>}
                <div className="id quiet">{askedAbout(r)}</div>
              </Table.Td>
              <Table.Td className="figure wide">{r.rows !== undefined && r.rows >= 0 ? r.rows : "–"}</Table.Td>
              <Table.Td className="id wide" title={r.sha256}>{r.export}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
