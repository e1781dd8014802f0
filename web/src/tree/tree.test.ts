import { expect, test } from "vitest";
import type { TreeNode, VoucherTree } from "../api/vouchers";
import { branches, rowsOf, treeBalance, treeFaults } from "./tree";

const node = (voucher: string, parent: string | undefined, depth: number, more: Partial<TreeNode> = {}): TreeNode => ({
  voucher, ...(parent && { parent }), depth, tier: 1, holder: "h", face: "0", open: "0", settled: "0", state: "ACTIVE", via: "ISSUE", made: "VOUCHER_ISSUE", cash: [], ...more,
});
// root → a (→ a1, a2), b
const nodes = [
  node("root", undefined, 0, { state: "SPLIT", face: "100" }), node("a", "root", 1, { state: "SPLIT", face: "60" }),
  node("a1", "a", 2, { face: "20", open: "20" }), node("a2", "a", 2, { face: "40", state: "SETTLED", settled: "40" }),
  node("b", "root", 1, { face: "40", open: "25", settled: "15", state: "PARTIALLY_SETTLED" }),
];
const tree: VoucherTree = {
  root: "root", claim: "c", issuer: "i", currency: "CNY", issued: "", maturity: "", face: "100", sums: { live: "45", settled: "55", cancelled: "0", written_off: "0" },
  hidden: { nodes: 0, amount: "0" }, nodes,
};

test("rows come before their children, with the lines that go on", () => {
  expect(rowsOf(nodes, new Set()).map((r) => [r.node.voucher, r.guides, r.last, r.children])).toEqual([
    ["root", [], true, 2], ["a", [false], false, 2], ["a1", [false, true], false, 0], ["a2", [false, true], true, 0], ["b", [false], true, 0],
  ]);
});

test("below a closed node nothing is shown", () => {
  expect(rowsOf(nodes, new Set(["a"])).map((r) => r.node.voucher)).toEqual(["root", "a", "b"]);
  expect(branches(nodes)).toEqual(["root", "a"]);
});

test("a node whose parent is not visible stands at the top", () => {
  expect(rowsOf([node("x", "hidden", 3)], new Set()).map((r) => r.guides)).toEqual([[]]);
});

test("the sums close to the fen, and say when they do not", () => {
  expect(treeBalance(tree)).toMatchObject({ whole: 100n, difference: 0n });
  expect(treeBalance(tree).parts.map((p) => p.text)).toEqual(["sumLive", "sumSettled"]);
  expect(treeBalance({ ...tree, face: "101" }).difference).toBe(1n);
  expect(treeBalance({ ...tree, sums: { ...tree.sums, live: "30" }, hidden: { nodes: 2, amount: "15" } })).toMatchObject({ difference: 0n });
});

test("the totals are held against the vouchers that are listed", () => {
  expect(treeFaults(tree)).toEqual({ live: 0n, settled: 0n });
  expect(treeFaults({ ...tree, sums: { ...tree.sums, live: "46" } })).toEqual({ live: 1n, settled: 0n });
  // What is there only as the way to the reader's own part is in the hidden figure.
  expect(treeFaults({ ...tree, nodes: [...nodes.slice(0, 4), node("b", "root", 1, { path: true, face: "40", open: "25", settled: "15", state: "PARTIALLY_SETTLED" })], sums: { live: "20", settled: "40", cancelled: "0", written_off: "0" } })).toEqual({ live: 0n, settled: 0n });
});
