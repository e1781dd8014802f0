import { Loader } from "@mantine/core";
import { lazy, Suspense, useEffect, useRef } from "react";
import { ConfirmPage } from "../confirm/ConfirmPage";
import { DisbursePage } from "../disburse/DisbursePage";
import { AccountPage } from "../funds/AccountPage";
import { OverviewPage } from "../funds/OverviewPage";
import { ReadLogPage } from "../readlog/ReadLogPage";
import { useRoute, type Route } from "../route";
import { SessionGate, useSession } from "../session/session";
import { useLanguage } from "../text/language";
import { Bar } from "./Bar";
import { Boundary } from "./Boundary";
import { isSupply, viewsOf } from "./views";

// The drawing library comes with this page and with the charts of exposures only; supply-chain finance comes when it is asked for.
const TracePage = lazy(() => import("../trace/TracePage"));
const AnalyticsPage = lazy(() => import("../analytics/AnalyticsPage"));
const SupplyPages = lazy(() => import("./SupplyPages"));

export function App() {
  const { t, lang } = useLanguage();
  useEffect(() => {
    document.title = lang === "zh" ? `${t("product")} Fundtrace` : t("product");
  }, [t, lang]);
  return (
    <>
      <a className="skip" href="#main" onClick={(e) => { e.preventDefault(); document.getElementById("main")?.focus(); }}>{t("skip")}</a>
      <SessionGate head={<Bar views={[]} current="" />}>
        <SignedIn />
      </SessionGate>
    </>
  );
}

function SignedIn() {
  const session = useSession();
  const route = useRoute();
  const { t } = useLanguage();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    // Going to another view moves the focus there, as a page of its own would; the first view leaves it alone.
    if (!first.current) main.current?.focus();
    first.current = false;
  }, [route.page]);
  return (
    <>
      <Bar views={viewsOf(session.role)} current={route.page} />
      <main id="main" ref={main} tabIndex={-1} className="main">
        <Boundary key={`${route.page}/${route.id}`}>
          <Suspense fallback={<Loader aria-label={t("loading")} />}>
            <View route={route} />
          </Suspense>
        </Boundary>
      </main>
    </>
  );
}

function View({ route }: { route: Route }) {
  const { t } = useLanguage();
  switch (route.page) {
    case "":
      return <OverviewPage />;
    case "account":
      return <AccountPage id={route.id} key={route.id} />;
    case "disburse":
      return <DisbursePage fund={route.query.get("fund") ?? ""} />;
    case "confirm":
      return <ConfirmPage />;
    case "analytics":
      return <AnalyticsPage tab={route.id} query={route.query} />;
    case "readlog":
      return <ReadLogPage query={route.query} />;
    case "trace":
      return <TracePage id={route.id} direction={route.query.get("direction")} />;
  }
  return isSupply(route.page) ? <SupplyPages route={route} /> : <p>{t("unknownPage")}</p>;
}
