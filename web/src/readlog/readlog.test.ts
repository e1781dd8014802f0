import { expect, test } from "vitest";
import { askedAbout, momentOf, type ReadRecord } from "./readlog";

const record: ReadRecord = { n: 2, prev: "", at: "2026-04-30T16:05:06.789Z", kind: "ASKED" };

test("says what was asked about", () => {
  expect(askedAbout({ ...record, asked: { id: "abc.0.0", direction: "backward" } })).toBe("abc.0.0 · direction=backward");
  expect(askedAbout({ ...record, body: '{"kind":\n "range"}' })).toBe('{"kind": "range"}');
  expect(askedAbout(record)).toBe("");
});

test("tells the time in China", () => {
  expect(momentOf(record.at)).toBe("2026-05-01 00:05:06");
});
