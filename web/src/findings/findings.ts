import type { Finding, Severity } from "../api/supervision";
import { formatPPM } from "../money/rate";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";

export const severities: Severity[] = ["CRITICAL", "HIGH", "MEDIUM", "LOW"];

/** Where an identifier of the ledger is shown, told from its shape; nothing where it has no page. */
export function pageOf(id: string): string | undefined {
  if (/^[0-9a-f]{64}$/.test(id)) return link("invoice", id);
  if (/^[0-9a-f]{20}\.\d{1,7}\.\d{1,7}$/.test(id)) return link("voucher", id);
  if (/^[0-9a-f]{20}\.\d{1,7}$/.test(id)) return link("record", id); // a claim or a payment: that page finds out which
  if (/^(uscc|lei|iati|pid|other):\S+$/.test(id)) return link("exposure", id);
  return undefined;
}

/** A measured or allowed value with its unit as people read it. What is no integer is left as it is. */
export function measure(value: string, unit: Finding["unit"]): string {
  if (!/^-?\d+$/.test(value)) return value;
  if (unit === "fen") return formatYuan(fenOf(value));
  if (unit === "ppm") return formatPPM(Number(value));
  return value;
}

/** How many findings there are of each severity, the gravest first; severities without any are left out. */
export function countBySeverity(findings: Finding[]): [Severity, number][] {
  return severities.map((s): [Severity, number] => [s, findings.filter((f) => f.severity === s).length]).filter(([, n]) => n > 0);
}

/** The findings of each rule, the gravest rules first; of one rule the latest first. */
export function byRule(findings: Finding[]): { rule: string; found: Finding[] }[] {
  const groups = new Map<string, Finding[]>();
  for (const f of findings) groups.set(f.rule, [...(groups.get(f.rule) ?? []), f]);
  const rank = (found: Finding[]) => Math.min(...found.map((f) => (f.severity ? severities.indexOf(f.severity) : severities.length)));
  return [...groups].map(([rule, found]) => ({ rule, found: found.toSorted((a, b) => (a.date < b.date ? 1 : a.date > b.date ? -1 : 0)) }))
    .sort((a, b) => rank(a.found) - rank(b.found) || (a.rule < b.rule ? -1 : 1));
}
