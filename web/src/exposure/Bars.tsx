import { BarChart, type BarSeriesOption } from "echarts/charts";
import { GridComponent, TooltipComponent, type GridComponentOption, type TooltipComponentOption } from "echarts/components";
import { init, use, type ComposeOption, type EChartsType } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useMemo, useRef } from "react";
import { formatYuan, shortYuan } from "../money/yuan";
import { useLanguage } from "../text/language";
import type { Bar } from "./exposure";

use([BarChart, GridComponent, TooltipComponent, SVGRenderer]);

type Option = ComposeOption<BarSeriesOption | GridComponentOption | TooltipComponentOption>;

/** Bars over a category axis. The table beside it has the same figures, so the drawing is an image to readers of the page aloud. */
export default function Bars({ bars, label, mark }: { bars: Bar[]; label: string; mark?: (name: string) => boolean }) {
  const { t, lang } = useLanguage();
  const dark = useComputedColorScheme("light") === "dark";
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const option = useMemo<Option>(() => {
    const ink = dark ? "#c9ced3" : "#444";
    const plain = dark ? "#56b4e9" : "#0072b2";
    const late = dark ? "#ff8f8f" : "#c92a2a";
    return {
      aria: { enabled: false },
      animation: false,
      grid: { left: 8, right: 8, top: 24, bottom: 4, containLabel: true },
      tooltip: {
        trigger: "item", confine: true,
        formatter: (p) => {
          const b = bars[(Array.isArray(p) ? p[0] : p)?.dataIndex ?? -1];
          const el = document.createElement("div"); // a DOM node, not HTML text
          if (!b) return el;
          const head = document.createElement("div");
          head.textContent = `${b.name} · ${t("vouchersN", { n: b.vouchers })}`;
          const sum = document.createElement("b");
          sum.textContent = formatYuan(b.fen);
          el.append(head, sum);
          return el;
        },
      },
      xAxis: { type: "category", data: bars.map((b) => b.name), axisLabel: { color: ink, hideOverlap: true }, axisTick: { show: false }, axisLine: { lineStyle: { color: ink } } },
      yAxis: { type: "value", axisLabel: { color: ink, formatter: (v: number) => v === 0 ? "0" : shortYuan(BigInt(Math.trunc(v)), lang) }, splitLine: { lineStyle: { color: dark ? "#3a3f45" : "#e3e6e8" } }, splitNumber: 3 },
      series: [{
        type: "bar", barMaxWidth: 38, itemStyle: { borderRadius: [3, 3, 0, 0] },
        label: { show: bars.length <= 8, position: "top", color: ink, fontSize: 11, formatter: (p) => shortYuan(bars[p.dataIndex]?.fen ?? 0n, lang) },
        // The only place where these amounts become floats: they decide how tall a bar is, nothing else.
        data: bars.map((b) => ({ value: Number(b.fen), itemStyle: { color: mark?.(b.name) ? late : plain } })),
      }],
    };
  }, [bars, dark, lang, t, mark]);
  useEffect(() => {
    const c = init(box.current!, null, { renderer: "svg" });
    chart.current = c;
    const watch = new ResizeObserver(() => c.resize());
    watch.observe(box.current!);
    return () => {
      watch.disconnect();
      c.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => chart.current?.setOption(option, { notMerge: true }), [option]);
  return <div role="img" aria-label={label}><div ref={box} style={{ height: 220 }} /></div>;
}
