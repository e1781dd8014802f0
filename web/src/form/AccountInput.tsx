import { Autocomplete } from "@mantine/core";
import { useMemo } from "react";
import { useAll, useNames } from "../api/queries";
import type { Account } from "../api/types";
import { formatYuan, fenOf } from "../money/yuan";
import { useLanguage } from "../text/language";

/** An account of a party, chosen from those that the reader sees or typed as acct:…, because another bank may keep it. */
export function AccountInput({ label, owner, bank, value, onChange, error }: {
  label: string; owner: string; bank?: string; value: string; onChange: (text: string) => void; error?: string | undefined;
}) {
  const { t } = useLanguage();
  const nameOf = useNames();
  const accounts = useAll<Account>("/accounts").data;
  const labels = useMemo(() => new Map((accounts ?? [])
    .filter((a) => a.owner === owner && (!bank || a.bank === bank))
    .map((a) => [`${a.id} · ${formatYuan(fenOf(a.balance.remaining))}`, a.id])), [accounts, owner, bank]);
  const shown = useMemo(() => [...labels].find(([, id]) => id === value)?.[0] ?? value, [labels, value]);
  return (
    <Autocomplete label={label} description={t("accountOf", { name: nameOf(owner) })} required error={error}
      data={[...labels.keys()]} value={shown} onChange={(text) => onChange(labels.get(text) ?? text)} />
  );
}

/** The accounts of a party that the reader sees, for a first choice. */
export function useAccountsOf(owner: string | undefined, bank?: string): Account[] {
  const accounts = useAll<Account>("/accounts").data;
  return useMemo(() => (accounts ?? []).filter((a) => a.owner === owner && (!bank || a.bank === bank) && a.purpose !== "CUSTODY"), [accounts, owner, bank]);
}

/** Whether the signed-in bank keeps an account of a party. */
export function useKeeps(bank: string): (party: string) => boolean {
  const accounts = useAll<Account>("/accounts").data;
  return useMemo(() => {
    const owners = new Set((accounts ?? []).filter((a) => a.bank === bank).map((a) => a.owner));
    return (party) => owners.has(party);
  }, [accounts, bank]);
}

/** Whether a text can be an account's identifier. */
export function isAccount(text: string): boolean {
  return /^acct:\S+$/.test(text);
}
