import type { ReactNode } from "react";
import { useNames } from "../api/queries";
import type { VoucherDetail } from "../api/vouchers";
import { capitalYuan } from "../money/capital";
import { fenOf, formatYuan } from "../money/yuan";
import { useLanguage } from "../text/language";

/** What a step is about, above its fields: issuer, holder, amount, maturity, so that nobody signs the wrong voucher. */
export function VoucherBrief({ v, children }: { v: VoucherDetail; children?: ReactNode }) {
  const { t, lang } = useLanguage();
  const nameOf = useNames();
  const open = fenOf(v.open);
  return (
    <dl className="facts">
      <dt>{t("issuer")}</dt><dd>{nameOf(v.issuer, v.issuer_name)}</dd>
      <dt>{t("holder")}</dt><dd>{nameOf(v.holder, v.holder_name)}</dd>
      <dt>{t(v.settled === "0" ? "face" : "open")}</dt><dd><b className="num">{formatYuan(open)}</b> {v.currency}{lang === "zh" && <div className="quiet">{capitalYuan(open)}</div>}</dd>
      <dt>{t("maturity")}</dt><dd>{v.maturity}</dd>
      {children}
    </dl>
  );
}
