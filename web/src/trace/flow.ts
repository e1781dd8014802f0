import { fenOf } from "../money/yuan";
import type { TraceLink, TraceNode } from "../api/types";

/** A node as it is drawn. `place` is the account, sink or source; `again` says that money comes back to it here. */
export interface FlowNode extends TraceNode {
  place: string;
  again: boolean;
}

export interface FlowLink {
  from: string;
  to: string;
  amount: bigint;
  movements: number;
}

export interface Flow {
  nodes: FlowNode[];
  links: FlowLink[];
  /** How many times money comes back to a place that it had left. */
  roundTrips: number;
}

const suffix = "\u0000again";

/**
 * Makes a graph of flows that a Sankey can draw, one without circles, in which round trips are seen rather than lost.
 *
 * The gateway draws a place on a circle once for each depth ("acct:x@3"): every appearance after the first is marked
 * `again`. Should a link still close a circle, it ends in a node of its own instead, marked likewise. No amount changes.
 * Links between the same two nodes are added up; the result depends only on the input.
 */
export function acyclic(nodes: TraceNode[], links: TraceLink[]): Flow {
  const known = unrolled(nodes);
  const merged = new Map<string, FlowLink>();
  for (const l of links) {
    for (const id of [l.from, l.to]) {
      if (!known.has(id)) known.set(id, { id, place: id, again: false, label: id, kind: "hidden", level: 0 });
    }
    const key = JSON.stringify([l.from, l.to]);
    const m = merged.get(key);
    if (m) {
      m.amount += fenOf(l.amount);
      m.movements += l.movements;
    } else {
      merged.set(key, { from: l.from, to: l.to, amount: fenOf(l.amount), movements: l.movements });
    }
  }
  const all = [...merged.values()];
  const closing = backEdges([...known.values()], all);
  const drawn = new Map<string, FlowNode>();
  const out: FlowLink[] = [];
  for (const l of all) {
    let to = l.to;
    if (closing.has(l)) {
      to = l.to + suffix;
      drawn.set(to, { ...known.get(l.to)!, id: to, again: true });
    }
    out.push({ ...l, to });
  }
  // Only places that money touches: a Sankey has no use for the others.
  const touched = new Set(out.flatMap((l) => [l.from, l.to]));
  const plain = [...known.values()].filter((n) => touched.has(n.id));
  return { nodes: [...plain, ...drawn.values()], links: out, roundTrips: plain.filter((n) => n.again).length + closing.size };
}

/** The nodes by identifier, with the place that each stands for and whether it is a later appearance of that place. */
function unrolled(nodes: TraceNode[]): Map<string, FlowNode> {
  const placeOf = (id: string) => /^(.+)@\d+$/.exec(id)?.[1] ?? id;
  const first = new Map<string, number>();
  for (const n of nodes) {
    const place = placeOf(n.id);
    first.set(place, Math.min(n.level, first.get(place) ?? n.level));
  }
  return new Map(nodes.map((n) => [n.id, { ...n, place: placeOf(n.id), again: n.level > first.get(placeOf(n.id))! }]));
}

/** The links that close circles, found by a depth-first walk from the places nearest the start. */
function backEdges(nodes: FlowNode[], links: FlowLink[]): Set<FlowLink> {
  const leaving = new Map<string, FlowLink[]>();
  const entered = new Set<string>();
  for (const l of links) {
    leaving.set(l.from, [...(leaving.get(l.from) ?? []), l]);
    if (l.from !== l.to) entered.add(l.to);
  }
  const start = nodes.toSorted((a, b) => Number(entered.has(a.id)) - Number(entered.has(b.id)) || a.level - b.level);
  const state = new Map<string, "open" | "done">();
  const closing = new Set<FlowLink>();
  for (const root of start) {
    if (state.has(root.id)) continue;
    const stack = [{ id: root.id, next: 0 }];
    state.set(root.id, "open");
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const l = leaving.get(top.id)?.[top.next++];
      if (!l) {
        state.set(top.id, "done");
        stack.pop();
      } else if (state.get(l.to) === "open") {
        closing.add(l);
      } else if (!state.has(l.to)) {
        state.set(l.to, "open");
        stack.push({ id: l.to, next: 0 });
      }
    }
  }
  return closing;
}
