import { expect, test } from "vitest";
import { addDays, addMonths, daysBetween, isDay } from "./day";
import { digestOf, isDigest } from "./digest";

test.each<[string, string, number]>([
  ["2026-03-01", "2026-09-15", 198], ["2026-03-01", "2027-03-01", 365], ["2025-01-10", "2025-04-15", 95], ["2026-03-02", "2026-03-01", -1], ["2024-02-28", "2024-03-01", 2],
])("days from %s to %s", (from, to, days) => {
  expect(daysBetween(from, to)).toBe(days);
  expect(addDays(from, days)).toBe(to);
});

test.each<[string, number, string]>([
  ["2026-01-31", 1, "2026-02-28"], ["2024-01-31", 1, "2024-02-29"], ["2026-08-31", 6, "2027-02-28"], ["2026-03-15", 12, "2027-03-15"], ["2026-12-01", 1, "2027-01-01"],
])("%s and %s months", (day, n, want) => expect(addMonths(day, n)).toBe(want));

test.each([["2026-02-28", true], ["2026-02-30", false], ["2026-2-3", false], ["", false], ["tomorrow", false]])("isDay %s", (text, want) => expect(isDay(text)).toBe(want));

test("the fingerprint of a document", async () => {
  const sum = await digestOf(new TextEncoder().encode("abc").buffer as ArrayBuffer);
  expect(sum).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect([sum, sum.toUpperCase(), sum.slice(1), ""].map(isDigest)).toEqual([true, false, false, false]);
});
