import { Button, Group, SegmentedControl, Text, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { link } from "../route";
import { useSession, useSignOut } from "../session/session";
import { useLanguage, type Lang } from "../text/language";
import type { ViewTab } from "./views";

/** The page's head: product, views, who is signed in. */
export function Bar({ views, current }: { views: ViewTab[]; current: string }) {
  const { t } = useLanguage();
  return (
    <header className="bar">
      <div className="bar-in">
        <a className="brand" href={link("")}>
          <img src="./icon.svg" width={26} height={26} alt="" />
          {t("product")}
        </a>
        <nav className="tabs" aria-label={t("mainNav")}>
          {views.map((v) => (
            <a key={v.page} className="tab" href={link(v.page)} aria-current={v.page === current ? "page" : undefined}>{t(v.text)}</a>
          ))}
        </nav>
        {views.length > 0 && <Who />}
        <Settings />
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
