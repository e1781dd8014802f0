import { Alert, Badge, Group, useComputedColorScheme } from "@mantine/core";
import type { ReactNode } from "react";
import { formatYuan } from "../money/yuan";
import { useLanguage } from "../text/language";
import type { Balance } from "./balance";
import { toneOf } from "./tone";

/** An amount as the sum of its parts, and whether that holds to the fen. */
export function Totals({ balance: b, currency, children }: { balance: Balance; currency: string; children?: ReactNode }) {
  const { t } = useLanguage();
  const dark = useComputedColorScheme("light") === "dark";
  return (
    <section aria-label={t("totals")}>
      <Group gap="lg">
        <dl className="totals">
          <div className="part"><dt>{t(b.text)} ({currency})</dt><dd>{formatYuan(b.whole)}</dd></div>
          {b.parts.map((p, i) => (
            <div key={p.text} className="part" data-sign={i === 0 ? "=" : "+"} style={{ ["--tone" as string]: toneOf(p.tone, dark) }}>
              <dt>{t(p.text)}</dt>
              <dd>{formatYuan(p.fen)}</dd>
            </div>
          ))}
        </dl>
        {b.difference === 0n && <Badge color="teal" variant="light" size="lg">✓ {t("totalsCloses")}</Badge>}
      </Group>
      {b.difference !== 0n && <Alert mt="sm" color="red" role="alert" title={t("totalsOff", { yuan: formatYuan(b.difference) })} />}
      {children}
    </section>
  );
}
