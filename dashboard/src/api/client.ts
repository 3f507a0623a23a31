/** Asks our own server, and nothing else. */
import { useEffect, useRef, useState } from "preact/hooks";
import { answered } from "./live";
import { inTurn } from "./turn";

/** What went wrong, and what to do about it. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly hint: string,
  ) {
    super(detail);
  }
}

export type Params = Record<string, string | number | boolean | null | undefined>;

/** A path of the API with its query; what is null or empty is left out. */
export function url(path: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === null || value === undefined || value === "") continue;
    for (const one of name === "agent" || name === "label" ? String(value).split(",") : [String(value)]) query.append(name, one);
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** The address of a report. */
export function report(name: string, params: Params = {}): string {
  return url(`/api/reports/${name}`, params);
}

async function refusal(response: Response): Promise<Refused> {
  const said: { detail?: unknown; hint?: unknown } = await response.json().catch(() => ({}));
  const detail = typeof said.detail === "string" ? said.detail : `the server answered with ${response.status}`;
  return new Refused(response.status, detail, typeof said.hint === "string" ? said.hint : "");
}

/** Nobody answered, or the answer broke off; what the page itself gave up stays what it is. */
function lost(error: unknown): never {
  if (error instanceof DOMException) throw error;
  throw new Refused(0, "the server does not answer", "start it again: agent-trace serve");
}

/** The JSON of an address; throws Refused. */
export async function get<T>(address: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(address, { headers: { Accept: "application/json" }, ...(signal && { signal }) }).catch(lost);
  answered(Number(response.headers.get("X-Agent-Trace-Change")));
  if (!response.ok) throw await refusal(response);
  return (await response.json().catch(lost)) as T;
}

/** The same before this returns, null where it cannot be had: for what does not wait, as a print that begins. */
export function getAtOnce<T>(address: string): T | null {
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  request.setRequestHeader("Accept", "application/json");
  try {
    request.send();
    return request.status === 200 ? (JSON.parse(request.responseText) as T) : null;
  } catch {
    return null;
  }
}

async function sent(method: string, path: string, body: unknown): Promise<unknown> {
  const headers = { "Content-Type": "application/json", "X-Agent-Trace": "1" };
  const response = await fetch(path, { method, headers, body: JSON.stringify(body) }).catch(lost);
  if (!response.ok) throw await refusal(response);
  return response.status === 204 ? null : response.json().catch(lost);
}

/** The last change of each address, until it is answered. */
const sending = new Map<string, Promise<unknown>>();

/** Change something, after what was changed at the same address before: two at once could come in the other order; throws Refused. */
export function send(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body: unknown = {}): Promise<unknown> {
  const now = (sending.get(path) ?? Promise.resolve()).then(() => sent(method, path, body));
  const over: Promise<unknown> = now.catch(() => undefined).then(() => sending.get(path) === over && sending.delete(path));
  sending.set(path, over);
  return now;
}

const KEPT = 60;
const kept = new Map<string, unknown>();

function keep(address: string, data: unknown): void {
  kept.delete(address);
  kept.set(address, data);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
}

export interface Loaded<T> {
  data: T | null;
  error: Refused | null;
  /** Whether an answer is on its way; with `data` there it is a newer one. */
  busy: boolean;
  again: () => void;
  /** What is known without asking: a change was answered with it. What was asked before it is not shown any more. */
  put: (data: T) => void;
}

/** What an address answers; shows the last answer at once while a newer one is asked for. Null asks nothing. */
export function useData<T>(address: string | null, version = 0): Loaded<T> {
  const [, redraw] = useState(0);
  const [round, setRound] = useState(0);
  const state = useRef<{ address: string | null; data: T | null; error: Refused | null; busy: boolean }>({ address: null, data: null, error: null, busy: false });
  if (state.current.address !== address) {
    const data = address === null ? null : ((kept.get(address) as T | undefined) ?? null);
    state.current = { address, data, error: null, busy: address !== null };
  }
  const ask = useRef<() => void>(() => undefined);
  const puts = useRef(0);
  useEffect(() => {
    if (address === null) return;
    const stop = new AbortController();
    const done = (change: Partial<typeof state.current>) => {
      if (stop.signal.aborted || state.current.address !== address) return;
      Object.assign(state.current, change, { busy: false });
      redraw((n) => n + 1);
    };
    // an answer on its way is waited for: given up at each change, none would ever come where changes are faster
    const self = inTurn(async () => {
      if (stop.signal.aborted) return;
      state.current.busy = true;
      const before = puts.current;
      await get<T>(address, stop.signal).then(
        (data) => {
          if (before !== puts.current) return void self();
          keep(address, data);
          done({ data, error: null });
        },
        (error: unknown) => {
          if (error instanceof Refused) done({ error });
        },
      );
    });
    ask.current = self;
    return () => stop.abort();
  }, [address]);
  useEffect(() => {
    if (address !== null) ask.current();
  }, [address, version, round]);
  const { data, error, busy } = state.current;
  const put = (known: T) => {
    if (address === null || state.current.address !== address) return;
    puts.current += 1;
    keep(address, known);
    Object.assign(state.current, { data: known, error: null });
    redraw((n) => n + 1);
  };
  const again = () => {
    state.current.busy = true;
    setRound((n) => n + 1);
  };
  return { data, error, busy, again, put };
}
