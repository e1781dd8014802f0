import type { Flow, FlowLink, FlowNode } from "./flow";

/** A node that stands for several small ones. */
export interface Folded extends FlowNode {
  /** How many places it stands for; 1 for a place of its own. */
  count: number;
}

export interface FoldedFlow extends Flow {
  nodes: Folded[];
}

/**
 * Makes a crowded diagram readable: where more than `keep` places of one kind stand at the same step at an end of the
 * flow (nothing comes into them, or nothing leaves them), the largest stay and the others become one. Only ends are
 * folded, so that no circle can arise. No amount is lost; the table has every place.
 */
export function fold(flow: Flow, keep: number): FoldedFlow {
  const into = sums(flow.links, (l) => l.to);
  const out = sums(flow.links, (l) => l.from);
  const groups = new Map<string, FlowNode[]>();
  for (const n of flow.nodes) {
    const end = !into.has(n.id) ? "start" : !out.has(n.id) ? "end" : "";
    if (!end || n.again) continue;
    const key = `${end} ${n.kind} ${n.level}`;
    groups.set(key, [...(groups.get(key) ?? []), n]);
  }
  const goes = new Map<string, string>(); // node → the node that stands for it
  const more: Folded[] = [];
  for (const [key, nodes] of groups) {
    if (nodes.length <= keep) continue;
    const size = (n: FlowNode) => into.get(n.id) ?? out.get(n.id) ?? 0n;
    const small = nodes.toSorted((a, b) => (size(a) < size(b) ? 1 : size(a) > size(b) ? -1 : a.id < b.id ? -1 : 1)).slice(keep - 1);
    const id = `more ${key}`;
    for (const n of small) goes.set(n.id, id);
    more.push({ ...small[0]!, id, place: id, label: "", count: small.length });
  }
  const links = new Map<string, FlowLink>();
  for (const l of flow.links) {
    const from = goes.get(l.from) ?? l.from;
    const to = goes.get(l.to) ?? l.to;
    const key = JSON.stringify([from, to]);
    const m = links.get(key);
    links.set(key, m ? { ...m, amount: m.amount + l.amount, movements: m.movements + l.movements } : { ...l, from, to });
  }
  const kept: Folded[] = flow.nodes.filter((n) => !goes.has(n.id)).map((n) => ({ ...n, count: 1 }));
  return { nodes: [...kept, ...more], links: [...links.values()], roundTrips: flow.roundTrips };
}

function sums(links: FlowLink[], end: (l: FlowLink) => string): Map<string, bigint> {
  const out = new Map<string, bigint>();
  for (const l of links) out.set(end(l), (out.get(end(l)) ?? 0n) + l.amount);
  return out;
}
