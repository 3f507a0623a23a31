/** What is shown of the events: search, kinds, the conversation alone, the table of prompts. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useStore } from "../api/store";
import { count, many } from "../model/counts";
import { Icon } from "../parts/icons";
import { Menu } from "../parts/menu";
import type { Desk } from "./desk";
import { type Filter, FIRST, type Group, GROUPS, groupOf, holds, isFirst, isRow } from "./kinds";

const TYPED = 150;
/** Events of a session that are all looked through where the server finds nothing: it knows words, not parts of them. */
const SEEN_THROUGH = 20_000;

/** Events that hold a text: asked of the server where there is one, else looked for in all that is here. */
function useSearch(desk: Desk, text: string): { busy: boolean } {
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const wanted = text.trim();
    desk.hits.set([]);
    desk.sought.set(wanted);
    if (!wanted) return setBusy(false);
    const stop = new AbortController();
    const look = async () => {
      const found = await desk.source.find(desk.tape.session, wanted, stop.signal);
      if (found?.length || (found && desk.tape.total > SEEN_THROUGH)) return found;
      await desk.tape.all(stop.signal);
      const small = wanted.toLowerCase();
      return Array.from({ length: desk.tape.total }, (_, index) => index + 1).filter((number) => {
        const of = desk.tape.at(number);
        return of !== undefined && holds(of, small);
      });
    };
    const timer = setTimeout(() => {
      setBusy(true);
      look().then(
        (found) => {
          if (stop.signal.aborted) return;
          desk.hits.set([...new Set(found.map((one) => desk.rowOf(one)))].sort((a, b) => a - b));
          setBusy(false);
        },
        () => setBusy(false),
      );
    }, TYPED);
    return () => (clearTimeout(timer), stop.abort());
  }, [text, desk]);
  return { busy };
}

function Search({ desk }: { desk: Desk }) {
  const [text, setText] = useState("");
  const { busy } = useSearch(desk, text);
  const hits = useStore(desk.hits);
  const cursor = useStore(desk.cursor);
  const box = useRef<HTMLInputElement>(null);
  const at = hits.indexOf(cursor);
  const key = (event: KeyboardEvent) => {
    if (event.key === "Enter") void desk.hit(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") (setText(""), box.current?.blur());
    else return;
    event.preventDefault();
  };
  return (
    <div class="search">
      <label class="field find">
        <span class="sr">Search in this session</span>
        <Icon name="search" />
        <input ref={box} type="search" data-search placeholder="Search in this session" value={text} onInput={(typed) => setText(typed.currentTarget.value)} onKeyDown={key} />
        {!text && <kbd aria-hidden="true">/</kbd>}
      </label>
      {text.trim() && <span class="ink2 hits-count" role="status">{busy ? "looking…" : hits.length ? `${at >= 0 ? `${at + 1} of ` : ""}${many(hits.length, "hit")}` : "nothing found"}</span>}
      {hits.length > 0 && <button type="button" class="icon-button" aria-label="Hit before" title="Hit before (Shift Enter)" onClick={() => void desk.hit(-1)}>↑</button>}
      {hits.length > 0 && <button type="button" class="icon-button" aria-label="Next hit" title="Next hit (Enter)" onClick={() => void desk.hit(1)}>↓</button>}
    </div>
  );
}

/** How many rows of each group there are, among those that are here. */
export function groupCounts(desk: Desk): Map<Group, number> {
  const found = new Map<Group, number>();
  for (let number = 1; number <= desk.tape.total; number += 1) {
    const of = desk.tape.at(number);
    if (of && isRow(of)) found.set(groupOf(of), (found.get(groupOf(of)) ?? 0) + 1);
  }
  return found;
}

function Kinds({ desk }: { desk: Desk }) {
  useStore(desk.tape.changed);
  const filter = useStore(desk.filter);
  const { tape } = desk;
  const counts = groupCounts(desk);
  useEffect(() => {
    const stop = new AbortController();
    void tape.all(stop.signal);
    return () => stop.abort();
  }, [tape]);
  const turn = (group: Group) => {
    const without = new Set(filter.without);
    if (!without.delete(group)) without.add(group);
    desk.filter.set({ ...filter, without, talk: false });
  };
  const only = (group: Group) => desk.filter.set({ failed: false, talk: false, without: new Set(GROUPS.map(([key]) => key).filter((key) => key !== group)) });
  return (
    <div class="kinds-of">
      {GROUPS.map(([key, name]) => (
        <div key={key} class="kind">
          <label class="option"><input type="checkbox" checked={!filter.without.has(key)} onChange={() => turn(key)} /> <span class="grow">{name}</span> <span class="nil">{counts.get(key) ? count(counts.get(key)) : tape.complete ? 0 : "…"}</span></label>
          <button type="button" class="link" aria-label={`Only ${name.toLowerCase()}`} onClick={() => only(key)}>only</button>
        </div>
      ))}
      <p><button type="button" class="link" onClick={() => desk.filter.set({ ...FIRST, without: new Set() })}>everything</button> <button type="button" class="link" onClick={() => desk.filter.set(FIRST)}>as at first</button></p>
    </div>
  );
}

/** How far all events were read, where a filter must see them all. */
function Read({ desk: { tape } }: { desk: Desk }) {
  useStore(tape.changed);
  return tape.complete ? null : <span class="ink2" role="status">{count(tape.here)} of {count(tape.total)} events read</span>;
}

/** What is hidden, in a word. */
function chosen(filter: Filter): string | undefined {
  if (filter.talk || isFirst(filter)) return undefined;
  const shown = GROUPS.filter(([key]) => !filter.without.has(key));
  if (filter.failed && isFirst({ ...filter, failed: false })) return undefined;
  return shown.length === GROUPS.length ? "everything" : shown.length === 1 ? shown[0]![1].toLowerCase() : `${shown.length} kinds`;
}

export function Bar({ desk }: { desk: Desk }) {
  const filter = useStore(desk.filter);
  const view = useStore(desk.view);
  const wide = useStore(desk.wide);
  const follow = useStore(desk.follow);
  const fresh = useStore(desk.fresh);
  const playing = useStore(desk.playing);
  const head = useStore(desk.tape.known);
  const runs = /^(running|waiting)$/.test(head?.session.state ?? "");
  return (
    <div class="bar" role="group" aria-label="What is shown">
      <Search desk={desk} />
      <div class="ranges views" role="group" aria-label="View">
        <button type="button" aria-pressed={view === "events" && !filter.talk} title="All events" onClick={() => (desk.view.set("events"), desk.filter.set({ ...filter, talk: false }))}>Events</button>
        <button type="button" aria-pressed={view === "events" && filter.talk} title="Prompts and answers alone (c)" onClick={() => (desk.view.set("events"), desk.filter.set({ ...filter, talk: !filter.talk }))}>Conversation</button>
        <button type="button" aria-pressed={view === "prompts"} title="A table of the prompts (t)" onClick={() => desk.view.set(view === "prompts" ? "events" : "prompts")}>Table</button>
      </div>
      <Menu label="Kinds" chosen={chosen(filter)} onClear={() => desk.filter.set(FIRST)}>{() => <Kinds desk={desk} />}</Menu>
      <button type="button" class={`button ${filter.failed ? "on" : ""}`} aria-pressed={filter.failed} onClick={() => desk.filter.set({ ...filter, failed: !filter.failed })}>✕ Only failed</button>
      <button type="button" class={`button ${wide ? "on" : ""}`} aria-pressed={wide} title="Diffs with old and new beside each other" onClick={() => desk.wide.set(!wide)}>Side by side</button>
      {(filter.failed || filter.talk) && <Read desk={desk} />}
      {(runs || fresh > 0) && desk.source.served && (
        <button type="button" class={`button ${follow ? "on" : ""}`} aria-pressed={follow} disabled={playing} title="Keep the newest event in sight (f)" onClick={() => desk.follow.set(!follow)}>
          {fresh && !follow ? `${many(fresh, "new event")} · follow` : follow ? "following" : "Follow"}
        </button>
      )}
    </div>
  );
}
