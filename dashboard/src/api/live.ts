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

function idsOf(event: Event): string[] {
  try {
    const data = JSON.parse((event as MessageEvent<string>).data) as { ids?: string[] };
    return data.ids ?? [];
  } catch {
    return [];
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
  source.addEventListener("sessions", (event) => changed(idsOf(event)));
  source.addEventListener("reset", () => changed([]));
  source.addEventListener("settings", () => settingsChanged.set((n) => n + 1));
  return () => source.close();
}
