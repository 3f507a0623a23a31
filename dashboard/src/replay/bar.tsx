/** What is shown of the events: search, kinds, the conversation alone, the table of prompts. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useStore } from "../api/store";
import { count, many } from "../model/counts";
import { goesOn } from "../model/words";
import { Icon } from "../parts/icons";
import { Menu } from "../parts/menu";
import type { Desk } from "./desk";
import { type Filter, FIRST, type Group, GROUPS, groupOf, isFirst, isRow } from "./kinds";
import { type FoundIn, isAmong, placeOf, waysOf } from "./sought";

const TYPED = 150;

/** How a search went, beside the hits themselves. */
interface State {
  busy: boolean;
  /** Sub-agents that no row unfolds, with what stands in them. */
  apart: readonly FoundIn[];
  /** How many sub-agents could not be looked through. */
  unread: number;
  failed: string;
}

const NOT_YET: State = { busy: false, apart: [], unread: 0, failed: "" };

/** The rows that hold a text, asked of whoever has the session. */
function useSearch(desk: Desk, text: string): State {
  const [state, put] = useState(NOT_YET);
  useEffect(() => {
    const wanted = text.trim();
    desk.hits.set([]);
    desk.sought.set(wanted);
    if (!wanted) return put(NOT_YET);
    const stop = new AbortController();
    const look = async () => {
      put({ ...NOT_YET, busy: true });
      const sought = await desk.source.find(desk.tape.session, wanted, stop.signal);
      if (stop.signal.aborted) return;
      const { hits, apart } = waysOf(sought, desk.tape.session);
      put({ ...NOT_YET, apart, unread: sought.unread.length });
      desk.hits.set(hits);
    };
    const failed = (error: unknown) => !stop.signal.aborted && put({ ...NOT_YET, failed: error instanceof Error ? error.message : String(error) });
    const timer = setTimeout(() => void look().catch(failed), TYPED);
    return () => (clearTimeout(timer), stop.abort());
  }, [text, desk]);
  return state;
}

/** Once hits are there, the first from where one looked when the search began is gone to; a longer text begins there again. */
function useBegin(desk: Desk, text: string): void {
  const hits = useStore(desk.hits);
  const from = useRef(0);
  if (!text.trim()) from.current = 0;
  else from.current ||= desk.top();
  useEffect(() => {
    if (hits.length) void desk.beginHits(from.current);
  }, [hits]);
}

/** How many hits there are, and the one that is looked at. */
function Hits({ desk, of }: { desk: Desk; of: State }) {
  const hits = useStore(desk.hits);
  const now = [useStore(desk.cursor), ...useStore(desk.inner)];
  if (of.failed) return <>not searched: {of.failed}</>;
  if (of.busy) return <>looking…</>;
  const elsewhere = of.apart.reduce((sum, one) => sum + one.rows.length, 0);
  const [first] = of.apart;
  return (
    <>
      {hits.length ? `${isAmong(hits, now) ? `${count(placeOf(hits, now) + 1)} of ` : ""}${many(hits.length, "hit")}` : elsewhere ? "" : "nothing found"}
      {first && <button type="button" class="link" title="No step of the session is known to have started it" onClick={() => desk.source.open(first.session, first.rows[0])}>{hits.length ? " and " : ""}{many(elsewhere, "hit")} in {many(of.apart.length, "sub-agent")} apart</button>}
      {of.unread > 0 && <span title="Its log is gone, or it is not in this file"> ({many(of.unread, "sub-agent")} not searched)</span>}
    </>
  );
}

function Search({ desk }: { desk: Desk }) {
  const [text, setText] = useState("");
  const state = useSearch(desk, text);
  useBegin(desk, text);
  const hits = useStore(desk.hits);
  const box = useRef<HTMLInputElement>(null);
  const inside = hits.filter((one) => one.length > 1).length;
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
      {text.trim() && <span class="ink2 hits-count" role="status" title={inside ? `${count(inside)} of them in sub-agents` : undefined}><Hits desk={desk} of={state} /></span>}
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

export const NOT_HERE = "It is about the list of events: the table has none";

export function Bar({ desk }: { desk: Desk }) {
  const filter = useStore(desk.filter);
  const view = useStore(desk.view);
  const wide = useStore(desk.wide);
  const follow = useStore(desk.follow);
  const fresh = useStore(desk.fresh);
  const playing = useStore(desk.playing);
  const head = useStore(desk.tape.known);
  const table = view === "prompts";
  const runs = goesOn(head?.session.state);
  return (
    <div class="bar" role="group" aria-label="What is shown">
      <Search desk={desk} />
      {table ? (
        <button type="button" class="button" disabled title={NOT_HERE}>Kinds</button>
      ) : (
        <Menu label="Kinds" chosen={chosen(filter)} onClear={() => desk.filter.set(FIRST)}>{() => <Kinds desk={desk} />}</Menu>
      )}
      <button type="button" class={`button ${filter.failed ? "on" : ""}`} aria-pressed={filter.failed} disabled={table} title={table ? NOT_HERE : "Only what went wrong (x): failed steps ✕, and beside them what was refused, broken off or an error !"} onClick={() => desk.filter.set({ ...filter, failed: !filter.failed })}>✕ Only failed</button>
      <div class="ranges views" role="group" aria-label="View">
        <button type="button" aria-pressed={view === "events" && !filter.talk} title="All events" onClick={() => (desk.view.set("events"), desk.filter.set({ ...filter, talk: false }))}>Events</button>
        <button type="button" aria-pressed={view === "events" && filter.talk} title="Prompts and answers alone (c)" onClick={() => (desk.view.set("events"), desk.filter.set({ ...filter, talk: !filter.talk }))}>Conversation</button>
        <button type="button" aria-pressed={view === "prompts"} title="A table of the prompts (t)" onClick={() => desk.view.set(view === "prompts" ? "events" : "prompts")}>Table</button>
      </div>
      <button type="button" class={`button ${wide ? "on" : ""}`} aria-pressed={wide} disabled={table} title={table ? NOT_HERE : "Diffs with old and new beside each other (d)"} onClick={() => desk.wide.set(!wide)}>Side by side</button>
      {table && <span class="sr">{NOT_HERE}</span>}
      {(filter.failed || filter.talk) && <Read desk={desk} />}
      {(runs || fresh > 0) && desk.source.served && (
        <button type="button" class={`button ${follow ? "on" : ""}`} aria-pressed={follow} disabled={playing} title="Keep the newest event in sight (f)" onClick={() => desk.follow.set(!follow)}>
          {fresh && !follow ? `${many(fresh, "new event")} · follow` : follow ? "following" : "Follow"}
        </button>
      )}
    </div>
  );
}
