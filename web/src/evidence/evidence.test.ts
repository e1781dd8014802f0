import { expect, test } from "vitest";
import { mayPack, sizeOf } from "./evidence";

test("sizes read well", () => {
  expect([999, 12_345, 7_340_000].map(sizeOf)).toEqual(["999 B", "12.3 kB", "7.3 MB"]);
});

test("packs are for those who may see everything", () => {
  expect((["officer", "auditor", "manager", "enterprise", "custodian", "viewer"] as const).filter(mayPack)).toEqual(["officer", "auditor"]);
});
