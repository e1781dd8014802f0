import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import type { DayCount, Quote, Voucher } from "../api/vouchers";
import { formatPPM } from "../money/rate";
import { fenOf, formatYuan } from "../money/yuan";
import { useLanguage } from "../text/language";

/** What a funder would pay for the voucher on a day, to the fen, as the ledger would compute it. Nothing is asked without a rate. */
export function useQuote(v: Voucher, ppm: number | undefined, dayCount: DayCount, date: string, wanted = true) {
  return useQuery({
    queryKey: ["/vouchers", v.lot, "quote", ppm, dayCount, date],
    queryFn: ({ signal }) => get<Quote>(`/vouchers/${encodeURIComponent(v.lot)}/quote`, { rate_ppm: ppm, day_count: dayCount, date }, signal),
    enabled: wanted && ppm !== undefined && date !== "",
  });
}

/** A quote as the sum that it is: face, less the discount for so many days, is the price. */
export function QuoteView({ quote, error }: { quote: Quote | undefined; error: unknown }) {
  const { t } = useLanguage();
  if (error) return <ProblemNote error={error} />;
  if (!quote) return null;
  return (
    <section className="quote" aria-label={t("quote")} aria-live="polite">
      <dl className="totals">
        <div className="part"><dt>{t("face")}</dt><dd>{formatYuan(fenOf(quote.face))}</dd></div>
        <div className="part" data-sign="−"><dt>{t("discountFor", { rate: formatPPM(quote.rate_ppm), n: quote.days, basis: quote.day_count })}</dt><dd>{formatYuan(fenOf(quote.discount))}</dd></div>
        <div className="part" data-sign="="><dt>{t("netPaid")}</dt><dd>{formatYuan(fenOf(quote.net))}</dd></div>
      </dl>
      <p className="quiet kind">{t("quoteDays", { from: quote.date, due: quote.due })}</p>
    </section>
  );
}
