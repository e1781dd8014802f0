import type { Voucher } from "../api/vouchers";
import { today } from "../disburse/payment";
import { Dialog } from "../form/Dialog";
import { useWrite } from "../form/useWrite";
import { capitalYuan } from "../money/capital";
import { fenOf, formatYuan } from "../money/yuan";
import { useLanguage } from "../text/language";
import type { VoucherAction } from "./actions";

/** Signs one step of many vouchers as one entry: all of them or none. */
export function SignMany({ step, vouchers, onClose, onDone }: { step: VoucherAction; vouchers: Voucher[]; onClose: () => void; onDone: () => void }) {
  const { t, w, lang } = useLanguage();
  const write = useWrite();
  const sum = vouchers.reduce((s, v) => s + fenOf(v.open), 0n);
  async function submit() {
    const items = vouchers.map((v) => ({ voucher: v.lot, step, ...(step === "mature" && { date: today() }) }));
    if (await write.send("/vouchers/steps/bulk", { items })) onDone();
  }
  return (
    <Dialog title={w("step", step)} says={t("signManySays")} write={write} submit={submit} onClose={onClose} label={t("signMany", { step: w("step", step), n: vouchers.length })}>
      <dl className="facts">
        <dt>{t("vouchers")}</dt><dd>{vouchers.length}</dd>
        <dt>{t("sum")}</dt><dd><b>{formatYuan(sum)}</b>{lang === "zh" && <div className="quiet">{capitalYuan(sum)}</div>}</dd>
      </dl>
    </Dialog>
  );
}
