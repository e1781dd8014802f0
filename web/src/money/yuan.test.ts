import { describe, expect, test } from "vitest";
import { capitalYuan } from "./capital";
import { fenOf, formatYuan, parseYuan, shortYuan } from "./yuan";

describe("parseYuan", () => {
  test.each<[string, bigint]>([
    ["1", 100n],
    ["0.01", 1n],
    ["0.1", 10n],
    ["1234.56", 123456n],
    ["1,234,567.89", 123456789n],
    ["1，234．56", 123456n],
    ["１２３４.５", 123450n],
    ["¥ 5 000 000", 500000000n],
    ["￥88元", 8800n],
    ["500万", 500000000n],
    ["1.25亿", 12500000000n],
    ["0.000001万", 1n],
    ["1.10000", 110n],
    // Amounts that a double cannot hold, to the fen.
    ["90071992547409.93", 9007199254740993n],
    ["92233720368547758.07", 9223372036854775807n],
    ["0.29", 29n],
    ["1.005万", 1005000n],
  ])("reads %s", (text, fen) => expect(parseYuan(text)).toEqual({ fen }));

  test.each<[string, string]>([
    ["", "empty"],
    ["  ", "empty"],
    ["0", "zero"],
    ["0.00", "zero"],
    ["0.001", "decimals"],
    ["1.2345", "decimals"],
    ["0.0000001万", "decimals"],
    ["-5", "shape"],
    ["1e6", "shape"],
    [".5", "shape"],
    ["5.", "shape"],
    ["1,23", "shape"],
    ["12,34,567", "shape"],
    ["1.2.3", "shape"],
    ["abc", "shape"],
    ["0x10", "shape"],
    ["Infinity", "shape"],
    ["92233720368547758.08", "large"],
  ])("refuses %j", (text, fault) => expect(parseYuan(text)).toEqual({ fault }));

  test("undoes formatYuan", () => {
    for (const fen of [1n, 99n, 100n, 101n, 999999n, 100000000n, 9223372036854775807n]) {
      expect(parseYuan(formatYuan(fen))).toEqual({ fen });
    }
  });
});

test.each<[bigint, string]>([
  [0n, "0.00"], [5n, "0.05"], [100n, "1.00"], [-123456n, "-1,234.56"], [100000000n, "1,000,000.00"],
])("formatYuan %s", (fen, text) => expect(formatYuan(fen)).toBe(text));

test("fenOf takes integers only", () => {
  expect(fenOf("123456789012345678")).toBe(123456789012345678n);
  for (const bad of ["1.5", "", "1e3", " 1", "NaN"]) expect(() => fenOf(bad)).toThrow();
});

test.each<[bigint, "zh" | "en", string]>([
  [123456n, "zh", "1,234.56"],
  [500000000n, "zh", "500万"],
  [12500000000n, "zh", "1.25亿"],
  [1999999n, "zh", "1.99万"],
  [500000000n, "en", "5M"],
  [100_000_000_000n, "en", "1B"],
  [10_000_000n, "zh", "10万"],
])("shortYuan %s %s", (fen, lang, text) => expect(shortYuan(fen, lang)).toBe(text));

test.each<[bigint, string]>([
  [0n, "零元整"],
  [1n, "壹分"],
  [10n, "壹角整"],
  [11n, "壹角壹分"],
  [100n, "壹元整"],
  [105n, "壹元零伍分"],
  [1000n, "壹拾元整"],
  [140950n, "壹仟肆佰零玖元伍角整"],
  [600714n, "陆仟零柒元壹角肆分"],
  [168032n, "壹仟陆佰捌拾元叁角贰分"],
  [10700053n, "壹拾万柒仟元伍角叁分"],
  [1640902n, "壹万陆仟肆佰零玖元零贰分"],
  [500000000n, "伍佰万元整"],
  [100000000n, "壹佰万元整"],
  [1000000100n, "壹仟万零壹元整"],
  [10000000000n, "壹亿元整"],
  [10000001000n, "壹亿零壹拾元整"],
  [1000100010000n, "壹佰亿零壹佰万零壹佰元整"],
])("capitalYuan %s", (fen, text) => expect(capitalYuan(fen)).toBe(text));
