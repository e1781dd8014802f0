import { expect, test } from "vitest";
import { ageOf, share } from "./pace";

test("ages are named by their bounds", () => {
  expect(ageOf({ from: 31, to: 90, amount: "0", lots: 0, in_funds: "0" })).toBe("31–90");
  expect(ageOf({ from: 366, amount: "0", lots: 0, in_funds: "0" })).toBe(">365");
});

test("a share of nothing is nothing", () => {
  expect([share(1n, 0n), share(1n, 3n), share(3n, 3n)]).toEqual([0, 333, 1000]);
});
