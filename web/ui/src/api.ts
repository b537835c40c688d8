// The admin API: requests, what goes wrong with them, and the session's token.

import { reached } from "./reach";
import type { Problem, Session } from "./schema";

/** What the API answers when it cannot do what it is asked. */
export class Failure extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(sentence(problem.detail || problem.title));
  }
}

/** A sentence of what the server says as Go does: without a capital letter and a full stop. */
export function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : first + ".";
}

export interface Order {
  body?: unknown;
  yaml?: string; // in the place of body
  etag?: string; // for If-Match
  signal?: AbortSignal;
}

let token = "";
let unknown = () => {};

/** Call f when the server no longer knows who asks. */
export const whenLoggedOut = (f: () => void) => {
  unknown = f;
};

export const setSession = (s: Session | null) => {
  token = s?.csrf_token ?? "";
};

export const get = <T>(path: string, signal?: AbortSignal) => call<T>("GET", path, { signal });
export const post = <T>(path: string, order: Order = {}) => call<T>("POST", path, order);
export const put = <T>(path: string, order: Order) => call<T>("PUT", path, order);
export const remove = (path: string, order: Order = {}) => call<void>("DELETE", path, order);

/** The path of something of a point. */
export const ofPoint = (name: string, ...rest: string[]) =>
  ["/api/points", encodeURIComponent(name || "/"), ...rest].join("/");

/** A query, without what is empty. */
export function query(values: Record<string, string | number | undefined>): string {
  const q = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined && value !== "") q.set(key, String(value));
  }
  const text = q.toString();
  return text && "?" + text;
}

async function call<T>(method: string, path: string, order: Order): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json, application/problem+json" };
  let body: string | undefined;
  if (order.yaml !== undefined) {
    headers["Content-Type"] = "application/yaml";
    body = order.yaml;
  } else if (order.body !== undefined) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(order.body);
  }
  if (order.etag) headers["If-Match"] = order.etag;
  if (method !== "GET" && token) headers["X-CSRF-Token"] = token;
  const answer = await ask(path, { method, headers, body, signal: order.signal, credentials: "same-origin" });
  if (answer.status === 401 && path !== "/api/session") unknown();
  if (!answer.ok) throw new Failure(answer.status, await problem(answer));
  return answer.status === 204 ? (undefined as T) : ((await answer.json()) as T);
}

let open = 0; // questions without an answer yet

/** Asks the server; the page says in data-asking that it waits for answers. */
async function ask(path: string, request: RequestInit): Promise<Response> {
  document.documentElement.toggleAttribute("data-asking", ++open > 0);
  try {
    const answer = await fetch(path, request);
    reached(true);
    return answer;
  } catch (e) {
    if (request.signal?.aborted) throw e;
    reached(false);
    throw new Failure(0, { type: "about:blank", title: "No answer", status: 0, detail: "The server does not answer. It is asked again." });
  } finally {
    document.documentElement.toggleAttribute("data-asking", --open > 0);
  }
}

async function problem(answer: Response): Promise<Problem> {
  const other = { type: "about:blank", title: answer.statusText, status: answer.status, detail: `The server answers ${answer.status}.` };
  if (!answer.headers.get("Content-Type")?.includes("json")) return other;
  try {
    return { ...other, ...((await answer.json()) as Partial<Problem>) };
  } catch {
    return other;
  }
}

/** Says whether what was to be changed is not as it was read. */
export const isStale = (e: unknown) => e instanceof Failure && e.status === 412;

/** Says whether nobody answered at all, which the banner tells for all parts of a page. */
export const isUnreached = (e: unknown) => e instanceof Failure && e.status === 0;

/** What to tell people of what went wrong. */
export function reason(e: unknown): string {
  if (isStale(e)) return "Somebody else has changed this meanwhile: it has been read again.";
  return e instanceof Error ? e.message : String(e);
}
