import { Button, Group, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMemo } from "react";
import { useAll, useNames, usePages } from "../api/queries";
import type { Voucher } from "../api/vouchers";
import type { Party } from "../api/types";
import { go, link } from "../route";
import { useSession } from "../session/session";
import { Listing } from "../shell/Listing";
import { useLanguage } from "../text/language";
import { isOver } from "./actions";
import { filterOf, linkOf, type VoucherFilter } from "./filter";
import { states } from "./state";
import { VoucherTable } from "./VoucherTable";
import { Waiting } from "./Waiting";

/** What waits for the signed-in user, and every voucher that it may see. */
export function VouchersPage({ query }: { query: URLSearchParams }) {
  const { t } = useLanguage();
  const session = useSession();
  const filter = filterOf(query);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="end">
        <div>
          <Title order={1} size="h3">{t("vouchers")}</Title>
          <Text className="quiet">{t("vouchersLead")}</Text>
        </div>
        <Group gap="xs">
          <Button component="a" variant="default" href={link("exposure", session.role === "enterprise" || session.role === "custodian" ? session.party : "")}>{t("exposure")}</Button>
          {session.role === "enterprise" && <Button component="a" variant="default" href={link("vouchers-import")}>{t("bulkVouchers")}</Button>}
          {session.role === "enterprise" && <Button component="a" href={link("draft")}>{t("draftVoucher")}</Button>}
        </Group>
      </Group>
      <Waiting />
      <List filter={filter} />
    </Stack>
  );
}

function List({ filter }: { filter: VoucherFilter }) {
  const { t } = useLanguage();
  const list = usePages<Voucher>("/vouchers", { ...filter });
  return (
    <section className="card" aria-labelledby="all-vouchers">
      <Title order={2} size="h4" id="all-vouchers" mb="sm">{t("allVouchers")}</Title>
      <Filters filter={filter} />
      <Listing list={list} none={t("vouchersNone")}>{(items) => <VoucherTable items={items} label={t("allVouchers")} />}</Listing>
    </section>
  );
}

/** The filters are in the address, so that a filtered list can be linked and gone back to. */
function Filters({ filter }: { filter: VoucherFilter }) {
  const { t, w } = useLanguage();
  const session = useSession();
  const nameOf = useNames();
  const parties = useAll<Party>("/parties").data;
  const names = useMemo(() => (parties ?? []).map((p) => ({ value: p.id, label: nameOf(p.id) === p.id ? p.id : `${nameOf(p.id)} · ${p.id}` })), [parties, nameOf]);
  const set = (change: Partial<VoucherFilter>) => go(linkOf({ ...filter, ...change }));
  const own = session.role === "enterprise" || session.role === "custodian";
  return (
    <div className="filters" role="search" aria-label={t("filters")}>
      <Select label={t("state")} placeholder={t("everyState")} clearable value={filter.live ? "live" : (filter.state ?? null)}
        onChange={(v) => set({ state: v === "live" ? undefined : (v ?? undefined), live: v === "live" ? "true" : undefined })}
        data={[
          { value: "live", label: t("liveOnly") },
          { group: t("liveStates"), items: states.filter((s) => !isOver(s)).map((s) => ({ value: s, label: w("voucher", s) })) },
          { group: t("overStates"), items: states.filter(isOver).map((s) => ({ value: s, label: w("voucher", s) })) },
        ]} />
      <Select label={t("issuer")} placeholder={t("everyParty")} clearable searchable limit={50} value={filter.issuer ?? null} onChange={(v) => set({ issuer: v ?? undefined })} data={names} />
      <Select label={t("holder")} placeholder={t("everyParty")} clearable searchable limit={50} value={filter.holder ?? null} onChange={(v) => set({ holder: v ?? undefined })} data={names} />
      <TextInput label={t("maturityFrom")} type="date" value={filter.maturity_from ?? ""} onChange={(e) => set({ maturity_from: e.target.value || undefined })} />
      <TextInput label={t("maturityUntil")} type="date" value={filter.maturity_until ?? ""} onChange={(e) => set({ maturity_until: e.target.value || undefined })} />
      <Group gap="xs" style={{ gridColumn: "1 / -1" }}>
        {own && <Button size="compact-sm" variant="default" onClick={() => set({ holder: session.party, issuer: undefined })}>{t("heldByUs")}</Button>}
        {session.role === "enterprise" && <Button size="compact-sm" variant="default" onClick={() => set({ issuer: session.party, holder: undefined })}>{t("issuedByUs")}</Button>}
        {Object.values(filter).some(Boolean) && <Button size="compact-sm" variant="subtle" onClick={() => go(link("vouchers"))}>{t("clearFilters")}</Button>}
      </Group>
    </div>
  );
}
