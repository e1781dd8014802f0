import type { Query } from "../api/client";
import type { Voucher } from "../api/vouchers";
import type { Role, Session } from "../api/types";
import type { TextKey } from "../text/zh";
import { actionsFor, beneficiary, type VoucherAction } from "./actions";

/** Vouchers that wait for one and the same thing from the signed-in user. */
export interface Queue {
  text: TextKey;
  /** What to ask the gateway for; waits() then tells those that wait for this user. */
  query: Query;
  /** The step that is waited for; none where the user has to see to something outside this page, such as paying. */
  step?: VoucherAction;
  /** Whether the step needs nothing but a signature, so that many can be signed at once. */
  many: boolean;
}

interface Made extends Omit<Queue, "query"> {
  roles: Role[];
  query: (me: string, today: string) => Query;
}

const state = (value: string) => () => ({ state: value });
const owed = (value: string) => (me: string) => ({ state: value, issuer: me });

const queues: Made[] = [
  { text: "waitIssue", step: "issue", query: (me) => ({ state: "DRAFT", issuer: me, events: "true" }), many: true, roles: ["enterprise"] },
  { text: "waitAccept", step: "accept", query: (me) => ({ state: "ISSUED", holder: me }), many: true, roles: ["enterprise"] },
  { text: "waitTake", step: "take", query: state("TRANSFER_PENDING"), many: true, roles: ["enterprise"] },
  { text: "waitRegister", step: "registration", query: state("FINANCE_PENDING"), many: false, roles: ["enterprise", "custodian"] },
  { text: "waitFund", step: "fund", query: state("FINANCE_PENDING"), many: false, roles: ["custodian"] },
  { text: "waitSettle", step: "settle", query: state("DUE"), many: false, roles: ["custodian"] },
  { text: "waitSettlePart", step: "settle", query: state("PARTIALLY_SETTLED"), many: false, roles: ["custodian"] },
  { text: "waitSettleLate", step: "settle", query: state("OVERDUE"), many: false, roles: ["custodian"] },
  { text: "waitRecourse", step: "pay-recourse", query: state("IN_RECOURSE"), many: false, roles: ["custodian"] },
  { text: "waitPay", query: owed("DUE"), many: false, roles: ["enterprise"] },
  { text: "waitPayPart", query: owed("PARTIALLY_SETTLED"), many: false, roles: ["enterprise"] },
  { text: "waitPayLate", query: owed("OVERDUE"), many: false, roles: ["enterprise"] },
  { text: "waitClaim", step: "claim-recourse", query: state("OVERDUE"), many: false, roles: ["enterprise", "custodian"] },
  { text: "waitMature", step: "mature", query: (_, today) => ({ live: "true", maturity_until: today }), many: true, roles: ["officer", "enterprise", "custodian"] },
  { text: "waitUnfreeze", step: "unfreeze", query: state("FROZEN"), many: false, roles: ["officer", "auditor"] },
];

/** The queues of a role. */
export function queuesFor(s: Session, today: string): Queue[] {
  return queues.filter((q) => q.roles.includes(s.role)).map(({ roles: _, query, ...q }) => ({ ...q, query: query(s.party, today) }));
}

/** Whether a voucher of a queue's answer waits for this user. A registered application waits for the bank, not for the funder. */
export function waits(q: Queue, v: Voucher, s: Session, today: string, keeps: (party: string) => boolean): boolean {
  if (!q.step) return v.issuer === s.party;
  if (q.step === "registration" && v.pending?.registration) return false;
  // Anybody may run the clock; it waits for who has a part in the voucher, and for the finance bureau.
  if (q.step === "mature" && s.role !== "officer" && v.issuer !== s.party && beneficiary(v) !== s.party && !keeps(v.issuer)) return false;
  return actionsFor(v, s, today, keeps).includes(q.step);
}
