import { Stack, Tabs, Text, Title } from "@mantine/core";
import { go, link } from "../route";
import { useLanguage } from "../text/language";
import { AnalysisPanel } from "./AnalysisPanel";
import { FlowsPanel } from "./FlowsPanel";
import { RelatePanel } from "./RelatePanel";

/** Analyses: flows by region and year with what they are made of, whether they went with venture capital, and others. */
export default function AnalyticsPage({ tab, query }: { tab: string; query: URLSearchParams }) {
  const { t } = useLanguage();
  return (
    <Stack gap="lg">
      <div>
        <Title order={1} size="h3">{t("analytics")}</Title>
        <Text className="quiet">{t("analyticsLead")}</Text>
      </div>
      <Tabs value={tab || "flows"} onChange={(v) => go(link("analytics", v ?? "flows"))} keepMounted={false}>
        <Tabs.List aria-label={t("analyses")}>
          <Tabs.Tab value="flows">{t("flowsTab")}</Tabs.Tab>
          <Tabs.Tab value="relate">{t("relateTab")}</Tabs.Tab>
          <Tabs.Tab value="more">{t("moreTab")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="flows" pt="md"><FlowsPanel query={query} /></Tabs.Panel>
        <Tabs.Panel value="relate" pt="md"><RelatePanel /></Tabs.Panel>
        <Tabs.Panel value="more" pt="md"><AnalysisPanel /></Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
