import { Alert, Button, PasswordInput, Stack, TextInput, Title } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { post } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import type { Session } from "../api/types";
import { useLanguage } from "../text/language";

/** Signs in with user and password; the gateway sets the session's cookie. Ended says that a session ran out just now. */
export function SignIn({ ended, onSignedIn }: { ended: boolean; onSignedIn: (s: Session) => void }) {
  const { t } = useLanguage();
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  async function submit(e: FormEvent) {
    e.preventDefault();
    setBusy(true);
    setError(null);
    try {
      onSignedIn(await post<Session>("/sessions", { user: user.trim(), password }));
    } catch (problem) {
      setError(problem);
      setPassword("");
    } finally {
      setBusy(false);
    }
  }

  return (
    <main id="main" className="main" style={{ maxWidth: "26rem" }}>
      <form className="card" onSubmit={submit} aria-label={t("signIn")}>
        <Stack>
          <div>
            <Title order={1} size="h2">{t("signIn")}</Title>
            <p className="quiet" style={{ margin: 0 }}>{t("tagline")}</p>
          </div>
          {ended && <Alert color="yellow" role="alert" title={t("sessionOver")} />}
          <TextInput label={t("user")} description={t("userHint")} value={user} onChange={(e) => setUser(e.target.value)}
            required autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} name="user" />
          <PasswordInput label={t("password")} value={password} onChange={(e) => setPassword(e.target.value)}
            required autoComplete="current-password" name="password" />
          <ProblemNote error={error} />
          <Button type="submit" loading={busy} fullWidth>{t("signIn")}</Button>
        </Stack>
      </form>
    </main>
  );
}
