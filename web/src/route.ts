import { useSyncExternalStore } from "react";

/** Where the page is: the part of the address after "#/", so that every view has a link and the gateway serves one file. */
export interface Route {
  page: string;
  id: string;
  query: URLSearchParams;
}

/** Reads "#/trace/LOT?direction=backward". */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const cut = path.indexOf("/");
  const page = cut < 0 ? path : path.slice(0, cut);
  return { page, id: cut < 0 ? "" : decoded(path.slice(cut + 1)), query: new URLSearchParams(query) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray % that somebody typed
  }
}

/** The link to a view. Colons and dots, which identifiers have, stay readable. */
export function link(page: string, id = "", query: Record<string, string> = {}): string {
  const q = new URLSearchParams(query).toString();
  const path = id ? `${page}/${encodeURIComponent(id).replaceAll("%3A", ":")}` : page;
  return `#/${path}${q ? `?${q}` : ""}`;
}

/** Goes to a view. */
export function go(to: string): void {
  window.location.hash = to;
}

function subscribe(changed: () => void): () => void {
  window.addEventListener("hashchange", changed);
  return () => window.removeEventListener("hashchange", changed);
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return parseRoute(hash);
}
