import { Group, Title, useComputedColorScheme } from "@mantine/core";
import type { ReactNode } from "react";
import { formatYuan } from "../money/yuan";
import { useLanguage } from "../text/language";
import type { TextKey } from "../text/zh";
import type { Flow } from "./flow";
import { Sankey } from "./Sankey";
import { toneOf } from "./tone";

/** The diagram of flows with its legend, or why there is none. */
export function FlowCard({ flow, total, none, truncated, controls, onPick }: {
  flow: Flow; total: bigint; none: TextKey; truncated: boolean; controls?: ReactNode; onPick: (place: string) => void;
}) {
  const { t } = useLanguage();
  return (
    <section className="card" aria-labelledby="flow">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4" id="flow">{t("sankey")}</Title>
        {controls}
        <Legend kinds={flow.nodes.map((n) => n.kind)} />
      </Group>
      {flow.roundTrips > 0 && <p className="quiet">↩ {t("roundTrips", { n: flow.roundTrips })}</p>}
      {truncated && <p className="quiet">{t("diagramCut")}</p>}
      {flow.links.length > 0
        ? <Sankey flow={flow} label={t("sankeyAria", { nodes: flow.nodes.length, links: flow.links.length, amount: formatYuan(total) })} onPick={onPick} />
        : <p className="quiet">{t(none)}</p>}
    </section>
  );
}

function Legend({ kinds }: { kinds: string[] }) {
  const { t } = useLanguage();
  const dark = useComputedColorScheme("light") === "dark";
  return (
    <ul className="legend" aria-label={t("kinds")}>
      {[...new Set(kinds)].map((k) => <li key={k}><i style={{ background: toneOf(k, dark) }} />{t(`kind${k}` as TextKey)}</li>)}
    </ul>
  );
}
