import { Button, Group, Text, Title } from "@mantine/core";
import { useState } from "react";
import { download, type Download } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { useSession } from "../session/session";
import { useLanguage } from "../text/language";
import { mayPack, sizeOf, type Statement, type Subject } from "./evidence";

/** Takes an answer away as a file that a stranger can verify offline: an evidence pack, or a small signed statement. */
export function TakeAway({ subject, statement }: { subject: Subject; statement?: Statement }) {
  const { t } = useLanguage();
  const { role } = useSession();
  const [busy, setBusy] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [file, setFile] = useState<Download | null>(null);
  const pack = mayPack(role);
  if (!pack && !statement) return null;
  async function take(what: string, path: string, body: unknown) {
    setBusy(what);
    setError(null);
    setFile(null);
    try {
      const made = await download(path, {}, body);
      save(made);
      setFile(made);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy("");
    }
  }
  return (
    <section className="card" aria-labelledby="evidence">
      <Title order={2} size="h4" id="evidence">{t("takeAway")}</Title>
      <Text className="quiet" mb="sm">{t("takeAwayLead")}</Text>
      <Group gap="sm">
        {pack && <Button variant="default" loading={busy === "pack"} disabled={busy !== ""} onClick={() => void take("pack", "/evidence", subject)}>{t("takePack")}</Button>}
        {statement && <Button variant="default" loading={busy === "statement"} disabled={busy !== ""} onClick={() => void take("statement", "/statements", statement)}>{t("takeStatement")}</Button>}
      </Group>
      <div role="status" aria-live="polite">
        {file && (
          <Text size="sm" mt="sm">
            {t("taken", { name: file.name, size: sizeOf(file.content.size) })} <span className="quiet">{t("exportID")} <span className="id">{file.exportID}</span></span>
            <br /><code>gateway verify {file.name}</code>
          </Text>
        )}
      </div>
      <ProblemNote error={error} />
    </section>
  );
}

/** Hands a file to the browser to keep. */
function save({ content, name }: Download): void {
  const address = URL.createObjectURL(content);
  const a = document.createElement("a");
  a.href = address;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // the browser reads it after the click
}
