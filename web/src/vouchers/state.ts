import type { VoucherState } from "../api/vouchers";

/** The colour of each state's badge: what waits is yellow to orange, what went wrong red, what is over grey. */
export const stateTone: Record<VoucherState, string> = {
  DRAFT: "gray", ISSUED: "yellow", ACTIVE: "teal", TRANSFER_PENDING: "cyan", FINANCE_PENDING: "indigo", FINANCED: "teal", PLEDGED: "grape",
  FROZEN: "violet", DUE: "orange", PARTIALLY_SETTLED: "orange", OVERDUE: "red", IN_RECOURSE: "red", SPLIT: "gray", TRANSFERRED: "gray",
  SETTLED: "green", WRITTEN_OFF: "dark", CANCELLED: "gray",
};

/** Every state, in the order of a voucher's life. */
export const states = Object.keys(stateTone) as VoucherState[];
