// Money in the page is a bigint of minor units (fen) from the moment it is typed until it is sent. There is no
// arithmetic on number anywhere near it.

/** Why an amount cannot be read; the texts are in text/zh.ts and text/en.ts. */
export type AmountFault = "empty" | "shape" | "decimals" | "zero" | "large";

export type ParsedAmount = { fen: bigint } | { fault: AmountFault };

/** The largest amount that the ledger's int64 holds. */
const most = 9223372036854775807n;

const scales: Record<string, bigint> = { "": 1n, 万: 10_000n, 亿: 100_000_000n };

/**
 * Reads an amount in yuan exactly into fen. It takes what people type and paste: digits in groups of three or
 * undivided, full-width digits and signs, ¥ or 元, and the units 万 and 亿 ("1.25亿"). It refuses what is not a
 * whole number of fen rather than round it.
 */
export function parseYuan(input: string): ParsedAmount {
  const text = input.normalize("NFKC").replace(/\s/g, "").replace(/^[¥¥]/, "").replace(/元$/, "");
  if (text === "") return { fault: "empty" };
  const match = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?([万亿]?)$/.exec(text);
  if (!match) return { fault: "shape" };
  const [, whole = "", fraction = "", unit = ""] = match;
  // yuan * scale * 100 as one exact quotient: digits without the point, times the scale, over a power of ten.
  const numerator = BigInt(whole.replaceAll(",", "") + fraction) * (scales[unit] ?? 1n) * 100n;
  const denominator = 10n ** BigInt(fraction.length);
  if (numerator % denominator !== 0n) return { fault: "decimals" };
  const fen = numerator / denominator;
  if (fen === 0n) return { fault: "zero" };
  if (fen > most) return { fault: "large" };
  return { fen };
}

/** Minor units as text with two decimals and groups of three: 123456789n → "1,234,567.89". */
export function formatYuan(fen: bigint): string {
  const sign = fen < 0n ? "-" : "";
  const digits = (fen < 0n ? -fen : fen).toString().padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${sign}${whole}.${digits.slice(-2)}`;
}

/** Reads an amount that the gateway sent; anything else than an integer of minor units is an error of the gateway. */
export function fenOf(text: string): bigint {
  if (!/^-?\d+$/.test(text)) throw new Error(`not an amount in minor units: ${text}`);
  return BigInt(text);
}

/** A short form for labels, cut (not rounded) to two decimals: 万 and 亿 in Chinese, K, M and B in English. */
export function shortYuan(fen: bigint, lang: "zh" | "en"): string {
  const steps: [bigint, string][] = lang === "zh"
    ? [[10_000_000_000n, "亿"], [1_000_000n, "万"]]
    : [[100_000_000_000n, "B"], [100_000_000n, "M"], [100_000n, "K"]];
  for (const [unit, name] of steps) {
    if (fen < unit) continue;
    const hundredths = (fen * 100n) / unit;
    return formatYuan(hundredths).replace(/\.?0+$/, "") + name;
  }
  return formatYuan(fen);
}
