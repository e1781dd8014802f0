import { Badge, Group, Title } from "@mantine/core";
import { usePages } from "../api/queries";
import type { NearGroup } from "../api/trade";
import { Listing } from "../shell/Listing";
import { useLanguage } from "../text/language";
import { InvoiceTable } from "./InvoicesPage";
import { ReceivablesFrame } from "./ReceivablesFrame";

/** Invoices that are not the same and agree in what should tell invoices apart: one number entered twice, one digit changed. */
export function NearPage() {
  const { t, w } = useLanguage();
  const list = usePages<NearGroup>("/invoices/near-duplicates");
  return (
    <ReceivablesFrame current="near-duplicates" title="nearDuplicates" lead="nearLead">
      <Listing list={list} none={t("nearNone")} plain>
        {(groups) => groups.map((g) => (
          <section key={g.near} className="card" aria-label={t("nearGroup", { n: g.invoices.length })}>
            <Group gap="xs" mb="xs">
              <Title order={2} size="h5">{t("nearGroup", { n: g.invoices.length + g.hidden })}</Title>
              <span className="quiet">{t("nearAgree")}</span>
              {g.agree.map((a) => <Badge key={a} variant="outline" color="gray">{w("particular", a)}</Badge>)}
            </Group>
            <div className="scroll"><InvoiceTable items={g.invoices} label={t("nearGroup", { n: g.invoices.length })} /></div>
            {g.hidden > 0 && <p className="quiet">{t("nearHidden", { n: g.hidden })}</p>}
          </section>
        ))}
      </Listing>
    </ReceivablesFrame>
  );
}
