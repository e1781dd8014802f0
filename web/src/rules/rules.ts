import type { Rule, RuleRecord } from "../api/supervision";

/** Where a version of a rule stands on a day. */
export type Standing = "IN_FORCE" | "PAST" | "FUTURE";

/** The versions of a rule, newest first, with where each stands on the day. */
export function versionsOn(rule: RuleRecord, day: string): { version: Rule; standing: Standing; until: string | undefined }[] {
  const current = rule.versions.findLast((v) => v.effective_from <= day);
  return rule.versions.map((version, k) => ({
    version,
    standing: version === current ? "IN_FORCE" as const : version.effective_from > day ? "FUTURE" as const : "PAST" as const,
    until: rule.versions[k + 1]?.effective_from,
  })).reverse();
}
