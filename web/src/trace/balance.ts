import type { FundTotals, PartyFlow, TraceTotals } from "../api/types";
import { fenOf } from "../money/yuan";
import type { TextKey } from "../text/zh";

/** A part of an amount, as it is named and coloured. */
export interface Part {
  text: TextKey;
  tone: "enterprise" | "fund" | "root" | "sink" | "hidden";
  fen: bigint;
}

/** An amount, its parts, and whether they add up to it. */
export interface Balance {
  text: TextKey;
  whole: bigint;
  parts: Part[];
  /** The whole less the parts: zero when it closes to the fen. */
  difference: bigint;
}

type Named = [text: TextKey, tone: Part["tone"], amount: string];

/**
 * Adds the parts up again, so that the page shows that a trace closes instead of trusting that it does. What the reader
 * may not see is one closed figure, and named only where there is any.
 */
function balance(text: TextKey, whole: string, named: Named[], hidden: string): Balance {
  const parts: Part[] = named.map(([t, tone, amount]) => ({ text: t, tone, fen: fenOf(amount) }));
  if (fenOf(hidden) !== 0n) parts.push({ text: "hidden", tone: "hidden", fen: fenOf(hidden) });
  const fen = fenOf(whole);
  return { text, whole: fen, parts, difference: fen - parts.reduce((sum, p) => sum + p.fen, 0n) };
}

/** traced = reached + idle + in transit + spent (+ hidden) */
export function forwardBalance(t: TraceTotals): Balance {
  return balance("traced", t.traced, where(t), t.hidden);
}

/** Backward a lot is followed to its root whole, or to where the reader may not look. */
export function backwardBalance(t: TraceTotals): Balance {
  const rest = where(t).slice(1).filter(([, , amount]) => fenOf(amount) !== 0n);
  return balance("traced", t.traced, [["rooted", "root", t.reached], ...rest], t.hidden);
}

/** paid in = reached + idle + in transit + spent (+ hidden) */
export function fundBalance(t: FundTotals): Balance {
  return balance("paidIn", t.in, where(t), t.hidden);
}

/** received = holds + in transit + spent + passed on; what arrived unseen is beside it, not in it */
export function partyBalance(t: PartyFlow): Balance {
  return balance("received", t.received, [["holds", "enterprise", t.holds], ["inTransit", "root", t.in_transit], ["spent", "sink", t.spent],
    ["passedOn", "fund", t.passed_on]], "0");
}

function where(t: Pick<TraceTotals, "reached" | "idle" | "in_transit" | "spent">): Named[] {
  return [["reached", "enterprise", t.reached], ["idle", "fund", t.idle], ["inTransit", "root", t.in_transit], ["spent", "sink", t.spent]];
}
