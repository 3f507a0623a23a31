/** Asks our own server, and nothing else. */
import { useEffect, useRef, useState } from "preact/hooks";

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

/** The JSON of an address; throws Refused. */
export async function get<T>(address: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(address, { headers: { Accept: "application/json" }, ...(signal && { signal }) }).catch((error: unknown) => {
    if (error instanceof DOMException) throw error;
    throw new Refused(0, "the server does not answer", "start it again: agent-trace serve");
  });
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as T;
}

/** Change something; throws Refused. */
export async function send(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body: unknown = {}): Promise<unknown> {
  const response = await fetch(path, {
    method,
    headers: { "Content-Type": "application/json", "X-Agent-Trace": "1" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw await refusal(response);
  return response.status === 204 ? null : response.json();
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
  useEffect(() => {
    if (address === null) return;
    const stop = new AbortController();
    state.current.busy = true;
    const done = (change: Partial<typeof state.current>) => {
      if (stop.signal.aborted || state.current.address !== address) return;
      Object.assign(state.current, change, { busy: false });
      redraw((n) => n + 1);
    };
    get<T>(address, stop.signal).then(
      (data) => {
        keep(address, data);
        done({ data, error: null });
      },
      (error: unknown) => {
        if (error instanceof Refused) done({ error });
      },
    );
    return () => stop.abort();
  }, [address, version, round]);
  const { data, error, busy } = state.current;
  return { data, error, busy, again: () => setRound((n) => n + 1) };
}
