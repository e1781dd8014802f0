import { Alert, Button, Code, List, Text } from "@mantine/core";
import { useLanguage } from "../text/language";
import { refusal } from "../text/refusals";
import { Problem } from "./client";

/** Says what was refused and why: a sentence in the reader's language, the gateway's own where it says more, the code. */
export function ProblemNote({ error, retry }: { error: unknown; retry?: () => void }) {
  const { lang, t } = useLanguage();
  if (!error) return null;
  if (!(error instanceof Problem)) {
    return <Alert color="red" role="alert" title={String(error instanceof Error ? error.message : error)} />;
  }
  const said = refusal(error.code, error.message, lang);
  return (
    <Alert color="red" role="alert" title={said.sentence}>
      {said.more && <Text size="sm" mb={4} lang="en">{said.more}</Text>}
      {error.rows.length > 0 && (
        <List size="sm" mb={4}>
          {error.rows.map((r, i) => {
            const row = refusal(r.code, r.message, lang);
            return <List.Item key={i}>{row.sentence} {row.more && <span lang="en">{row.more}</span>} <Code>{r.code}</Code></List.Item>;
          })}
        </List>
      )}
      <Code>{error.code}</Code>
      {error.status >= 500 && error.requestID && <Text span size="xs" ml="sm" className="id">{error.requestID}</Text>}
      {retry && <Button size="compact-sm" variant="default" ml="md" onClick={retry}>{t("retry")}</Button>}
    </Alert>
  );
}
