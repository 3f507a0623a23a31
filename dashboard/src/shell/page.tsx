/** The head of a page: its name, what it is about now, and its own controls. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { changed, DEFAULT_RANGE, RANGES, rangeWords, read, type State, write } from "../model/address";
import { go, usePlace } from "../api/route";

export function Head({ name, about, children }: { name: string; about?: ComponentChildren; children?: ComponentChildren }) {
  useEffect(() => {
    document.title = `${name} · agent-trace`;
  }, [name]);
  return (
    <header class="head">
      <h1>{name}</h1>
      {about && <p class="about">{about}</p>}
      {children && <div class="controls">{children}</div>}
    </header>
  );
}

/** The state in the address, and a way to change it. */
export function useAddress(): [State, (next: State, replace?: boolean) => void] {
  const { search } = usePlace();
  return [read(search), (next, replace = false) => go(location.pathname + withOthers(search, next), { replace })];
}

/** What of an address is not a filter stays. */
function withOthers(search: string, next: State): string {
  const other = new URLSearchParams(search);
  for (const name of Object.keys(read(search))) other.delete(name);
  const [ours, rest] = [write(next).slice(1), other.toString()];
  const text = [ours, rest].filter(Boolean).join("&");
  return text ? `?${text}` : "";
}

export function Ranges({ first = DEFAULT_RANGE }: { first?: string }) {
  const [state, set] = useAddress();
  const now = state.until ? "" : (state.since ?? first);
  const known = RANGES.some((range) => range.key === now);
  return (
    <div class="ranges" role="group" aria-label="Time">
      {RANGES.map((range) => (
        <button key={range.key} type="button" aria-pressed={range.key === now} onClick={() => set(changed(changed(state, "until", null), "since", range.key === first ? null : range.key))}>
          {range.name}
        </button>
      ))}
      {!known && <button type="button" aria-pressed="true" onClick={() => set(changed(changed(state, "until", null), "since", null))} title="Take this time away">{rangeWords(state)} ✕</button>}
    </div>
  );
}
