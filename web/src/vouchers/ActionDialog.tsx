import type { VoucherAction } from "./actions";
import { ApplyDialog } from "./ApplyDialog";
import { OfferDialog } from "./OfferDialog";
import { PaymentDialog } from "./PaymentDialog";
import { RegistrationDialog } from "./RegistrationDialog";
import { SignDialog } from "./SignDialog";
import { SplitDialog } from "./SplitDialog";
import type { StepProps } from "./step";

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
