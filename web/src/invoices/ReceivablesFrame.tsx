import type { ReactNode } from "react";
import { Stack, Text, Title } from "@mantine/core";
import { link } from "../route";
import { useSession } from "../session/session";
import { useLanguage } from "../text/language";
import type { TextKey } from "../text/zh";

/** The frame of everything about receivables: what trade stands behind vouchers. */
export function ReceivablesFrame({ current, title, lead, children }: { current: string; title: TextKey; lead: TextKey; children: ReactNode }) {
  const { t } = useLanguage();
  const session = useSession();
  const writes = session.role === "enterprise" || session.role === "custodian";
  const tabs: [string, TextKey][] = [["invoices", "invoices"], ["claims", "claims"], ["near-duplicates", "nearDuplicates"], ["invoice-lookup", "invoiceLookup"]];
  if (writes) tabs.push(["invoice-new", "registerInvoice"], ["invoice-import", "importInvoices"]);
  if (session.role === "enterprise") tabs.push(["claim-new", "registerClaim"]);
  return (
    <Stack gap="lg">
      <nav className="tabs sub" aria-label={t("navReceivables")}>
        {tabs.map(([page, text]) => <a key={page} className="tab" href={link(page)} aria-current={page === current ? "page" : undefined}>{t(text)}</a>)}
      </nav>
      <div>
        <Title order={1} size="h3">{t(title)}</Title>
        <Text className="quiet">{t(lead)}</Text>
      </div>
      {children}
    </Stack>
  );
}
