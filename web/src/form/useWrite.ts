import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { newKey, post, Problem } from "../api/client";
import type { Receipt } from "../api/types";

export interface Write {
  error: unknown;
  /** Whether it is unknown if the request was recorded: it may only be sent again as it is. */
  unknown: boolean;
  busy: boolean;
  /** The idempotency key of this form. */
  key: string;
  /** Sends the request; answers what was recorded, or nothing when it was refused or its outcome is not known yet. */
  send: (path: string, body: unknown) => Promise<Receipt | undefined>;
}

/**
 * Writes one form under one idempotency key, however often it is sent, so that it is never recorded twice. A refusal
 * records nothing and does not use the key up. Once the outcome of a request is unknown it stays so until an answer to
 * that same request settles it: that the ledger is out of reach says nothing of the request before.
 */
export function useWrite(): Write {
  const client = useQueryClient();
  const [key] = useState(newKey);
  const [error, setError] = useState<unknown>(null);
  const [unknown, setUnknown] = useState(false);
  const [busy, setBusy] = useState(false);
  const sending = useRef(false);

  async function send(path: string, body: unknown): Promise<Receipt | undefined> {
    if (sending.current) return undefined; // a second click before the button was seen to be busy
    sending.current = true;
    setBusy(true);
    setError(null);
    try {
      const receipt = await post<Receipt>(path, body, key);
      const open = receipt.outcome === "UNKNOWN";
      setUnknown(open);
      if (open) return undefined;
      // Everything that shows money or vouchers may have changed; the session has not.
      await client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== "session" });
      return receipt;
    } catch (problem) {
      setError(problem);
      setUnknown((was) => problem instanceof Problem && (problem.outcomeUnknown || (was && problem.status >= 500)));
      return undefined;
    } finally {
      sending.current = false;
      setBusy(false);
    }
  }
  return { error, unknown, busy, key, send };
}
