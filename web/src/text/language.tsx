import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { en } from "./en";
import type { Lang } from "./names";
import { word, type WordGroup } from "./words";
import { zh, type TextKey } from "./zh";

export type { Lang };

interface Language {
  lang: Lang;
  setLang: (lang: Lang) => void;
  /** A text by its key, with {names} filled in. */
  t: (key: TextKey, values?: Record<string, string | number>) => string;
  /** A word of the ledger's enumerations. */
  w: (group: WordGroup, value: string | number | undefined) => string;
}

const tables: Record<Lang, Record<TextKey, string>> = { zh, en };
const storageKey = "fundtrace.lang";

/** A text with its {names} filled in; "{n row|rows}" is a number with the word for one or for many. Exported for tests. */
export function fill(text: string, values: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)(?: ([^{}|]*)\|([^{}|]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    if (!(name in values)) return whole;
    const value = String(values[name]);
    return many === undefined ? value : `${value} ${value === "1" ? one : many}`;
  });
}

function firstLanguage(): Lang {
  try {
    const kept = localStorage.getItem(storageKey);
    if (kept === "zh" || kept === "en") return kept;
  } catch {
    // Storage is refused in some private windows; the browser's language decides then.
  }
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

const Context = createContext<Language | null>(null);

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [lang, set] = useState<Lang>(firstLanguage);
  const setLang = useCallback((next: Lang) => {
    set(next);
    try {
      localStorage.setItem(storageKey, next);
    } catch {
      // Not kept, then: it holds for this visit.
    }
  }, []);
  useEffect(() => {
    document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  }, [lang]);
  const value = useMemo<Language>(
    () => ({ lang, setLang, t: (key, values) => fill(tables[lang][key], values), w: (group, v) => (v === undefined ? "" : word(group, v, lang)) }),
    [lang, setLang],
  );
  return <Context value={value}>{children}</Context>;
}

export function useLanguage(): Language {
  const value = useContext(Context);
  if (!value) throw new Error("useLanguage outside LanguageProvider");
  return value;
}
