import type { Role } from "../api/types";
import type { TextKey } from "../text/zh";

export interface ViewTab {
  page: string;
  text: TextKey;
  /** Further pages that belong to the view. */
  of?: string[];
}

/** The views of supply-chain finance. */
const supply: ViewTab[] = [
  { page: "vouchers", text: "navVouchers", of: ["voucher", "tree", "draft", "vouchers-import"] },
  { page: "invoices", text: "navReceivables", of: ["invoice", "invoice-new", "invoice-import", "invoice-lookup", "near-duplicates", "claims", "claim", "claim-new"] },
  { page: "exposure", text: "exposure" },
  { page: "findings", text: "findings", of: ["record"] },
  { page: "rules", text: "rules" },
];

/** Whether an address leads to a page of supply-chain finance. */
export function isSupply(page: string): boolean {
  return supply.some((v) => v.page === page || v.of?.includes(page));
}

/** The views that a role has something to do in. What it may do is decided by the gateway and the ledger, not here. */
export function viewsOf(role: Role): ViewTab[] {
  const views: ViewTab[] = [{ page: "", text: "navOverview", of: ["account"] }];
  if (role === "manager") views.push({ page: "disburse", text: "navDisburse" });
  views.push({ page: "confirm", text: role === "custodian" ? "navConfirm" : "navPending" });
  views.push({ page: "trace", text: "navTrace" });
  if (role === "officer" || role === "auditor" || role === "viewer") views.push({ page: "analytics", text: "navAnalytics" });
  if (role === "manager") return views; // no part in vouchers
  return [...views, ...supply, ...(role === "auditor" ? [{ page: "readlog", text: "readLog" } as const] : [])];
}
