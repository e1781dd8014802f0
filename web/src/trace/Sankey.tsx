import { SankeyChart, type SankeySeriesOption } from "echarts/charts";
import { TooltipComponent, type TooltipComponentOption } from "echarts/components";
import { init, use, type ComposeOption, type EChartsType } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useMemo, useRef } from "react";
import { formatYuan, shortYuan } from "../money/yuan";
import { useLanguage } from "../text/language";
import { placeLabel, toneOf } from "./tone";
import { fold, type FoldedFlow } from "./fold";
import type { Flow } from "./flow";

use([SankeyChart, TooltipComponent, SVGRenderer]);

type Option = ComposeOption<SankeySeriesOption | TooltipComponentOption>;

/** Room for a label in pixels; longer names are cut, the tooltip has them whole. */
const labelWidth = 132;

/** Draws flows from left to right. Choosing a place by pointer tells which; the table's filter does the same for the keyboard. */
export function Sankey({ flow: whole, label, onPick }: { flow: Flow; label: string; onPick: (place: string) => void }) {
  const { t, lang } = useLanguage();
  const dark = useComputedColorScheme("light") === "dark";
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const pick = useRef(onPick);
  pick.current = onPick;
  const places = useRef(new Map<string, string>());
  places.current = new Map(whole.nodes.map((n) => [n.id, n.place]));

  const flow = useMemo(() => fold(whole, 12), [whole]);
  const shape = useMemo(() => sizeOf(flow), [flow]);
  const option = useMemo<Option>(() => {
    const ink = dark ? "#e6e6e6" : "#222";
    const byID = new Map(flow.nodes.map((n) => [n.id, n]));
    const through = amounts(flow);
    const name = (id: string) => {
      const n = byID.get(id);
      if (!n) return id;
      if (n.count > 1) return t("othersFolded", { n: n.count });
      return n.again ? t("again", { name: placeLabel(n, lang) }) : placeLabel(n, lang);
    };
    return {
      aria: { enabled: false }, // the box itself carries the label
      animation: false,
      tooltip: {
        trigger: "item",
        confine: true,
        // A DOM node, not HTML text: names come from the ledger.
        formatter: (p) => {
          const d = (Array.isArray(p) ? p[0] : p) as unknown as { dataType: string; data: { id?: string; source?: string; target?: string; index?: number } };
          const link = d.dataType === "edge" ? flow.links[d.data.index ?? -1] : undefined;
          const el = document.createElement("div");
          el.style.whiteSpace = "normal";
          el.style.maxWidth = "22rem";
          const head = document.createElement("div");
          head.textContent = link ? `${name(link.from)} → ${name(link.to)}` : name(d.data.id ?? "");
          const sum = document.createElement("b");
          sum.textContent = formatYuan(link ? link.amount : (through.get(d.data.id ?? "") ?? 0n));
          el.append(head, sum);
          return el;
        },
      },
      series: [{
        type: "sankey",
        left: 4, right: labelWidth + 8, top: 12, bottom: 24,
        nodeWidth: 14, nodeGap: shape.gap, nodeAlign: "left",
        draggable: false,
        emphasis: { focus: "adjacency" },
        label: {
          color: ink, fontSize: 12, width: labelWidth, overflow: "truncate", lineHeight: 15,
          formatter: (p) => {
            const id = (p.data as { id?: string }).id ?? p.name;
            return `${name(id)}\n${shortYuan(through.get(id) ?? 0n, lang)}`;
          },
        },
        lineStyle: { color: "source", opacity: dark ? 0.38 : 0.32, curveness: 0.5 },
        data: flow.nodes.map((n) => ({
          id: n.id, name: n.id,
          itemStyle: n.again
            ? { color: "transparent", borderColor: toneOf(n.kind, dark), borderType: "dashed", borderWidth: 2 }
            : { color: toneOf(n.kind, dark), borderWidth: 0 },
        })),
        // The only place where an amount becomes a float: it decides how wide a ribbon is, nothing else.
        links: flow.links.map((l, index) => ({ source: l.from, target: l.to, value: Number(l.amount), index })),
      }],
    };
  }, [flow, shape, dark, lang, t]);

  useEffect(() => {
    const el = box.current!;
    const c = init(el, null, { renderer: "svg" });
    chart.current = c;
    c.on("click", (p) => {
      const id = (p.data as { id?: string } | undefined)?.id;
      if (p.dataType === "node" && id && places.current.has(id)) pick.current(places.current.get(id)!);
    });
    const watch = new ResizeObserver(() => c.resize());
    watch.observe(el);
    return () => {
      watch.disconnect();
      c.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true });
  }, [option]);
  useEffect(() => chart.current?.resize(), [shape]);

  return (
    <div className="scroll" tabIndex={0} role="img" aria-label={label}>
      <div ref={box} style={{ height: shape.height, minWidth: shape.width }} />
    </div>
  );
}

/** How much money touches a place: what comes in or what goes out, whichever is more. */
function amounts(flow: Flow): Map<string, bigint> {
  const into = new Map<string, bigint>();
  const out = new Map<string, bigint>();
  for (const l of flow.links) {
    into.set(l.to, (into.get(l.to) ?? 0n) + l.amount);
    out.set(l.from, (out.get(l.from) ?? 0n) + l.amount);
  }
  return new Map(flow.nodes.map((n) => {
    const i = into.get(n.id) ?? 0n;
    const o = out.get(n.id) ?? 0n;
    return [n.id, i > o ? i : o];
  }));
}

/** Room for every column's labels, and in the fullest column for two lines of text at each place. */
function sizeOf(flow: FoldedFlow): { width: number; height: number; gap: number } {
  const entering = new Map<string, string[]>();
  for (const l of flow.links) entering.set(l.to, [...(entering.get(l.to) ?? []), l.from]);
  const depth = new Map<string, number>();
  const depthOf = (id: string): number => {
    const known = depth.get(id);
    if (known !== undefined) return known;
    depth.set(id, 0); // the flow has no circles; this only keeps a mistake from running forever
    const d = Math.max(0, ...(entering.get(id) ?? []).map((from) => depthOf(from) + 1));
    depth.set(id, d);
    return d;
  };
  const column = new Map<number, number>();
  for (const n of flow.nodes) column.set(depthOf(n.id), (column.get(depthOf(n.id)) ?? 0) + 1);
  const fullest = Math.max(1, ...column.values());
  const gap = 30;
  return { width: (labelWidth + 30) * Math.max(2, column.size), height: (fullest - 1) * gap + 36 + (fullest < 4 ? 160 : 300), gap };
}
