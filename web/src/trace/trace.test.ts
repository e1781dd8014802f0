import { describe, expect, test } from "vitest";
import type { TraceLink, TraceNode } from "../api/types";
import { link, parseRoute } from "../route";
import { backwardBalance, forwardBalance, fundBalance, partyBalance } from "./balance";
import { acyclic, type Flow } from "./flow";
import { fold } from "./fold";
import { shortID, targetOf } from "./target";
import { placeLabel } from "./tone";

const node = (id: string, level = 0): TraceNode => ({ id, label: id.toUpperCase(), kind: "fund", level });
const flow = (from: string, to: string, amount: string, movements = 1): TraceLink => ({ from, to, amount, movements });

/** Kahn's algorithm: whether every node can be taken away in order. */
function hasCircle(f: Flow): boolean {
  let left = f.links;
  let nodes = f.nodes.map((n) => n.id);
  for (;;) {
    const free = nodes.filter((n) => !left.some((l) => l.to === n));
    if (free.length === 0) return nodes.length > 0;
    nodes = nodes.filter((n) => !free.includes(n));
    left = left.filter((l) => !free.includes(l.from));
  }
}

const sum = (amounts: bigint[]) => amounts.reduce((a, b) => a + b, 0n);

describe("acyclic", () => {
  test("leaves a tree as it is", () => {
    const f = acyclic([node("a"), node("b", 1), node("c", 1)], [flow("a", "b", "100"), flow("a", "c", "50")]);
    expect(f.roundTrips).toBe(0);
    expect(f.links).toEqual([{ from: "a", to: "b", amount: 100n, movements: 1 }, { from: "a", to: "c", amount: 50n, movements: 1 }]);
  });

  test("cuts a round trip where the money comes back, and shows it", () => {
    const f = acyclic([node("fund"), node("e", 1), node("shell", 2)],
      [flow("fund", "e", "100"), flow("e", "shell", "80"), flow("shell", "fund", "70")]);
    expect(f.roundTrips).toBe(1);
    expect(hasCircle(f)).toBe(false);
    const again = f.nodes.find((n) => n.again);
    expect(again?.place).toBe("fund");
    expect(again?.label).toBe("FUND");
    expect(f.links.find((l) => l.from === "shell")).toMatchObject({ to: again?.id, amount: 70n });
  });

  test("cuts a payment from a place to itself", () => {
    const f = acyclic([node("a")], [flow("a", "a", "5")]);
    expect(f.roundTrips).toBe(1);
    expect(hasCircle(f)).toBe(false);
  });

  test("adds up links between the same places", () => {
    const f = acyclic([node("a"), node("b")], [flow("a", "b", "9007199254740993", 2), flow("a", "b", "1", 1)]);
    expect(f.links).toEqual([{ from: "a", to: "b", amount: 9007199254740994n, movements: 3 }]);
  });

  test("names a place that the answer did not describe, and drops one that no money touches", () => {
    const f = acyclic([node("a"), node("idle")], [flow("a", "x", "1")]);
    expect(f.nodes.map((n) => n.id).sort()).toEqual(["a", "x"]);
  });

  test("any graph: no circle stays, no amount is lost, every place keeps what leaves it", () => {
    let seed = 7;
    const random = (n: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
    for (let round = 0; round < 200; round++) {
      const size = 2 + random(8);
      const nodes = Array.from({ length: size }, (_, i) => node(`n${i}`, i));
      const links = Array.from({ length: 1 + random(25) }, () => flow(`n${random(size)}`, `n${random(size)}`, String(1 + random(1000))));
      const f = acyclic(nodes, links);
      expect(hasCircle(f)).toBe(false);
      expect(sum(f.links.map((l) => l.amount))).toBe(sum(links.map((l) => BigInt(l.amount))));
      for (const n of nodes) {
        const leaves = sum(links.filter((l) => l.from === n.id).map((l) => BigInt(l.amount)));
        expect(sum(f.links.filter((l) => l.from === n.id).map((l) => l.amount))).toBe(leaves);
      }
      expect(acyclic(nodes, links)).toEqual(f);
    }
  });
});

describe("fold", () => {
  const many = Array.from({ length: 20 }, (_, i) => node(`e${String(i).padStart(2, "0")}`, 1));
  const star = acyclic([node("f"), ...many], many.map((n, i) => flow("f", n.id, String(100 + i))));

  test("keeps the largest and makes one of the rest, to the fen", () => {
    const f = fold(star, 5);
    expect(f.nodes.filter((n) => n.count === 1).map((n) => n.id)).toEqual(["f", "e16", "e17", "e18", "e19"]);
    const rest = f.nodes.find((n) => n.count > 1);
    expect(rest?.count).toBe(16);
    expect(f.links.find((l) => l.to === rest?.id)).toMatchObject({ from: "f", amount: 1720n, movements: 16 });
    expect(sum(f.links.map((l) => l.amount))).toBe(sum(star.links.map((l) => l.amount)));
  });

  test("leaves a small diagram as it is", () => expect(fold(star, 20).links).toEqual(star.links));

  test("any flow: no circle arises, no amount is lost", () => {
    let seed = 11;
    const random = (n: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
    for (let round = 0; round < 100; round++) {
      const nodes = Array.from({ length: 15 }, (_, i) => node(`n${i}`, random(4)));
      const links = Array.from({ length: 25 }, () => flow(`n${random(15)}`, `n${random(15)}`, String(1 + random(99))));
      const f = fold(acyclic(nodes, links), 2);
      expect(hasCircle(f)).toBe(false);
      expect(sum(f.links.map((l) => l.amount))).toBe(sum(links.map((l) => BigInt(l.amount))));
    }
  });
});

test("places that the gateway unrolled by depth are one place, marked where money comes back", () => {
  const f = acyclic([node("acct:f@0", 0), node("acct:e@1", 1), node("acct:f@2", 2), node("acct:x@y", 1)],
    [flow("acct:f@0", "acct:e@1", "9"), flow("acct:e@1", "acct:f@2", "4"), flow("acct:e@1", "acct:x@y", "1")]);
  expect(f.roundTrips).toBe(1);
  expect(f.nodes.map((n) => [n.id, n.place, n.again])).toEqual([
    ["acct:f@0", "acct:f", false], ["acct:e@1", "acct:e", false], ["acct:f@2", "acct:f", true], ["acct:x@y", "acct:x@y", false],
  ]);
});

describe("balances", () => {
  const totals = { traced: "1000", reached: "400", idle: "300", in_transit: "200", spent: "100", hidden: "0" };
  test("a forward trace closes", () => {
    const b = forwardBalance(totals);
    expect(b.difference).toBe(0n);
    expect(b.parts.map((p) => p.text)).toEqual(["reached", "idle", "inTransit", "spent"]);
  });
  test("one fen that is missing is found", () => expect(forwardBalance({ ...totals, spent: "99" }).difference).toBe(1n));
  test("what may not be seen is a part", () => {
    const b = forwardBalance({ ...totals, spent: "40", hidden: "60" });
    expect(b.difference).toBe(0n);
    expect(b.parts.at(-1)).toMatchObject({ text: "hidden", fen: 60n });
  });
  test("it is exact beyond what a double holds", () => {
    const zero = { idle: "0", in_transit: "0", spent: "0", hidden: "0" };
    expect(forwardBalance({ ...zero, traced: "9007199254740993", reached: "9007199254740992" }).difference).toBe(1n);
  });
  test("a backward trace ends at the root", () => {
    const b = backwardBalance({ ...totals, reached: "1000", idle: "0", in_transit: "0", spent: "0" });
    expect([b.difference, b.parts.map((p) => p.text)]).toEqual([0n, ["rooted"]]);
  });
  test("a fund's money closes", () => {
    const t = { in: "1000", passed_on: "600", returned: "50", idle_here: "250", idle: "300", in_transit: "200", reached: "400", spent: "90", hidden: "10" };
    expect(fundBalance(t).difference).toBe(0n);
    expect(fundBalance({ ...t, idle: "301" }).difference).toBe(-1n);
  });
  test("a party's money closes", () => {
    const t = { received: "100", holds: "40", in_transit: "5", spent: "30", passed_on: "25", returned: "20" };
    expect(partyBalance(t).difference).toBe(0n);
    expect(partyBalance({ ...t, holds: "39" }).difference).toBe(1n);
  });
});

test.each([
  ["sink:RD", "", "zh", "研发"],
  ["root:SPECIAL_BOND 2025-01 line", "SPECIAL_BOND 2025-01 line", "zh", "专项债 2025-01 line"],
  ["acct:x@3", "Fund X", "en", "Fund X"],
  ["acct:y", "", "en", "acct:y"],
  ["hidden", "", "zh", "无权查看"],
] as const)("placeLabel %s", (id, label, lang, want) => expect(placeLabel({ id, label }, lang)).toBe(want));

test.each([
  ["0123456789abcdef0123.4.0", { kind: "lot", id: "0123456789abcdef0123.4.0" }],
  ["0123456789abcdef0123.4", { kind: "movement", id: "0123456789abcdef0123.4" }],
  [" fund:liaoning ", { kind: "fund", id: "fund:liaoning" }],
  ["acct:x1", { kind: "account", id: "acct:x1" }],
  ["uscc:91350100M000100Y43", { kind: "party", id: "uscc:91350100M000100Y43" }],
  ["91350100m000100y43", { kind: "party", id: "uscc:91350100M000100Y43" }],
  ["http://127.0.0.1:8080/#/trace/fund:a?direction=forward", { kind: "fund", id: "fund:a" }],
  ["沈阳", { kind: "name", text: "沈阳" }],
  ["0123456789abcdef0123", { kind: "name", text: "0123456789abcdef0123" }],
])("targetOf %s", (text, want) => expect(targetOf(text)).toEqual(want));

test("shortID keeps names whole", () => {
  expect(shortID("0123456789abcdef0123.4.0")).toBe("012345….4.0");
  expect(shortID("fund:liaoning")).toBe("fund:liaoning");
});

test("links and routes undo each other", () => {
  for (const id of ["0123456789abcdef0123.4.0", "fund:辽宁/母基金", "other:a?b#c%d"]) {
    const r = parseRoute(link("trace", id, { direction: "backward" }));
    expect([r.page, r.id, r.query.get("direction")]).toEqual(["trace", id, "backward"]);
  }
  expect(parseRoute("")).toMatchObject({ page: "", id: "" });
  expect(parseRoute("#/trace/100%").id).toBe("100%");
});
