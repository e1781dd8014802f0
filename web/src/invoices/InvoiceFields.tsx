import { Select, TextInput } from "@mantine/core";
import { AmountInput } from "../form/AmountInput";
import { PartyInput } from "../form/PartyInput";
import { useLanguage } from "../text/language";
import { hasCode, invoiceTypes, type Faults, type InvoiceForm } from "./invoice";

/** The fields that make an invoice this one and no other. */
export function InvoiceFields({ form, faults, change }: { form: InvoiceForm; faults: Faults; change: (field: keyof InvoiceForm, value: string) => void }) {
  const { t, w } = useLanguage();
  const said = (f: keyof InvoiceForm) => (faults[f] ? t(faults[f]) : undefined);
  return (
    <>
      <PartyInput label={t("seller")} value={form.seller} onChange={(v) => change("seller", v)} error={said("seller")} />
      <PartyInput label={t("buyer")} value={form.buyer} onChange={(v) => change("buyer", v)} error={said("buyer")} />
      <Select label={t("invoiceType")} allowDeselect={false} value={form.type} onChange={(v) => change("type", v ?? "DIGITAL")} data={invoiceTypes.map((value) => ({ value, label: w("invoiceType", value) }))} />
      <div className="pair">
        {hasCode(form.type) && <TextInput label={t("invoiceCode")} required inputMode="numeric" autoComplete="off" value={form.code} error={said("code")} onChange={(e) => change("code", e.target.value)} />}
        <TextInput label={t("invoiceNumber")} required inputMode={form.type === "OTHER" ? "text" : "numeric"} autoComplete="off" value={form.number} error={said("number")} onChange={(e) => change("number", e.target.value)} />
        <TextInput label={t("invoiceDate")} type="date" required value={form.date} error={said("date")} onChange={(e) => change("date", e.target.value)} />
      </div>
      <AmountInput label={t("invoiceAmount")} value={form.amount} onChange={(v) => change("amount", v)} tried={faults.amount !== undefined} />
    </>
  );
}
