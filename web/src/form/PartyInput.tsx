import { Autocomplete } from "@mantine/core";
import { useMemo } from "react";
import { useAll, useNames } from "../api/queries";
import type { Party } from "../api/types";
import { useLanguage } from "../text/language";
import { targetOf } from "../trace/target";

/**
 * A party by its name or identifier. The value is the party's identifier, or whatever was typed as long as it is none:
 * partyOf tells. Parties that the reader cannot list are entered by their unified social credit code.
 */
export function PartyInput({ label, description, value, onChange, error, required = true, except, only }: {
  label: string; description?: string; value: string; onChange: (text: string) => void; error?: string | undefined; required?: boolean;
  except?: (string | undefined)[]; only?: (p: Party) => boolean;
}) {
  const { t } = useLanguage();
  const nameOf = useNames();
  const parties = useAll<Party>("/parties").data;
  const labels = useMemo(() => {
    const all = new Map<string, string>();
    for (const p of parties ?? []) {
      if (except?.includes(p.id) || (only && !only(p))) continue;
      const name = nameOf(p.id);
      all.set(name === p.id ? p.id : `${name} · ${p.id}`, p.id);
    }
    return all;
  }, [parties, nameOf, except?.join(), only]);
  const shown = useMemo(() => [...labels].find(([, id]) => id === value)?.[0] ?? value, [labels, value]);
  return (
    <Autocomplete label={label} description={description ?? t("partyHint")} required={required} error={error} limit={50}
      data={[...labels.keys()]} value={shown} onChange={(text) => onChange(labels.get(text) ?? partyOf(text) ?? text)} />
  );
}

/** The party that a text names, in full or by its bare unified social credit code. */
export function partyOf(text: string): string | undefined {
  const target = targetOf(text);
  return target.kind === "party" ? target.id : undefined;
}
