import type { Invoice, Reservation } from "../api/trade";
import type { Session } from "../api/types";

/** What can be done with a registered invoice: the last part of the address it is posted to. */
export type InvoiceAction = "checks" | "reservations" | "financing" | "release" | "cancellation";

/**
 * The steps that the ledger would take from this user. Whether an enterprise has a funder's licence the ledger knows and
 * this page may not: an enterprise that is no side of the invoice sees it only as a funder.
 */
export function invoiceActionsFor(i: Invoice, s: Session): InvoiceAction[] {
  if (s.role !== "custodian" && s.role !== "enterprise") return [];
  const stands = i.state !== "VOID" && i.state !== "CANCELLED";
  const funder = s.role === "custodian" || (i.seller !== s.party && i.buyer !== s.party);
  const actions: InvoiceAction[] = [];
  if (funder && stands && i.left !== "0") actions.push("reservations");
  if (i.state !== "CANCELLED" && (funder || i.buyer === s.party)) actions.push("checks");
  if (s.role === "enterprise" && i.seller === s.party && stands && i.used === "0") actions.push("cancellation");
  return actions;
}

/** The steps of a reservation: its funder finances or releases it, the seller releases it once it has expired. */
export function reservationActionsFor(i: Invoice, r: Reservation, s: Session, today: string): InvoiceAction[] {
  if (s.role !== "custodian" && s.role !== "enterprise") return [];
  const own = r.funder === s.party;
  const expired = r.state === "RESERVED" && today > r.expires;
  const actions: InvoiceAction[] = [];
  if (own && r.state === "RESERVED" && !expired && i.state !== "VOID" && i.state !== "CANCELLED") actions.push("financing");
  if (r.state !== "RELEASED" && (own || (expired && i.seller === s.party))) actions.push("release");
  return actions;
}
