import type { TreeNode, VoucherTree } from "../api/vouchers";
import { fenOf } from "../money/yuan";
import type { Balance, Part } from "../trace/balance";
import { isOver } from "../vouchers/actions";

/** A node of the tree as a row is drawn: the guides left of it, and whether something hangs below it. */
export interface TreeRow {
  node: TreeNode;
  /** For every level above, whether a line goes on past this row to a later sibling. */
  guides: boolean[];
  /** Whether it is the last child of its parent. */
  last: boolean;
  children: number;
}

/** Lays the tree out as rows, each node before its children. Below a closed node nothing is shown. */
export function rowsOf(nodes: TreeNode[], closed: ReadonlySet<string>): TreeRow[] {
  const below = new Map<string, TreeNode[]>();
  const known = new Set(nodes.map((n) => n.voucher));
  const roots: TreeNode[] = [];
  for (const n of nodes) {
    if (n.parent && known.has(n.parent)) below.set(n.parent, [...(below.get(n.parent) ?? []), n]);
    else roots.push(n);
  }
  const rows: TreeRow[] = [];
  const walk = (level: TreeNode[], guides: boolean[]) => level.forEach((node, k) => {
    const last = k === level.length - 1;
    const children = below.get(node.voucher) ?? [];
    rows.push({ node, guides, last, children: children.length });
    if (children.length > 0 && !closed.has(node.voucher)) walk(children, [...guides, !last]);
  });
  walk(roots, []);
  return rows;
}

/** The nodes that have others below them. */
export function branches(nodes: TreeNode[]): string[] {
  const parents = new Set(nodes.map((n) => n.parent));
  return nodes.filter((n) => parents.has(n.voucher)).map((n) => n.voucher);
}

/** face = live + settled + cancelled + written off (+ hidden), added up again. */
export function treeBalance(tree: VoucherTree): Balance {
  const parts: Part[] = [
    { text: "sumLive", tone: "enterprise", fen: fenOf(tree.sums.live) },
    { text: "sumSettled", tone: "fund", fen: fenOf(tree.sums.settled) },
  ];
  for (const [text, tone, amount] of [["sumCancelled", "root", tree.sums.cancelled], ["sumWrittenOff", "sink", tree.sums.written_off], ["hidden", "hidden", tree.hidden.amount]] as const) {
    if (fenOf(amount) !== 0n) parts.push({ text, tone, fen: fenOf(amount) });
  }
  const whole = fenOf(tree.face);
  return { text: "rootFace", whole, parts, difference: whole - parts.reduce((sum, p) => sum + p.fen, 0n) };
}

/**
 * Checks the sums against the nodes that are shown: what is open with somebody and what was settled must be no more
 * than the gateway says, and exactly that where nothing is hidden. It answers the amounts that are off.
 */
export function treeFaults(tree: VoucherTree): { live: bigint; settled: bigint } {
  let live = 0n;
  let settled = 0n;
  for (const n of tree.nodes) {
    if (n.path) continue;
    if (!isOver(n.state)) live += fenOf(n.open);
    settled += fenOf(n.settled);
  }
  return { live: fenOf(tree.sums.live) - live, settled: fenOf(tree.sums.settled) - settled };
}
