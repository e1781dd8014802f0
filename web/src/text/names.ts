/** The page's languages. */
export type Lang = "zh" | "en";

/**
 * A name in the reader's language, where it is recorded in both as "中文名 / English name"; the whole name otherwise.
 */
export function inLanguage(name: string, lang: Lang): string {
  const parts = name.split(" / ");
  if (parts.length !== 2) return name;
  const chinese = parts.map(mostlyHan);
  if (chinese[0] === chinese[1]) return name;
  return parts[chinese.indexOf(lang === "zh")] ?? name;
}

/** Whether a text has more Chinese characters than Latin words. */
function mostlyHan(text: string): boolean {
  return (text.match(/\p{Script=Han}/gu) ?? []).length > (text.match(/\p{Script=Latin}+/gu) ?? []).length;
}
