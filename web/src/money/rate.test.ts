import { expect, test } from "vitest";
import { formatPPM, parsePercent, shortPPM } from "./rate";

test.each<[string, number]>([
  ["4.35", 43500], ["4.35%", 43500], ["４．３５％", 43500], ["0", 0], ["0.0001", 1], ["3.850000", 38500], ["100", 1_000_000], [" 12 %", 120_000],
])("parsePercent reads %s", (text, ppm) => expect(parsePercent(text)).toEqual({ ppm }));

test.each([["", "empty"], ["4,35", "shape"], ["-1", "shape"], ["1e2", "shape"], ["0.00001", "decimals"], ["100.0001", "large"], ["999999999", "large"]])(
  "parsePercent refuses %j", (text, fault) => expect(parsePercent(text)).toEqual({ fault }));

test.each<[number, string]>([[43500, "4.35%"], [0, "0.00%"], [1, "0.0001%"], [36000, "3.60%"], [1_000_000, "100.00%"], [500, "0.05%"], [38550, "3.855%"]])(
  "formatPPM %s", (ppm, text) => expect(formatPPM(ppm)).toBe(text));

test.each<[number, string]>([[256927, "25.69%"], [228160, "22.82%"], [49, "0.00%"], [50, "0.01%"], [999_999, "100.00%"]])("shortPPM %s", (ppm, text) => expect(shortPPM(ppm)).toBe(text));

test("formatPPM and parsePercent undo each other", () => {
  for (const ppm of [0, 1, 10, 99, 100, 12345, 43500, 999_999, 1_000_000]) expect(parsePercent(formatPPM(ppm))).toEqual({ ppm });
});
