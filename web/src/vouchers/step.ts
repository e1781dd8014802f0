import type { Receipt } from "../api/types";
import type { VoucherDetail } from "../api/vouchers";
import type { VoucherAction } from "./actions";

/** What every dialog of a step is given. */
export interface StepProps {
  v: VoucherDetail;
  onClose: () => void;
  onDone: (receipt: Receipt) => void;
}

/** Where a step of a voucher is written to. */
export function stepPath(lot: string, step: VoucherAction): string {
  return `/vouchers/${encodeURIComponent(lot)}/${step}`;
}
