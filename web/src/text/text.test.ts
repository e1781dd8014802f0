import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { en } from "./en";
import { explained, refusal } from "./refusals";
import { word } from "./words";
import { zh, type TextKey } from "./zh";

const keys = Object.keys(zh) as TextKey[];
const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();

test("both languages have the same texts with the same blanks", () => {
  expect(Object.keys(en).sort()).toEqual([...keys].sort());
  for (const k of keys) expect([k, names(en[k])]).toEqual([k, names(zh[k])]);
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
