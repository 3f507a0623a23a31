/** What changed, as the server tells it while the page is open. */
import { store } from "./store";

/** `counter` grows with every change; `ids` are the sessions of the last one. */
export const changes = store<{ counter: number; ids: string[] }>({ counter: 0, ids: [] });
export const settingsChanged = store(0);
/** Whether the line to the server stands: `wait` before it first did. */
export const line = store<"wait" | "live" | "lost">("wait");

/** How long changes are gathered before the page asks anew, in milliseconds. */
const GATHER = 250;

let gathered = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

function changed(ids: string[]): void {
  for (const id of ids) gathered.add(id);
  timer ??= setTimeout(() => {
    timer = undefined;
    const now = [...gathered];
    gathered = new Set();
    changes.set((old) => ({ counter: old.counter + 1, ids: now }));
  }, GATHER);
}

/** Anything may have changed. */
function missed(): void {
  changed([]);
  settingsChanged.set((n) => n + 1);
}

/** The number of the last change when the line was made: what is told later comes over it. */
let greeted: number | null = null;
/** Of the answers that came before that, the number of the last change that surely is in all of them. */
let oldest = Infinity;

/** An answer came that was made after the change of this number; one that no line told of may be missing in it. */
export function answered(number: number): void {
  if (!number) return;
  if (greeted === null) oldest = Math.min(oldest, number);
  else if (number < greeted) missed();
}

function greet(number: number): void {
  greeted = number;
  if (oldest < number) missed();
  oldest = Infinity;
}

interface Told {
  version?: number;
  ids?: string[];
}

function toldIn(event: Event): Told {
  try {
    return JSON.parse((event as MessageEvent<string>).data) as Told;
  } catch {
    return {};
  }
}

/** Open the line; the browser itself opens it again where it broke, and says which change it saw last. */
export function listen(): () => void {
  const source = new EventSource("/api/v2/changes");
  let lost = false;
  source.onopen = () => {
    line.set("live");
    if (lost) changed([]);
    lost = false;
  };
  source.onerror = () => {
    lost = true;
    line.set("lost");
  };
  source.addEventListener("hello", (event) => greet(toldIn(event).version ?? 0));
  source.addEventListener("sessions", (event) => changed(toldIn(event).ids ?? []));
  source.addEventListener("reset", missed);
  source.addEventListener("settings", () => settingsChanged.set((n) => n + 1));
  return () => source.close();
}
