/** Keys of the page: single letters, never while somebody types, and never in place of the browser's own: Enter on a link follows it. */
import { useLayoutEffect, useRef } from "preact/hooks";

export interface Key {
  key: string;
  words: string;
  run: () => void;
}

const layers: { current: Key[] }[] = [];

function typing(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement && /^(range|checkbox|radio)$/.test(target.type)) return false;
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Milliseconds in which a second letter follows, by when keys were pressed: a page that is busy hears them later. */
const FOLLOWS = 1000;
let pending = "";
let since = 0;

/** What was pressed, with the letter before it where the two are one command (`g s`). */
function sequence(event: KeyboardEvent): string {
  if (event.timeStamp - since > FOLLOWS) pending = "";
  const pressed = pending ? `${pending} ${event.key}` : event.key;
  pending = event.key === "g" && !pending ? "g" : "";
  since = event.timeStamp;
  return pressed;
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && (event.target as Element | null)?.closest?.("a, button, summary")) return;
  if (event.key === " " && (event.target as Element | null)?.closest?.("button, summary, input[type=checkbox], input[type=radio]")) return;
  const name = sequence(event);
  for (const layer of [...layers].reverse()) {
    const found = layer.current.find((key) => key.key === name);
    if (!found) continue;
    event.preventDefault();
    found.run();
    return;
  }
}

export function listenToKeys(): () => void {
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}

/** Keys that hold while a part is on the page. */
export function useKeys(keys: Key[]): void {
  const layer = useRef(keys);
  layer.current = keys;
  useLayoutEffect(() => {
    layers.push(layer);
    return () => void layers.splice(layers.indexOf(layer), 1);
  }, []);
}

/** Every key that holds now, for the list behind `?`. */
export function keysNow(): Key[] {
  const seen = new Set<string>();
  return [...layers].reverse().flatMap((layer) => layer.current).filter((key) => key.words && !seen.has(key.key) && seen.add(key.key));
}
