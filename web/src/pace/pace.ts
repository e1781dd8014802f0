/** How long amounts took, weighted by amount. */
export interface Spell {
  amount: string;
  lots: number;
  mean: number;
  median: number;
  p90: number;
  least: number;
  most: number;
}

/** How long a fund's money took to enterprises, and what waits. */
export interface FundTiming {
  until: string;
  in: string;
  arrived: string;
  idle: string;
  fund_to_enterprise: Spell;
  treasury_to_fund: Spell;
  treasury_to_enterprise: Spell;
  waiting: Spell;
}

/** What is idle of one age in days. */
export interface Age {
  from: number;
  to?: number;
  amount: string;
  lots: number;
  in_funds: string;
}

export interface FundIdle {
  until: string;
  family: { amount: string; ages: Age[] };
}

/** The bounds of an age: "31–90", ">365". */
export function ageOf(a: Age): string {
  return a.to === undefined ? `>${a.from - 1}` : `${a.from}–${a.to}`;
}

/** Parts of a whole in thousandths, 0 where there is no whole. Only how wide a bar is depends on it. */
export function share(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 1000n) / whole);
}
