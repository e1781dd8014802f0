import { Button, Group, SegmentedControl, Text, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import { link } from "../route";
import { useSession, useSignOut } from "../session/session";
import { useLanguage, type Lang } from "../text/language";
import type { ViewTab } from "./views";

/** The page's head: product, views, who is signed in. */
export function Bar({ views, current }: { views: ViewTab[]; current: string }) {
  const { t } = useLanguage();
  const tabs = useRef<HTMLElement>(null);
  // On a narrow screen the row of views scrolls: where one is has to be in sight.
  useEffect(() => {
    const here = tabs.current?.querySelector<HTMLElement>("[aria-current]");
    if (here) tabs.current!.scrollLeft = here.offsetLeft - (tabs.current!.clientWidth - here.offsetWidth) / 2;
  }, [current, t]);
  return (
    <header className="bar">
      <div className="bar-in">
        <a className="brand" href={link("")}>
          <img src="./icon.svg" width={26} height={26} alt="" />
          {t("product")}
        </a>
        {views.length > 0 && <nav ref={tabs} className="tabs" aria-label={t("mainNav")}>
          {views.map((v) => (
            <a key={v.page} className="tab" href={link(v.page)} aria-current={v.page === current || v.of?.includes(current) ? "page" : undefined}>{t(v.text)}</a>
          ))}
        </nav>}
        <Group gap="md" className="end">
          {views.length > 0 && <Who />}
          <Settings />
        </Group>
      </div>
    </header>
  );
}

function Who() {
  const session = useSession();
  const signOut = useSignOut();
  const { t, w } = useLanguage();
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" title={session.party}>
        <span className="visually-hidden">{t("signedInAs")} </span>
        {session.user} <span className="quiet">· {w("role", session.role)}</span>
      </Text>
      <Button size="compact-sm" variant="default" onClick={() => void signOut()}>{t("signOut")}</Button>
    </Group>
  );
}

function Settings() {
  const { lang, setLang, t } = useLanguage();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  return (
    <Group gap="xs" wrap="nowrap">
      <SegmentedControl size="xs" aria-label={t("language")} value={lang} onChange={(v) => setLang(v as Lang)}
        data={[{ value: "zh", label: <span lang="zh">中文</span> }, { value: "en", label: <span lang="en">EN</span> }]} />
      <Button size="compact-sm" variant="default" onClick={() => setColorScheme(scheme === "dark" ? "light" : "dark")}>
        {scheme === "dark" ? t("schemeLight") : t("schemeDark")}
      </Button>
    </Group>
  );
}
