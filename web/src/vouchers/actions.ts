import type { Voucher, VoucherState } from "../api/vouchers";
import type { Role, Session } from "../api/types";

/** What can be done with a voucher: the name of its operation after "voucher.". */
export type VoucherAction =
  | "issue" | "accept" | "reject" | "lapse" | "split" | "offer" | "take" | "decline" | "apply" | "registration" | "fund"
  | "refuse-financing" | "unpledge" | "freeze" | "unfreeze" | "mature" | "settle" | "default" | "claim-recourse"
  | "pay-recourse" | "write-off" | "cancel";

/** The states in which somebody holds the voucher before its maturity. */
const live: VoucherState[] = ["ACTIVE", "TRANSFER_PENDING", "FINANCE_PENDING", "FINANCED", "PLEDGED"];
/** The states in which the issuer may pay. */
const unpaid: VoucherState[] = ["DUE", "PARTIALLY_SETTLED", "OVERDUE", "IN_RECOURSE"];

/** Whether nothing more can happen to the voucher. */
export function isOver(state: VoucherState): boolean {
  return ["SPLIT", "TRANSFERRED", "SETTLED", "WRITTEN_OFF", "CANCELLED"].includes(state);
}

/** Who receives what is paid on the voucher: the pledgee while a pledge stands. */
export function beneficiary(v: Voucher): string {
  return v.pledgee || v.holder;
}

interface Rule {
  from: VoucherState[];
  roles: Role[];
  /** Whose step it is, and what else must hold; `keeps` says whether the reader's bank keeps an account of a party. */
  when: (v: Voucher, me: string, today: string, keeps: (party: string) => boolean) => boolean;
}

const authority: Role[] = ["officer", "auditor"];
const clock: Role[] = ["officer", "enterprise", "custodian"];
const funders: Role[] = ["enterprise", "custodian"];
const bank: Role[] = ["custodian"];
const firm: Role[] = ["enterprise"];

const before = (v: Voucher, today: string) => today < v.maturity;
const cashed = (v: Voucher) => v.pending?.financing !== undefined && v.pending.registration !== undefined;

/**
 * The machine of vouchers as the ledger has it, seen from one reader. The ledger decides; this only chooses which
 * buttons to show. The order is the one in which they are shown.
 */
const rules: Record<VoucherAction, Rule> = {
  issue: { from: ["DRAFT"], roles: firm, when: (v, me) => v.issuer === me },
  accept: { from: ["ISSUED"], roles: firm, when: (v, me, today) => v.holder === me && today <= (v.accept_by ?? "9999") },
  take: { from: ["TRANSFER_PENDING"], roles: firm, when: (v, me, today) => v.pending?.to === me && before(v, today) },
  registration: { from: ["FINANCE_PENDING"], roles: funders, when: (v, me, today) => v.pending?.to === me && before(v, today) },
  fund: { from: ["FINANCE_PENDING"], roles: bank, when: (v, _, today, keeps) => cashed(v) && keeps(v.pending!.to) && before(v, today) },
  settle: { from: unpaid, roles: bank, when: (v, _me, _today, keeps) => keeps(v.issuer) },
  "pay-recourse": { from: ["IN_RECOURSE"], roles: bank, when: (v, _me, _today, keeps) => keeps(v.against ?? "") },
  mature: { from: live, roles: clock, when: (v, _, today) => !before(v, today) },
  split: { from: ["ACTIVE"], roles: firm, when: (v, me, today) => v.holder === me && before(v, today) },
  offer: { from: ["ACTIVE"], roles: firm, when: (v, me, today) => v.holder === me && before(v, today) },
  apply: { from: ["ACTIVE"], roles: firm, when: (v, me, today) => v.holder === me && before(v, today) },
  unpledge: { from: ["PLEDGED"], roles: funders, when: (v, me) => v.pledgee === me },
  "claim-recourse": { from: ["OVERDUE"], roles: funders, when: (v, me) => beneficiary(v) === me && v.recourse === true && !!v.from && !v.pledgee },
  default: { from: ["DUE", "PARTIALLY_SETTLED"], roles: clock, when: (v, _, today) => today > (v.due ?? v.maturity) },
  unfreeze: { from: ["FROZEN"], roles: authority, when: () => true },
  reject: { from: ["ISSUED"], roles: firm, when: (v, me) => v.holder === me },
  decline: { from: ["TRANSFER_PENDING"], roles: firm, when: (v, me) => v.holder === me || v.pending?.to === me },
  "refuse-financing": { from: ["FINANCE_PENDING"], roles: funders, when: (v, me) => v.holder === me || v.pending?.to === me },
  lapse: { from: ["ISSUED"], roles: clock, when: (v, _, today) => today > (v.accept_by ?? "9999") },
  cancel: {
    from: ["DRAFT", "ACTIVE"], roles: firm,
    when: (v, me) => (v.state === "DRAFT" ? v.issuer === me : v.via === "ISSUE" && (v.issuer === me || v.holder === me) && v.cancels !== me),
  },
  "write-off": { from: ["OVERDUE", "IN_RECOURSE"], roles: funders, when: (v, me) => beneficiary(v) === me },
  freeze: { from: ["ISSUED", ...live, ...unpaid], roles: authority, when: () => true },
};

/** Steps that end something or hold it up: shown less prominently. */
export const quietSteps: ReadonlySet<VoucherAction> = new Set(["reject", "decline", "refuse-financing", "lapse", "cancel", "write-off", "freeze", "default"]);

/** The steps that the ledger would take from this user now, the ones that move a voucher on first. */
export function actionsFor(v: Voucher, s: Session, today: string, keeps: (party: string) => boolean): VoucherAction[] {
  return (Object.keys(rules) as VoucherAction[]).filter((step) => {
    const r = rules[step];
    return r.from.includes(v.state) && r.roles.includes(s.role) && r.when(v, s.party, today, keeps) && !(step === "issue" && drafted(v, s));
  });
}

/** Whether the signed-in person drafted the voucher: then somebody else of the issuer has to issue it. */
export function drafted(v: Voucher, s: Session): boolean {
  const writer = v.events?.[0]?.writer;
  return v.state === "DRAFT" && writer !== undefined && writer.party === s.party && writer.name === s.user;
}
