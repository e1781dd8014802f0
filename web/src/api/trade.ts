// The gateway's answers on invoices and claims. Amounts are strings of minor units (fen),
// rates are parts per million a year, dates are YYYY-MM-DD.

/** Who wrote a record, as the certificate said. */
export interface Writer {
  msp: string;
  role: string;
  party?: string;
  name: string;
}

/** An entry at the movable-asset registry (中登网). */
export interface Registration {
  number: string;
  date: string;
  description: string;
  searched?: string;
  search?: string;
}

/** Who did something, when and why. */
export interface Signature {
  writer: Writer;
  at: string;
  date?: string;
  reason?: string;
  document?: string;
}

export type ClaimState = "OPEN" | "CONFIRMED" | "CANCELLED";

export interface Claim {
  id: string;
  creditor: string;
  debtor: string;
  amount: string;
  currency: string;
  /** Left out where the reader only holds a voucher of the claim. */
  invoices?: { fingerprint: string; amount: string }[];
  contract?: string;
  contract_date?: string;
  delivery?: string;
  delivery_date?: string;
  creditor_size?: string;
  debtor_size?: string;
  memo?: string;
  confirmed?: Signature;
  cancelled?: Signature;
  state: ClaimState;
  used: string;
  left: string;
}

export type InvoiceState = "REGISTERED" | "REGISTERED_DUPLICATE" | "RESERVED" | "CLAIMED" | "FINANCED" | "VOID" | "CANCELLED";

export type InvoiceType = "DIGITAL" | "VAT_SPECIAL" | "VAT_ORDINARY" | "OTHER";

/** An invoice as the registry keeps it: without its number, which only its fingerprint stands for. */
export interface Invoice {
  fingerprint: string;
  seller: string;
  buyer: string;
  type: InvoiceType;
  date: string;
  due?: string;
  amount: string;
  currency: string;
  document?: string;
  registrations?: { writer: Writer; at: string; duplicate?: boolean }[];
  checks?: { status: "VALID" | "VOID" | "CORRECTED"; source: string; date: string; writer: Writer }[];
  reservations?: Reservation[];
  cancelled?: Signature;
  state: InvoiceState;
  used: string;
  left: string;
}

export interface Reservation {
  id: string;
  funder: string;
  amount: string;
  expires: string;
  state: "RESERVED" | "FINANCED" | "RELEASED";
  registration?: Registration;
  date?: string;
}

/** GET /invoices/{fingerprint} */
export interface InvoiceDetail extends Invoice {
  claims: { claim: string; amount: string; state: ClaimState }[];
}

/** GET /invoices/near-duplicates: invoices that are not the same and agree in what should tell invoices apart. */
export interface NearGroup {
  near: string;
  agree: string[];
  invoices: Invoice[];
  hidden: number;
}

/** What makes an invoice this one and no other: what POST /invoices takes. */
export interface Particulars {
  seller: string;
  buyer: string;
  type: InvoiceType;
  code?: string;
  number: string;
  date: string;
  amount: string;
  currency: string;
  due?: string;
  document?: string;
}
