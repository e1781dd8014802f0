import { Anchor, Badge } from "@mantine/core";
import { useNames } from "../api/queries";
import type { VoucherDetail, VoucherEvent } from "../api/vouchers";
import { fenOf, formatYuan } from "../money/yuan";
import { link } from "../route";
import { useLanguage } from "../text/language";
import { StateBadge } from "./StateBadge";

/** Everything that happened to the voucher, oldest first, each step with who signed it and which rules were applied. */
export function Timeline({ v }: { v: VoucherDetail }) {
  const { t } = useLanguage();
  return <ol className="timeline" aria-label={t("timeline")}>{(v.events ?? []).map((e) => <Event key={e.seq} e={e} />)}</ol>;
}

function Event({ e }: { e: VoucherEvent }) {
  const { t, w } = useLanguage();
  const nameOf = useNames();
  return (
    <li>
      <div className="spread">
        <b>{w("step", e.op.replace(/^voucher\./, ""))}</b>
        <span className="nowrap">{e.date}</span>
      </div>
      <div className="quiet">
        {nameOf(e.writer.party)} <span className="id">{e.writer.name}</span>
        <span className="visually-hidden"> {t("signedAt")}</span> <time dateTime={e.at} className="kind nowrap" title={e.at}>{e.at.slice(0, 16).replace("T", " ")}Z</time>
      </div>
      <div className="spread">
        <StateBadge state={e.state} />
        {e.amount && (
          <span className="num">
            {formatYuan(fenOf(e.amount))} {e.cash && <Anchor href={link("trace", e.cash)}>{t("traceCash")}</Anchor>}
          </span>
        )}
      </div>
      {!!e.days_late && <div>{t("lateBy", { n: e.days_late, yuan: formatYuan(fenOf(e.interest ?? "0")) })}</div>}
      {e.reason && <div>{e.reason}</div>}
      {e.document && <div className="id quiet">SHA-256 {e.document}</div>}
      {e.rules && e.rules.length > 0 && (
        <div className="rules">
          {e.rules.map((r) => <Badge key={r} component="a" href={link("rules", r.split("@")[0])} size="sm" variant="outline" color="gray" style={{ cursor: "pointer" }}>{r}</Badge>)}
        </div>
      )}
    </li>
  );
}
