import { Alert, Anchor, Button, Group, Progress } from "@mantine/core";
import type { Job } from "../api/analytics";
import { Problem } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import { useLanguage } from "../text/language";
import type { Running } from "./useJob";

/** Where a computation stands: how far it is, a way to cancel it, why it failed, its readable report. */
export function JobNote<R>({ running }: { running: Running<R> }) {
  const { t } = useLanguage();
  const { job, error, cancel } = running;
  return (
    <div aria-live="polite">
      <ProblemNote error={error ?? (job?.error ? asProblem(job) : null)} />
      {job && <State job={job} cancel={cancel} />}
      {!job && running.busy && <p className="quiet" role="status">{t("jobQueued")}</p>}
    </div>
  );
}

function State<R>({ job, cancel }: { job: Job<R>; cancel: () => void }) {
  const { t, lang } = useLanguage();
  switch (job.state) {
    case "QUEUED":
    case "RUNNING": {
      const { stage = "", done, total } = job.progress;
      return (
        <Group my="sm">
          <div style={{ flex: 1 }}>
            <p className="quiet" role="status">{total > 0 ? t("jobProgress", { stage, done, total }) : t("jobQueued")}</p>
            <Progress value={total > 0 ? (100 * done) / total : 0} aria-label={stage} />
          </div>
          <Button variant="default" size="compact-sm" onClick={cancel}>{t("jobCancel")}</Button>
        </Group>
      );
    }
    case "CANCELLED":
      return <p className="quiet">{t("jobCancelled")}</p>;
    case "DONE":
      return job.kind.startsWith("panel")
        ? null
        : <Alert color="teal" my="sm" title={t("jobDone")}><Anchor href={`api/v1/analytics/jobs/${job.id}/report?language=${lang}`} target="_blank" rel="noopener">{t("jobReport")}</Anchor></Alert>;
  }
  return null;
}

/** A failed job tells what a refusal would. */
function asProblem<R>(job: Job<R>): Problem {
  return new Problem(422, { code: job.error!.code, detail: job.error!.message, ...(job.error!.values && { values: job.error!.values }) });
}
