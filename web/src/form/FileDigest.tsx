import { FileInput, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useLanguage } from "../text/language";
import { digestOf } from "./digest";

/**
 * The fingerprint of a document that is on file. The file stays on this machine: the browser computes its SHA-256 and
 * only that goes out. Where the page is not served securely the browser cannot, and the fingerprint is pasted.
 */
export function FileDigest({ label, description, value, onChange, required = false, error }: {
  label: string; description?: string; value: string; onChange: (sha256: string) => void; required?: boolean; error?: string | undefined;
}) {
  const { t } = useLanguage();
  const [failed, setFailed] = useState(false);
  if (!crypto.subtle) {
    return <TextInput label={`${label} SHA-256`} description={description ?? t("digestPaste")} required={required} error={error} value={value}
      onChange={(e) => onChange(e.target.value.trim().toLowerCase())} autoComplete="off" spellCheck={false} />;
  }
  async function pick(file: File | null) {
    setFailed(false);
    try {
      onChange(file ? await digestOf(await file.arrayBuffer()) : "");
    } catch {
      onChange("");
      setFailed(true);
    }
  }
  return (
    <Stack gap={2}>
      <FileInput label={label} description={description ?? t("digestHint")} placeholder={t("chooseFile")} required={required} clearable
        error={failed ? t("digestFailed") : error} onChange={(f) => void pick(f)} />
      {value && <Text size="xs" className="id quiet" role="status">SHA-256 {value}</Text>}
    </Stack>
  );
}
