import type { Role } from "../api/types";
import type { TextKey } from "../text/zh";

export interface ViewTab {
  page: string;
  text: TextKey;
}

/** The views that a role has something to do in. What it may do is decided by the gateway and the ledger, not here. */
export function viewsOf(role: Role): ViewTab[] {
  const views: ViewTab[] = [{ page: "", text: "navOverview" }];
  if (role === "manager") views.push({ page: "disburse", text: "navDisburse" });
  views.push({ page: "confirm", text: role === "custodian" ? "navConfirm" : "navPending" });
  views.push({ page: "trace", text: "navTrace" });
  return views;
}
