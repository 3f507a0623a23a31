/** The scrubber: where we are in time, what it cost by then, and what happened when. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useStore } from "../api/store";
import { dollars, exact, units } from "../model/money";
import type { Marker } from "../model/replay";
import type { Money, Summary } from "../model/types";
import { untold } from "../model/words";
import { Pressed, Unknown } from "../parts/values";
import type { Desk } from "./desk";
import { type Bar, barred, crowded, type Gathered, lanes, words } from "./gathered";
import { Mark, SHAPES } from "./marks";
import { Phases } from "./phases";
import { since } from "../model/times";

export const SPEEDS = [1, 5, 20, 100] as const;
const STEPS = 10_000;
const TICK = 50;
/** Pixels of the track before it was measured, and of what its ends keep free for half of the thumb. */
const WIDE = 690;
const ENDS = 12;

/** How wide the track is, its ends apart. */
function useWide(): [(element: HTMLElement | null) => void, number] {
  const [wide, setWide] = useState(WIDE);
  const watched = useRef<ResizeObserver | null>(null);
  const ref = useRef((element: HTMLElement | null) => {
    watched.current?.disconnect();
    if (!element) return;
    watched.current = new ResizeObserver(() => setWide(Math.max(1, element.clientWidth - ENDS)));
    watched.current.observe(element);
  });
  return [ref.current, wide];
}

/** A sign where something happened, and with it what there is no room for. */
function Sign({ of: { at, marks }, desk, lane = "" }: { of: Gathered; desk: Desk; lane?: string }) {
  const { kind, event, row } = marks[0]!;
  return <span class={`at ${lane}`} style={{ left: `${at * 100}%` }} title={words(marks, (one) => desk.rowOf(one))} data-kind={kind} onClick={() => void desk.seek(Number(row || event))}><Mark kind={kind} /></span>;
}

/** Of very many marks how many there were: failures above the line and the rest below it. */
function Bars({ of: { at, marks, bad, other }, desk }: { of: Bar; desk: Desk }) {
  const { kind, event, row } = marks[0]!;
  return (
    <span class="bars" style={{ left: `${at * 100}%` }} title={words(marks, (one) => desk.rowOf(one))} data-kind={kind} onClick={() => void desk.seek(Number(row || event))}>
      {bad > 0 && <i class="wrong" style={{ height: `${2 + Math.round(bad * 6)}px` }} />}
      {other > 0 && <i class="other" style={{ height: `${1 + Math.round(other * 3)}px` }} />}
    </span>
  );
}

/** Marks that stand apart, each with its shape, or counted where they are very many; above them the commits. */
function Marks({ desk, wide }: { desk: Desk; wide: number }) {
  const head = useStore(desk.tape.known);
  const { axis } = desk;
  const markers = head?.markers ?? [];
  return useMemo(() => {
    const place = (event: number) => axis.place(event) / axis.length;
    const { commits, rest } = lanes(markers, place, wide);
    return (
      <>
        {commits.map((one) => <Sign key={`c${one.at}`} of={one} desk={desk} lane="above" />)}
        {crowded(markers, wide) ? barred(markers, place, wide).map((one) => <Bars key={one.at} of={one} desk={desk} />) : rest.map((one) => <Sign key={one.at} of={one} desk={desk} />)}
      </>
    );
  }, [head, axis, wide]);
}

function Track({ desk }: { desk: Desk }) {
  const { tape } = desk;
  const head = useStore(tape.known);
  const { axis } = desk;
  const spot = useStore(desk.spot);
  const [measure, wide] = useWide();
  const at = axis.place(spot);
  const said = `event ${desk.rowOf(spot)} of ${tape.total}, ${since(axis.seconds(at))}`;
  return (
    <div class={`track ${head?.phases.length ? "" : "phaseless"}`} ref={measure}>
      <input
        type="range" min="0" max={STEPS} step="1" aria-label="Position in time" aria-valuetext={said} value={Math.round((at / axis.length) * STEPS)} title={said}
        onInput={(moved) => (desk.follow.set(false), desk.glide(axis.event((Number(moved.currentTarget.value) / STEPS) * axis.length + 1e-9)))}
      />
      <div class="marks" aria-hidden="true">
        <Marks desk={desk} wide={wide} />
        <i class="needle" style={{ left: `${(at / axis.length) * 100}%` }} />
      </div>
      <Phases desk={desk} wide={wide} />
    </div>
  );
}

/** The cursor goes on with time while it plays; where somebody goes elsewhere, it goes on from there. */
function usePlaying(desk: Desk): void {
  const playing = useStore(desk.playing);
  useEffect(() => {
    if (!playing) return;
    desk.follow.set(false);
    if (desk.cursor.value >= desk.last()) void desk.begin();
    let [place, mine] = [desk.axis.place(desk.cursor.value), desk.cursor.value];
    const timer = setInterval(() => {
      const { axis } = desk;
      if (desk.cursor.value !== mine) [place, mine] = [axis.place(desk.cursor.value), desk.cursor.value];
      place = Math.min(axis.length, place + (TICK / 1000) * desk.speed.value);
      const event = desk.last(axis.event(place));
      if (event > mine) {
        mine = event;
        desk.put(event, true);
        void desk.seek(event, { keep: true, quiet: true });
      }
      if (place >= axis.length) desk.playing.set(false);
    }, TICK);
    return () => clearInterval(timer);
  }, [playing, desk]);
}

function Spent({ desk }: { desk: Desk }) {
  useStore(desk.tape.changed);
  const cursor = useStore(desk.cursor);
  const spent = desk.tape.costAt(cursor);
  if (spent === undefined) return <span class="nil">…</span>;
  const own = desk.tape.head?.session.own;
  if (spent === null) return own && own.cost_usd === null ? <><Unknown why={untold(own, "its calls have no known price")} /><Apart desk={desk} /></> : <span title="no call with a price yet">–</span>;
  return <><span title={`${exact(spent)} for the session's own calls up to here`}>{dollars(spent)}</span><Apart desk={desk} /></>;
}

/** What the session cost beside its own calls, which no place in time has: with it they come to the cost in its head. */
function Apart({ desk }: { desk: Desk }) {
  const head = useStore(desk.tape.known);
  const said = head && apart(head.session);
  return said ? <small class="nil" title={said.why}> of {said.text}</small> : null;
}

/** The same in words; null: there is nothing beside them. */
export function apart(of: Pick<Summary, "own" | "subagents" | "unlogged" | "total">): { text: string; why: string } | null {
  const parts: [Money, string][] = [[of.subagents.cost_usd, "by sub-agents"], [of.unlogged?.cost_usd ?? null, "not in the log"]];
  const known = parts.filter(([usd]) => units(usd));
  if (!known.length) return null;
  const all = dollars(of.total.cost_usd, of.total.unpriced_calls);
  const why = `${known.map(([usd, what]) => `${dollars(usd)} ${what}`).join(" and ")}: with the session's own calls, ${dollars(of.own.cost_usd)}, ${all}. Only its own calls have a place in time`;
  return { text: all, why };
}

function Clock({ desk }: { desk: Desk }) {
  useStore(desk.tape.changed);
  const cursor = useStore(desk.cursor);
  const { axis, tape } = desk;
  return <>{since(tape.secondsAt(cursor) ?? axis.seconds(axis.place(cursor)))}</>;
}

export function Scrub({ desk }: { desk: Desk }) {
  const playing = useStore(desk.playing);
  const speed = useStore(desk.speed);
  useStore(desk.tape.known);
  usePlaying(desk);
  const { axis } = desk;
  return (
    <div class="scrub" role="group" aria-label="Time">
      <button type="button" class="button play" aria-pressed={playing} aria-label={playing ? "Pause" : "Play"} title={`${playing ? "Pause" : "Play"} (space); pauses of more than five seconds are shortened`} onClick={() => desk.playing.set(!playing)}>
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d={playing ? "M4 3h3v10H4zM9 3h3v10H9z" : "M4.5 2.5v11l9-5.5z"} fill="currentColor" /></svg>
      </button>
      <div class="ranges speeds" role="group" aria-label="Speed">
        {SPEEDS.map((one) => <button key={one} type="button" aria-pressed={one === speed} onClick={() => desk.speed.set(one)}>{one}×</button>)}
      </div>
      <Track desk={desk} />
      <Pressed.Provider value>
        <dl class="readings">
          <div><dt>Elapsed</dt><dd class="clock" title="since the session began">{axis.timed ? <Clock desk={desk} /> : <Unknown why="no time is recorded" />}</dd></div>
          <div><dt>Cost so far</dt><dd class="spent"><Spent desk={desk} /></dd></div>
        </dl>
      </Pressed.Provider>
    </div>
  );
}

/** As many marks as stand apart along a window's height. */
const PLACES = 760 * 2;

/** All of the session along the right side: what happened where, and what is in sight. */
export function Minimap({ desk }: { desk: Desk }) {
  const { tape } = desk;
  const head = useStore(tape.known);
  const cursor = useStore(desk.cursor);
  const total = Math.max(1, tape.total);
  const marks = useMemo(() => {
    const { commits, rest } = lanes((head?.markers ?? []).filter((one) => one.kind !== "retry"), (event) => (event - 1) / total, PLACES);
    return [...commits, ...rest];
  }, [head, total]);
  const go = (event: MouseEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    void desk.seek(Math.round(((event.clientY - box.top) / box.height) * total) || 1, { keep: true });
  };
  return (
    <div class="minimap" aria-hidden="true" onClick={go} title="The whole session; a click goes there">
      {useMemo(() => marks.map(({ at, marks: here }) => <i key={`${here[0]!.kind} ${at}`} class={`m-${here[0]!.kind}`} style={{ top: `${at * 100}%` }} title={words(here, (one) => desk.rowOf(one))} />), [marks])}
      <b style={{ top: `${((cursor - 1) / total) * 100}%` }} />
    </div>
  );
}

/** What the marks mean. */
export function Legend() {
  return (
    <ul class="legend">
      {(Object.keys(SHAPES) as Marker["kind"][]).map((kind) => <li key={kind}><Mark kind={kind} /> {SHAPES[kind].word}</li>)}
      <li><svg class="sign" viewBox="0 0 8 8" width="8" height="8" aria-hidden="true"><path class="sign bad" d="M0 0h3v4H0zM5 2h3v2H5z" /><path d="M0 5h3v1H0zM5 5h3v3H5z" /></svg> of very many: failures above the line, the rest below it, the higher the more</li>
    </ul>
  );
}
