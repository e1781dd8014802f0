import type { ProblemDocument } from "./types";

/** A refusal by the gateway or the ledger: a stable code and a sentence that says what to do. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestID: string;
  readonly rows: { code: string; message: string }[];
  /** The values concerned, by their names. */
  readonly values: Record<string, string>;

  constructor(status: number, document: ProblemDocument) {
    super(document.detail || document.title || "");
    this.name = "Problem";
    this.status = status;
    this.code = document.code || (status === 0 ? "UNREACHABLE" : `HTTP_${status}`);
    this.requestID = document.request_id ?? "";
    this.values = document.values ?? {};
    this.rows = (document.errors ?? []).map((e) => ({ code: e.code ?? "", message: e.detail ?? "" }));
  }

  /** Whether it is unknown if a write was recorded: the same key must be sent again, never a new one. */
  get outcomeUnknown(): boolean {
    return this.status === 0 || (this.status >= 500 && this.status !== 503); // 503 says that nothing was recorded
  }
}

const base = "api/v1";

/** Called when the gateway no longer knows the session, so that the page asks to sign in again. */
let onSignedOut: () => void = () => {};
export function whenSignedOut(f: () => void): void {
  onSignedOut = f;
}

/** Parameters of a request; empty and undefined ones are left out. */
export type Query = Record<string, string | number | boolean | undefined>;

export function url(path: string, query: Query = {}): string {
  const p = new URLSearchParams();
  for (const [k, v] of Object.entries(query)) if (v !== undefined && v !== "") p.set(k, String(v));
  const q = p.toString();
  return base + path + (q ? `?${q}` : "");
}

export function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return send<T>("GET", url(path, query), undefined, {}, signal);
}

/** Writes carry the header by which the gateway tells this page from a forged form, and an idempotency key. */
export function post<T>(path: string, body: unknown, key?: string): Promise<T> {
  return send<T>("POST", url(path), body, key ? { "Idempotency-Key": key } : {});
}

/** Writes files: the names of the fields do not matter, those of the files do. */
export function postFiles<T>(path: string, query: Query, files: File[], key?: string): Promise<T> {
  const form = new FormData();
  for (const f of files) form.append("file", f, f.name);
  return send<T>("POST", url(path, query), form, key ? { "Idempotency-Key": key } : {});
}

export function remove(path: string): Promise<void> {
  return send<void>("DELETE", url(path), undefined, {});
}

/** A file that the gateway made, the name to keep it under, and the identifier under which the read log has it. */
export interface Download {
  content: Blob;
  name: string;
  exportID: string;
}

/** Asks for a file. */
export async function download(path: string, query: Query, body: unknown): Promise<Download> {
  const response = await answer("POST", url(path, query), body, { Accept: "*/*" });
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "download";
  return { content: await response.blob(), name, exportID: response.headers.get("X-Export-Id") ?? "" };
}

async function send<T>(method: string, target: string, body: unknown, headers: Record<string, string>, signal?: AbortSignal): Promise<T> {
  const response = await answer(method, target, body, headers, signal);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** Sends a request; what is refused is thrown as a Problem. */
async function answer(method: string, target: string, body: unknown, headers: Record<string, string>, signal?: AbortSignal): Promise<Response> {
  const init: RequestInit = { method, credentials: "same-origin", headers: { Accept: "application/json, application/problem+json", ...headers } };
  if (method !== "GET") init.headers = { ...init.headers, "X-Requested-With": "fundtrace" };
  if (body instanceof FormData) {
    init.body = body; // the browser names the media type with its boundary
  } else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, "Content-Type": "application/json" };
  }
  if (signal) init.signal = signal;
  let response: Response;
  try {
    response = await fetch(target, init);
  } catch (e) {
    if (e instanceof DOMException && e.name === "AbortError") throw e;
    throw new Problem(0, {});
  }
  if (response.ok) return response;
  const problem = new Problem(response.status, await problemOf(response));
  if (response.status === 401 && !target.endsWith("/sessions") && !target.endsWith("/session")) onSignedOut();
  throw problem;
}

async function problemOf(response: Response): Promise<ProblemDocument> {
  try {
    return (await response.json()) as ProblemDocument;
  } catch {
    return { title: response.statusText };
  }
}

/** A fresh idempotency key: 128 random bits. Works where crypto.randomUUID does not (pages that are not served by TLS). */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return "web-" + Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}
