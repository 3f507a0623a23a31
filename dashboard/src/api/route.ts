/** Where we are: the browser's address, without loading a page anew. */
import { store, useStore } from "./store";

export interface Place {
  path: string;
  search: string;
}

function here(): Place {
  return { path: location.pathname, search: location.search };
}

export const place = store<Place>({ path: "/", search: "" });

/** Go to one of our own addresses. */
export function go(address: string, { replace = false } = {}): void {
  const before = location.pathname;
  history[replace ? "replaceState" : "pushState"](null, "", address);
  place.set(here());
  if (location.pathname !== before) scrollTo(0, 0);
}

/** Links of our own go without loading; a click that means another tab stays what it is. */
function clicked(event: MouseEvent): void {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest?.("a");
  if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
  if (/^\/(api|docs|openapi)/.test(link.pathname)) return;
  if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
  event.preventDefault();
  go(link.pathname + link.search + link.hash);
}

export function follow(): void {
  place.set(here());
  addEventListener("popstate", () => place.set(here()));
  document.addEventListener("click", clicked);
}

export function usePlace(): Place {
  return useStore(place);
}

/** The address of a session's page. */
export function sessionAt(id: string, tab = ""): string {
  return `/sessions/${encodeURIComponent(id)}${tab ? `?tab=${tab}` : ""}`;
}

/** The address of a session's replay, at an event. */
export function replayAt(id: string, event?: number | string | null): string {
  return `/sessions/${encodeURIComponent(id)}/replay${event ? `#e${event}` : ""}`;
}
