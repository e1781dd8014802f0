import { useCallback, useEffect, useRef, useState } from "react";
import type { Job } from "../api/analytics";
import { get, post, remove } from "../api/client";

/** A computation at the gateway: started, followed until it ends, cancelled. */
export interface Running<R> {
  job: Job<R> | null;
  error: unknown;
  busy: boolean;
  start: (kind: string, data: string, request: unknown) => void;
  cancel: () => void;
}

/** Whether a job will change no more. */
export function ended(state: Job["state"]): boolean {
  return state === "DONE" || state === "FAILED" || state === "CANCELLED";
}

export function useJob<R>(): Running<R> {
  const [job, setJob] = useState<Job<R> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const round = useRef(0);
  useEffect(() => () => { round.current++; }, []); // what comes after the page has gone is nobody's
  const start = useCallback((kind: string, data: string, request: unknown) => {
    const mine = ++round.current;
    setBusy(true);
    setError(null);
    setJob(null);
    void (async () => {
      try {
        let now = await post<Job<R>>(`/analytics/${kind}`, { data, request });
        while (mine === round.current) {
          setJob(now);
          if (ended(now.state)) break;
          now = await get<Job<R>>(`/analytics/jobs/${now.id}`, { wait: 2 });
        }
      } catch (e) {
        if (mine === round.current) setError(e);
      } finally {
        if (mine === round.current) setBusy(false);
      }
    })();
  }, []);
  const cancel = useCallback(() => {
    if (job && !ended(job.state)) void remove(`/analytics/jobs/${job.id}`).catch(setError);
  }, [job]);
  return { job, error, busy, start, cancel };
}
