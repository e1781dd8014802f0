import { formatPPM } from "../money/rate";
import { formatYuan } from "../money/yuan";

/** A parameter of a rule as people read it. Its name says its unit: days, months, ppm, fen, or a plain count. */
export function parameterText(name: string, value: number): string {
  if (/(^|_)fen$/.test(name)) return formatYuan(BigInt(value));
  if (/(^|_)ppm(_per_day)?$/.test(name)) return formatPPM(value);
  return String(value);
}
