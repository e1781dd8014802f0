import { Button, Group, Stack, Title } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { Receipt } from "../api/types";
import { link } from "../route";
import { useLanguage } from "../text/language";

/** What the ledger answered to a payment that was recorded, and the way to its trace. */
export function ReceiptCard({ receipt, again }: { receipt: Receipt; again: () => void }) {
  const { t } = useLanguage();
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  const movement = receipt.movement ?? receipt.id ?? receipt.entry;
  const lot = receipt.lots?.[0];
  return (
    <section className="card" aria-live="polite">
      <Stack>
        <Title order={2} size="h4" ref={head} tabIndex={-1}>✓ {t("recorded")}</Title>
        {receipt.replayed && <p>{t("recordedBefore")}</p>}
        <dl className="facts">
          <dt>{t("movement")}</dt><dd className="id">{movement}</dd>
          {receipt.tx && <><dt>{t("transaction")}</dt><dd className="id">{receipt.tx}</dd></>}
          {receipt.block !== undefined && receipt.block > 0 && <><dt>{t("block")}</dt><dd>{receipt.block}</dd></>}
        </dl>
        <Group>
          <Button component="a" href={lot && receipt.lots?.length === 1 ? link("trace", lot, { direction: "backward" }) : link("trace", movement)}>
            {lot && receipt.lots?.length === 1 ? t("traceBack") : t("traceMovement")}
          </Button>
          <Button variant="default" onClick={again}>{t("anotherDisburse")}</Button>
        </Group>
      </Stack>
    </section>
  );
}
