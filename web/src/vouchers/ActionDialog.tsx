import type { Receipt } from "../api/types";
import type { VoucherDetail } from "../api/vouchers";
import type { VoucherAction } from "./actions";
import { ApplyDialog } from "./ApplyDialog";
import { OfferDialog } from "./OfferDialog";
import { PaymentDialog } from "./PaymentDialog";
import { RegistrationDialog } from "./RegistrationDialog";
import { SignDialog } from "./SignDialog";
import { SplitDialog } from "./SplitDialog";

/** What every dialog of a step is given. */
export interface StepProps {
  v: VoucherDetail;
  onClose: () => void;
  onDone: (receipt: Receipt) => void;
}

/** The dialog that a step needs. */
export function ActionDialog({ step, ...props }: StepProps & { step: VoucherAction }) {
  switch (step) {
    case "split":
      return <SplitDialog {...props} />;
    case "offer":
      return <OfferDialog {...props} />;
    case "apply":
      return <ApplyDialog {...props} />;
    case "registration":
      return <RegistrationDialog {...props} />;
    case "fund":
    case "settle":
    case "pay-recourse":
      return <PaymentDialog step={step} {...props} />;
  }
  return <SignDialog step={step} {...props} />;
}

/** Where a step of a voucher is written to. */
export function stepPath(lot: string, step: VoucherAction): string {
  return `/vouchers/${encodeURIComponent(lot)}/${step}`;
}
