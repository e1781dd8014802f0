import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { en } from "./en";
import { fill } from "./language";
import { inLanguage } from "./names";
import { explained, refusal } from "./refusals";
import { word } from "./words";
import { zh, type TextKey } from "./zh";

const keys = Object.keys(zh) as TextKey[];
const names = (text: string) => [...text.matchAll(/\{(\w+)(?: [^{}|]*\|[^{}|]*)?\}/g)].map((m) => m[1]).sort();

test("both languages have the same texts with the same blanks", () => {
  expect(Object.keys(en).sort()).toEqual([...keys].sort());
  for (const k of keys) expect([k, names(en[k])]).toEqual([k, names(zh[k])]);
});

test("a number takes the word for one or for many", () => {
  expect([0, 1, 2].map((n) => fill("{n voucher|vouchers} of {name}", { n, name: "X" }))).toEqual(["0 vouchers of X", "1 voucher of X", "2 vouchers of X"]);
  expect(fill("{n} of {all}", { n: 1 })).toBe("1 of {all}");
});

test("no text is left that nothing shows", () => {
  const src = new URL("..", import.meta.url).pathname;
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((f) => /\.tsx?$/.test(f) && !/^text\/(\w+\.)?(zh|en)\.ts$/.test(f));
  const code = files.map((f) => readFileSync(src + f, "utf8")).join("\n");
  // The kinds of places are looked up by the gateway's word: kindfund, kindsink, …
  expect(keys.filter((k) => !code.includes(`"${k}"`) && !/^kind[a-z]+$/.test(k))).toEqual([]);
});

/** The codes that Go sources of this repository declare. */
function codesIn(file: string, pattern: RegExp): string[] {
  return [...readFileSync(file, "utf8").matchAll(pattern)].map((m) => m[1]!);
}

describe("refusals", () => {
  const ledger = new URL("../../../chaincode/ledger/error.go", import.meta.url).pathname;
  test("every code of the ledger has a Chinese sentence", () => {
    const codes = codesIn(ledger, /\bCode\s*=\s*"([A-Z_]+)"/g);
    expect(codes.length).toBeGreaterThan(30);
    expect(codes.filter((c) => !explained.has(c))).toEqual([]);
  });

  const gateway = new URL("../../../gateway/api/errors.go", import.meta.url).pathname;
  test.skipIf(!existsSync(gateway))("so has every code of the gateway", () => {
    const codes = codesIn(gateway, /ledger\.Code\s*=\s*"([A-Z_]+)"/g);
    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((c) => !explained.has(c))).toEqual([]);
  });

  test("English shows the gateway's own sentence, Chinese its own with that beside it", () => {
    expect(refusal("LOT_OVERDRAWN", "draw less", "en")).toEqual({ sentence: "draw less", more: "" });
    expect(refusal("LOT_OVERDRAWN", "draw less", "zh").more).toBe("draw less");
    expect(refusal("NEVER_HEARD_OF", "do this", "zh").sentence).toBe("do this");
  });
});

test("words fall back to the ledger's own", () => {
  expect(word("stage", "DEBITED", "zh")).toBe("已扣款");
  expect(word("level", 2, "en")).toBe("Both banks");
  expect(word("stage", "NEW_STAGE", "zh")).toBe("NEW_STAGE");
});

test.each([
  ["沈阳子基金 / Shenyang Sub-fund", "zh", "沈阳子基金"],
  ["沈阳子基金 / Shenyang Sub-fund", "en", "Shenyang Sub-fund"],
  ["Shenyang Sub-fund / 沈阳子基金", "zh", "沈阳子基金"],
  ["A / B", "zh", "A / B"],
  ["沈阳 / 大连", "en", "沈阳 / 大连"],
  ["沈阳 / A / B", "en", "沈阳 / A / B"],
  ["沈阳子基金", "en", "沈阳子基金"],
  ["2025 专项债（合成）", "en", "2025 专项债（合成）"],
  ["2025 专项债 / Special bond of 2025 (合成 synthetic)", "en", "Special bond of 2025 (合成 synthetic)"],
  ["2025 专项债 / Special bond of 2025 (合成 synthetic)", "zh", "2025 专项债"],
] as const)("a name in both languages: %s, %s", (name, lang, want) => expect(inLanguage(name, lang)).toBe(want));
