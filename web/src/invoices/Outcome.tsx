import { Alert, Anchor, Button, Group, Stack, Title } from "@mantine/core";
import type { InvoiceState } from "../api/trade";
import type { Receipt } from "../api/types";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";
import { useLanguage } from "../text/language";
import { InvoiceBadge } from "./InvoicesPage";

/** What POST /invoices and POST /invoices/lookup answer. */
export interface Registered extends Partial<Receipt> {
  fingerprint: string;
  state?: InvoiceState;
  duplicate: boolean;
  /** Of a lookup: what is neither claimed nor financed. */
  left?: string;
  /** Other invoices that share some particulars. */
  near: { agree: string[]; invoices: string[]; hidden: number }[];
}

/** What the registry says of the invoice: new, registered by others too, or alike to others. */
export function Outcome({ answer, again }: { answer: Registered; again?: () => void }) {
  const { t, w } = useLanguage();
  return (
    <section className="card" aria-live="polite">
      <Stack>
        <Group gap="sm">
          <Title order={2} size="h4">{t(again ? "invoiceRegistered" : answer.state ? "invoiceFound" : "invoiceNotFound")}</Title>
          {answer.state && <InvoiceBadge state={answer.state} />}
        </Group>
        {answer.duplicate && <Alert color="orange" role="alert" title={t("invoiceDuplicate")} />}
        {answer.near.map((g, k) => (
          <Alert key={k} color="yellow" role="alert" title={t("invoiceNear", { n: g.invoices.length + g.hidden })}>
            <div>{t("nearAgree")} {g.agree.map((a) => w("particular", a)).join(t("listComma"))}</div>
            {g.invoices.map((f) => <div key={f}><Anchor href={link("invoice", f)} className="id">{f}</Anchor></div>)}
          </Alert>
        ))}
        <dl className="facts">
          <dt>{t("fingerprint")}</dt><dd className="id">{again ? <Anchor href={link("invoice", answer.fingerprint)}>{answer.fingerprint}</Anchor> : answer.fingerprint}</dd>
          {answer.left !== undefined && <><dt>{t("unused")}</dt><dd className="num">{formatYuan(fenOf(answer.left))}</dd></>}
        </dl>
        {again && (
          <Group>
            <Button component="a" href={link("claim-new")}>{t("registerClaim")}</Button>
            <Button variant="default" onClick={again}>{t("anotherInvoice")}</Button>
          </Group>
        )}
      </Stack>
    </section>
  );
}
