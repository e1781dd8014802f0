import { Alert, Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { get, Problem } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { useNames } from "../api/queries";
import type { Exposure, Issuer } from "../api/supervision";
import { PartyInput, partyOf } from "../form/PartyInput";
import { go, link } from "../route";
import { useSession } from "../session/session";
import { useLanguage } from "../text/language";
import { FlagDialog } from "./FlagDialog";
import { FunderPart, HolderPart, IssuerPart } from "./parts";

/** What a party owes, holds and has financed in vouchers. */
export function ExposurePage({ party }: { party: string }) {
  const { t } = useLanguage();
  const session = useSession();
  const nameOf = useNames();
  const own = session.role === "enterprise" || session.role === "custodian" ? session.party : "";
  const id = partyOf(party) ?? (party || own);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="end">
        <div style={{ minWidth: 0 }}>
          <Title order={1} size="h3">{id ? t("exposureOf", { name: nameOf(id) }) : t("exposure")}</Title>
          {id ? <span className="id quiet">{id}</span> : <Text className="quiet">{t("exposureLead")}</Text>}
        </div>
        <Search key={id} value={id} />
      </Group>
      {id && <Answer key={id} party={id} />}
    </Stack>
  );
}

function Search({ value }: { value: string }) {
  const { t } = useLanguage();
  const [text, setText] = useState(value);
  function submit(e: FormEvent) {
    e.preventDefault();
    const id = partyOf(text);
    if (id) go(link("exposure", id));
  }
  return (
    <form role="search" onSubmit={submit} style={{ flex: "1 1 20rem", maxWidth: "32rem" }}>
      <Group align="end" gap="xs" wrap="nowrap">
        <div style={{ flex: 1 }}><PartyInput label={t("party")} description="" required={false} value={text} onChange={setText} /></div>
        <Button type="submit" disabled={!partyOf(text)}>{t("show")}</Button>
      </Group>
    </form>
  );
}

function Answer({ party }: { party: string }) {
  const { t } = useLanguage();
  const answer = useQuery({ queryKey: ["/parties", party, "exposure"], queryFn: ({ signal }) => get<Exposure>(`/parties/${encodeURIComponent(party)}/exposure`, {}, signal) });
  if (!answer.data) return answer.error ? <ProblemNote error={answer.error} retry={() => void answer.refetch()} /> : <p className="quiet" role="status">{t("loading")}</p>;
  const e = answer.data;
  const [issuer, holder, funder] = [e.issuer ?? [], e.holder ?? [], e.funder ?? []];
  return (
    <>
      {!e.complete && <Text className="quiet">{t("exposurePartial")}</Text>}
      <Standing party={party} issues={issuer.length > 0} />
      {issuer.length + holder.length + funder.length === 0 && <p className="card quiet">{t("exposureNone")}</p>}
      {issuer.map((x) => <IssuerPart key={x.currency} e={x} party={party} />)}
      {holder.map((x) => <HolderPart key={x.currency} e={x} party={party} />)}
      {funder.map((x) => <FunderPart key={x.currency} e={x} party={party} />)}
    </>
  );
}

/** What keeps the party from issuing, where there is something; the finance bureau flags issuers here. */
function Standing({ party, issues }: { party: string; issues: boolean }) {
  const { t, w } = useLanguage();
  const session = useSession();
  const [flagging, setFlagging] = useState(false);
  const issuer = useQuery({
    queryKey: ["/issuers", party],
    queryFn: async ({ signal }) => {
      try {
        return await get<Issuer>(`/issuers/${encodeURIComponent(party)}`, {}, signal);
      } catch (e) {
        if (e instanceof Problem && (e.status === 404 || e.status === 403)) return null; // nothing that the reader may know
        throw e;
      }
    },
  });
  const i = issuer.data;
  const officer = session.role === "officer";
  if (!i || (!i.blocked && !(officer && issues))) return null;
  return (
    <>
      {i.blocked && (
        <Alert color="red" title={t("issuerBlocked")}>
          {i.overdue > 0 && <span>{t("issuerOverdue", { n: i.overdue })} </span>}
          {(i.flags ?? []).map((f) => <Badge key={f} color="red" variant="light" mr={6}>{w("flag", f)}</Badge>)}
        </Alert>
      )}
      {officer && <Button variant="default" onClick={() => setFlagging(true)} style={{ alignSelf: "flex-start" }}>{t("flagIssuer")}</Button>}
      {flagging && <FlagDialog party={party} set={i.flags ?? []} onClose={() => setFlagging(false)} />}
    </>
  );
}
