import type { IssuerExposure, MonthSum, TierSum } from "../api/supervision";
import { fenOf } from "../money/yuan";
import type { Balance, Part } from "../trace/balance";

/** One bar of a chart: what it is called and how much it stands for. */
export interface Bar {
  name: string;
  fen: bigint;
  vouchers: number;
}

/** What matures month by month, with the months between in which nothing does, so that a gap is seen as one. */
export function monthBars(months: MonthSum[]): Bar[] {
  const bars: Bar[] = [];
  for (const m of months.toSorted((a, b) => (a.month < b.month ? -1 : 1))) {
    for (let last = bars.at(-1); last && next(last.name) < m.month && bars.length < 120; last = bars.at(-1)) bars.push({ name: next(last.name), fen: 0n, vouchers: 0 });
    bars.push({ name: m.month, fen: fenOf(m.amount), vouchers: m.vouchers });
  }
  return bars;
}

/** The month after, YYYY-MM. */
function next(month: string): string {
  const [y = 0, m = 0] = month.split("-").map(Number);
  return m === 12 ? `${y + 1}-01` : `${y}-${String(m + 1).padStart(2, "0")}`;
}

/** What holders of each tier hold, the issuer's own suppliers first. */
export function tierBars(tiers: TierSum[], name: (tier: number) => string): Bar[] {
  return tiers.toSorted((a, b) => a.tier - b.tier).map((x) => ({ name: name(x.tier), fen: fenOf(x.amount), vouchers: x.vouchers }));
}

/** issued = outstanding + settled + cancelled + written off, added up again. */
export function issuedBalance(e: IssuerExposure): Balance {
  const parts: Part[] = [{ text: "outstanding", tone: "enterprise", fen: fenOf(e.outstanding.amount) }, { text: "sumSettled", tone: "fund", fen: fenOf(e.settled) }];
  if (e.cancelled !== "0") parts.push({ text: "sumCancelled", tone: "root", fen: fenOf(e.cancelled) });
  if (e.written_off !== "0") parts.push({ text: "sumWrittenOff", tone: "sink", fen: fenOf(e.written_off) });
  const whole = fenOf(e.issued.amount);
  return { text: "issuedTotal", whole, parts, difference: whole - parts.reduce((s, p) => s + p.fen, 0n) };
}
