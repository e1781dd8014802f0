import { Badge } from "@mantine/core";
import type { VoucherState } from "../api/vouchers";
import { useLanguage } from "../text/language";
import { stateTone } from "./state";

/** A voucher's state in the reader's words. */
export function StateBadge({ state, size = "md" }: { state: VoucherState; size?: "md" | "lg" }) {
  const { w } = useLanguage();
  return <Badge variant="light" size={size} color={stateTone[state] ?? "gray"} title={state}>{w("voucher", state)}</Badge>;
}
