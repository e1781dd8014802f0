import { Alert, Anchor, Badge, Button, Group, Stack, Table } from "@mantine/core";
import { useState } from "react";
import { newKey } from "../api/client";
import type { InvoiceState } from "../api/trade";
import type { Receipt } from "../api/types";
import { ImportPanel } from "../bulk/ImportPanel";
import { link } from "../route";
import { useLanguage } from "../text/language";
import { shortPrint } from "./invoice";
import { InvoiceBadge } from "./InvoicesPage";
import { ReceivablesFrame } from "./ReceivablesFrame";

/** What POST /invoices/import answers. */
interface Imported extends Receipt {
  invoices: { file?: string; row: number; fingerprint: string; state?: InvoiceState; duplicate: boolean; near: { invoices: string[]; hidden: number }[] }[];
}

/** Registers the invoices of UBL documents and tables, all of them or none. */
export function InvoiceImportPage() {
  const [round, setRound] = useState(newKey);
  const [done, setDone] = useState<Imported | null>(null);
  return (
    <ReceivablesFrame current="invoice-import" title="importInvoices" lead="importLead">
      {done
        ? <Outcome answer={done} again={() => { setDone(null); setRound(newKey()); }} />
        : <ImportPanel key={round} path="/invoices/import" template="invoices" accept=".xml,.csv,application/xml,text/xml,text/csv" hint="importHint" many onDone={(r) => setDone(r as Imported)} />}
    </ReceivablesFrame>
  );
}

function Outcome({ answer, again }: { answer: Imported; again: () => void }) {
  const { t } = useLanguage();
  const invoices = answer.invoices ?? [];
  const duplicates = invoices.filter((i) => i.duplicate).length;
  return (
    <section className="card" aria-live="polite">
      <Stack>
        <Alert color="teal" title={t("importDone", { n: invoices.length })} />
        {duplicates > 0 && <Alert color="orange" role="alert" title={t("importDuplicates", { n: duplicates })} />}
        <div className="scroll">
          <Table verticalSpacing="xs">
            <Table.Thead><Table.Tr><Table.Th scope="col">{t("line")}</Table.Th><Table.Th scope="col">{t("fingerprint")}</Table.Th><Table.Th scope="col">{t("state")}</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {invoices.map((i, k) => (
                <Table.Tr key={k}>
                  <Table.Td>{[i.file, `#${i.row}`].filter(Boolean).join(" ")}</Table.Td>
                  <Table.Td><Anchor className="id" href={link("invoice", i.fingerprint)} title={i.fingerprint}>{shortPrint(i.fingerprint)}</Anchor></Table.Td>
                  <Table.Td>
                    <Group gap={6}>
                      {i.state && <InvoiceBadge state={i.state} />}
                      {i.duplicate && <Badge color="orange" variant="light">{t("duplicate")}</Badge>}
                      {i.near.length > 0 && <Badge color="yellow" variant="light">{t("looksAlike")}</Badge>}
                    </Group>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
        <Group><Button variant="default" onClick={again}>{t("importMore")}</Button></Group>
      </Stack>
    </section>
  );
}
