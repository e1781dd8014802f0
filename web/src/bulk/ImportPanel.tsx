import { Alert, Anchor, Button, FileInput, Group, Stack, Table, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { newKey, postFiles, Problem, url } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { useNames } from "../api/queries";
import type { Receipt } from "../api/types";
import { fenOf, formatYuan } from "../money/yuan";
import { useLanguage } from "../text/language";
import { refusal } from "../text/refusals";
import type { TextKey } from "../text/zh";
import { shortID } from "../trace/target";
import { amountOf, placeOf, type Preview, type PreviewOp } from "./preview";

/** How many lines of a preview are shown; the totals are over all of them. */
const most = 200;

/** Files that are looked at first and recorded then, all lines or none. */
export function ImportPanel({ path, template, accept, hint, many, onDone }: {
  path: string; template: string; accept: string; hint: TextKey; many: boolean; onDone: (receipt: Receipt) => void;
}) {
  const { t, lang } = useLanguage();
  const client = useQueryClient();
  const [files, setFiles] = useState<File[]>([]);
  const [key, setKey] = useState(newKey);
  const [preview, setPreview] = useState<Preview | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [unknown, setUnknown] = useState(false);
  const [busy, setBusy] = useState(false);

  function choose(next: File | File[] | null) {
    setFiles(next === null ? [] : Array.isArray(next) ? next : [next]);
    setPreview(null);
    setError(null);
    setKey(newKey()); // other files are another request
  }
  async function run(work: () => Promise<void>) {
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (problem) {
      setError(problem);
      setUnknown((was) => problem instanceof Problem && (problem.outcomeUnknown || (was && problem.status >= 500)));
    } finally {
      setBusy(false);
    }
  }
  const look = () => run(async () => setPreview(await postFiles<Preview>(path, { preview: true }, files)));
  const record = () => run(async () => {
    const receipt = await postFiles<Receipt>(path, {}, files, key);
    setUnknown(receipt.outcome === "UNKNOWN");
    if (receipt.outcome === "UNKNOWN") return;
    await client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== "session" });
    onDone(receipt);
  });
  return (
    <section className="card" aria-label={t("importFiles")}>
      <Stack>
        <FileInput label={t("importFiles")} description={t(hint)} placeholder={t("chooseFile")} accept={accept} multiple={many} clearable disabled={unknown}
          value={(many ? files : (files[0] ?? null)) as never} onChange={(f) => choose(f as File | File[] | null)} />
        <Text size="sm">
          {t("templates")} <Anchor href={url(`/templates/${template}.csv`, { lang, encoding: "utf-8" })} download>{t("templateUTF8")}</Anchor>{" · "}
          <Anchor href={url(`/templates/${template}.csv`, { lang, encoding: "gb18030" })} download>{t("templateGB")}</Anchor>
        </Text>
        <ProblemNote error={error} />
        {unknown && <Alert color="yellow" role="alert" title={t("unknownWrite")} />}
        {preview && <Looked preview={preview} />}
        <Group>
          <Button variant={preview?.recordable ? "default" : "filled"} disabled={files.length === 0 || unknown} loading={busy && !preview} onClick={() => void look()}>{t("preview")}</Button>
          {(preview?.recordable || unknown) && <Button loading={busy} onClick={() => void record()}>{unknown ? t("sendAgain") : t("recordRows", { n: preview?.rows ?? 0 })}</Button>}
        </Group>
      </Stack>
    </section>
  );
}

/** What the files would record, and what is wrong with them. */
function Looked({ preview: p }: { preview: Preview }) {
  const { t, lang } = useLanguage();
  return (
    <Stack gap="sm" role="status">
      <div>
        <b>{t(p.recordable ? "previewGood" : "previewBad", { n: p.rows })}</b>{" "}
        {p.totals.map((x) => <span key={x.currency} className="num">{x.currency} {formatYuan(fenOf(x.amount))} </span>)}
        {p.encoding && <span className="quiet">{p.encoding}</span>}
      </div>
      {p.errors.length > 0 && (
        <div className="scroll">
          <Table verticalSpacing={4} aria-label={t("previewErrors")}>
            <Table.Thead><Table.Tr><Table.Th scope="col">{t("place")}</Table.Th><Table.Th scope="col">{t("whatIsWrong")}</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {p.errors.map((e, k) => {
                const said = refusal(e.code ?? "", e.detail ?? "", lang);
                return <Table.Tr key={k}><Table.Td className="nowrap">{placeOf(e)}</Table.Td><Table.Td>{said.sentence} {said.more && <span className="quiet" lang="en">{said.more}</span>} <span className="id quiet">{e.code}</span></Table.Td></Table.Tr>;
              })}
            </Table.Tbody>
          </Table>
          {!!p.errors_omitted && <p className="quiet">{t("moreN", { n: p.errors_omitted })}</p>}
        </div>
      )}
      {p.ops.length > 0 && (
        <div className="scroll">
          <Table verticalSpacing={4} aria-label={t("preview")}>
            <Table.Thead><Table.Tr><Table.Th scope="col">{t("line")}</Table.Th><Table.Th scope="col">{t("what")}</Table.Th><Table.Th scope="col" className="figure">{t("amount")}</Table.Th><Table.Th scope="col">{t("date")}</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{p.ops.slice(0, most).map((o, k) => <Line key={k} row={o.row} op={o.op} />)}</Table.Tbody>
          </Table>
          {p.ops.length > most && <p className="quiet">{t("moreN", { n: p.ops.length - most })}</p>}
        </div>
      )}
    </Stack>
  );
}

function Line({ row, op }: { row: number; op: PreviewOp }) {
  const { w } = useLanguage();
  const nameOf = useNames();
  const { invoice: i, voucher: v, voucher_step: s } = op;
  return (
    <Table.Tr>
      <Table.Td>{row}</Table.Td>
      <Table.Td className="who">
        {i && <>{nameOf(i.seller)} → {nameOf(i.buyer)} <span className="quiet">{w("invoiceType", i.type)}</span></>}
        {v && <span className="id" title={v.claim}>{shortID(v.claim)}</span>}
        {s && <>{w("step", op.type.replace(/^voucher\./, ""))} <span className="id" title={s.voucher}>{shortID(s.voucher)}</span> {s.to && `→ ${nameOf(s.to)}`}</>}
      </Table.Td>
      <Table.Td className="figure">{amountOf(op)}</Table.Td>
      <Table.Td className="nowrap">{i?.date ?? v?.date ?? s?.date}{v && <> – {v.maturity}</>}</Table.Td>
    </Table.Tr>
  );
}
