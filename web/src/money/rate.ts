// A rate is a whole number of parts per million a year from the moment it is typed: 4.35 % is 43500. No float comes near it.

export type ParsedRate = { ppm: number } | { fault: "empty" | "shape" | "decimals" | "large" };

/** Reads a percentage exactly: at most four decimals and at most 100 %, as the ledger takes them. */
export function parsePercent(input: string): ParsedRate {
  const text = input.normalize("NFKC").replace(/\s/g, "").replace(/%$/, "");
  if (text === "") return { fault: "empty" };
  const match = /^(\d{1,9})(?:\.(\d+))?$/.exec(text);
  if (!match) return { fault: "shape" };
  const fraction = (match[2] ?? "").replace(/0+$/, "");
  if (fraction.length > 4) return { fault: "decimals" };
  const ppm = Number(match[1]! + fraction.padEnd(4, "0")); // at most 13 digits: exact
  return ppm > 1_000_000 ? { fault: "large" } : { ppm };
}

/** Parts per million as a percentage with two to four decimals: 43500 → "4.35%". */
export function formatPPM(ppm: number): string {
  const digits = String(Math.trunc(ppm)).padStart(5, "0");
  return `${digits.slice(0, -4)}.${digits.slice(-4).replace(/0{1,2}$/, "")}%`;
}

/** Parts per million as a percentage with two decimals, rounded half up, for shares: 256927 → "25.69%". */
export function shortPPM(ppm: number): string {
  return formatPPM(Math.floor((ppm + 50) / 100) * 100);
}
