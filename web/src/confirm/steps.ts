import type { Movement, Session } from "../api/types";

/** What can be done with a movement that has not arrived. */
export type Step = "debit" | "credit" | "return" | "void";

/**
 * The steps that the ledger would take from this user, by its own rules: the payer's bank confirms the debit, the
 * payee's bank the credit (at once where money enters from outside), either may send money in transit back, and who
 * wrote an instruction may withdraw it before the debit. The ledger decides; this only chooses which buttons to show.
 */
export function stepsFor(m: Movement, s: Session, keeps: (account: string) => boolean): Step[] {
  const payer = m.from ? keeps(m.from) : false;
  const payee = m.to ? keeps(m.to) : false;
  if (s.role === "custodian") {
    if (m.stage === "INSTRUCTED") return m.from ? (payer ? ["debit"] : []) : payee ? ["credit"] : [];
    if (m.stage === "DEBITED") return [...(payee ? (["credit"] as const) : []), ...(payer || payee ? (["return"] as const) : [])];
    return [];
  }
  const wrote = m.writer?.party === s.party && (s.msp === undefined || m.writer.msp === s.msp);
  return m.stage === "INSTRUCTED" && wrote && s.role !== "viewer" && s.role !== "auditor" ? ["void"] : [];
}

/** The accounts whose banks the movement waits for next. */
export function waitsFor(m: Movement): string | undefined {
  return m.stage === "INSTRUCTED" ? (m.from ?? m.to) : m.stage === "DEBITED" ? m.to : undefined;
}
