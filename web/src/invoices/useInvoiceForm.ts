import { useRef, useState } from "react";
import { today } from "../disburse/payment";
import { particularsOf, type Faults, type InvoiceForm } from "./invoice";

/** An invoice form with nothing but its seller. */
export function emptyInvoice(seller: string): InvoiceForm {
  return { seller, buyer: "", type: "DIGITAL", code: "", number: "", date: today(), amount: "", due: "", document: "" };
}

/** A form's fields, what is wrong with them, and the focus on the first that is. */
export function useInvoiceForm(first: InvoiceForm) {
  const [form, setForm] = useState(first);
  const [faults, setFaults] = useState<Faults>({});
  const ref = useRef<HTMLFormElement>(null);
  function change(field: keyof InvoiceForm, value: string) {
    setForm((f) => ({ ...f, [field]: value }));
    setFaults(({ [field]: _, ...rest }) => rest);
  }
  function check() {
    const made = particularsOf(form);
    if ("invoice" in made) return made.invoice;
    setFaults(made.faults);
    requestAnimationFrame(() => ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
    return undefined;
  }
  return { form, faults, ref, change, check };
}
