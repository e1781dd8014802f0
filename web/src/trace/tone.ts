import type { TraceNode } from "../api/types";
import { inLanguage } from "../text/names";
import { word } from "../text/words";

/** The colours of kinds of places, told apart also by readers who see red and green alike (after Okabe and Ito). */
const tones: Record<string, { light: string; dark: string }> = {
  root: { light: "#7a5195", dark: "#b18fd0" },
  treasury: { light: "#8a6d00", dark: "#f0e442" },
  fund: { light: "#0b6e4f", dark: "#2fb38a" },
  enterprise: { light: "#0072b2", dark: "#56b4e9" },
  sink: { light: "#b85c00", dark: "#e69f00" },
  published: { light: "#5f6b76", dark: "#a9b4be" },
  hidden: { light: "#5f6b76", dark: "#a9b4be" },
};

export function toneOf(kind: string, dark: boolean): string {
  return (tones[kind] ?? tones["hidden"]!)[dark ? "dark" : "light"];
}

/** What a place is called: sinks and sources by the ledger's words in the reader's language, all else by the gateway's label. */
export function placeLabel(n: Pick<TraceNode, "id" | "label">, lang: "zh" | "en"): string {
  const id = n.id.replace(/@\d+$/, "").replace(/\u0000again$/, "");
  if (id.startsWith("sink:")) return word("purpose", id.slice(5), lang);
  if (id.startsWith("root:")) {
    const [source = "", ...line] = id.slice(5).split(" ");
    return [word("source", source, lang), inLanguage(line.join(" "), lang)].join(" ").trim();
  }
  if (id === "hidden") return lang === "zh" ? "无权查看" : "Not visible to you";
  return inLanguage(n.label, lang) || id;
}
