import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";
import { get, Problem, remove, whenSignedOut } from "../api/client";
import { ProblemNote } from "../api/ProblemNote";
import type { Session } from "../api/types";
import { SignIn } from "./SignIn";

const Context = createContext<Session | null>(null);
const key = ["session"];

/** Shows the page to who is signed in, and the sign-in form under the head to everybody else. The cookie is out of this page's reach. */
export function SessionGate({ head, children }: { head: ReactNode; children: ReactNode }) {
  const client = useQueryClient();
  const [ended, setEnded] = useState(false);
  const session = useQuery<Session | null>({
    queryKey: key,
    queryFn: async ({ signal }) => {
      try {
        return await get<Session>("/session", {}, signal);
      } catch (e) {
        if (e instanceof Problem && e.status === 401) return null;
        throw e;
      }
    },
    staleTime: Infinity,
  });
  useEffect(() => {
    // What one user has read must not be there for the next one.
    whenSignedOut(() => {
      client.removeQueries({ predicate: (q) => q.queryKey[0] !== key[0] });
      client.setQueryData(key, null);
      setEnded(true);
    });
    return () => whenSignedOut(() => {});
  }, [client]);
  if (session.isPending) return null;
  if (session.isError) return <>{head}<div className="main"><ProblemNote error={session.error} retry={() => void session.refetch()} /></div></>;
  if (!session.data) return <>{head}<SignIn ended={ended} onSignedIn={(s) => { setEnded(false); client.setQueryData(key, s); }} /></>;
  return <Context value={session.data}>{children}</Context>;
}

/** Who is signed in. */
export function useSession(): Session {
  const s = useContext(Context);
  if (!s) throw new Error("useSession outside SessionGate");
  return s;
}

/** Ends the session here and at the gateway. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    try {
      await remove("/sessions");
    } finally {
      client.removeQueries({ predicate: (q) => q.queryKey[0] !== key[0] });
      client.setQueryData(key, null);
    }
  };
}
