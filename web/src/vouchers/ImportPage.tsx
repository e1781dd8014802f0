import { Alert, Anchor, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { Receipt } from "../api/types";
import { ImportPanel } from "../bulk/ImportPanel";
import { link } from "../route";
import { useSession } from "../session/session";
import { useLanguage } from "../text/language";

type Table = "vouchers" | "transfers";

/** Drafts or transfers in bulk, from a table, all rows or none. */
export function VoucherImportPage() {
  const { t } = useLanguage();
  const session = useSession();
  const [table, setTable] = useState<Table>("vouchers");
  const [done, setDone] = useState<Receipt | null>(null);
  if (session.role !== "enterprise") return <Alert color="yellow" title={t("enterprisesOnly")} />;
  return (
    <Stack gap="lg">
      <div>
        <Title order={1} size="h3">{t("bulkVouchers")}</Title>
        <Text className="quiet">{t(table === "vouchers" ? "bulkDraftsLead" : "bulkTransfersLead")}</Text>
      </div>
      <SegmentedControl aria-label={t("bulkVouchers")} value={table} onChange={(v) => { setTable(v as Table); setDone(null); }} style={{ alignSelf: "flex-start" }}
        data={[{ value: "vouchers", label: t("bulkDrafts") }, { value: "transfers", label: t("bulkTransfers") }]} />
      <div role="status">
        {done && <Alert color="teal" title={t("recorded")}>{t("transaction")} <span className="id">{done.tx}</span> · <Anchor href={link("vouchers")}>{t("vouchers")}</Anchor></Alert>}
      </div>
      {table === "vouchers"
        ? <ImportPanel key="vouchers" path="/vouchers/bulk" template="vouchers" accept=".csv,text/csv" hint="importCSVHint" many={false} onDone={setDone} />
        : <ImportPanel key="transfers" path="/vouchers/transfers/bulk" template="voucher-transfers" accept=".csv,text/csv" hint="importCSVHint" many={false} onDone={setDone} />}
    </Stack>
  );
}
