/** The scrubber: where we are in time, what it cost by then, and what happened when. */
import { useEffect, useMemo } from "preact/hooks";
import { useStore } from "../api/store";
import { dollars, exact } from "../model/money";
import type { Marker } from "../model/replay";
import { Unknown } from "../parts/values";
import type { Desk } from "./desk";
import { Mark, SHAPES } from "./marks";
import { since } from "./row";

export const SPEEDS = [1, 5, 20, 100] as const;
/** So many places of the track may bear marks of their own. */
const PLACES = 160;
const STEPS = 10_000;
const TICK = 50;

/** Marks that would lie on each other, as one: the worst of them is shown and all are named. */
export function gathered(markers: readonly Marker[], place: (event: number) => number): { at: number; marks: Marker[] }[] {
  const found = new Map<number, Marker[]>();
  for (const one of markers) {
    const at = Math.round(place(Number(one.event)) * PLACES);
    found.set(at, [...(found.get(at) ?? []), one]);
  }
  return [...found].sort((a, b) => a[0] - b[0]).map(([at, marks]) => ({ at: at / PLACES, marks: marks.sort((a, b) => weight(b) - weight(a)) }));
}

const WEIGHTS: Partial<Record<Marker["kind"], number>> = { error: 9, failed: 8, blocked: 7, refused: 7, commit: 6, compaction: 5, interruption: 5, note: 4, finding: 3, prompt: 1 };

function weight(of: Marker): number {
  return WEIGHTS[of.kind] ?? 2;
}

function words(marks: readonly Marker[]): string {
  const most = 6;
  const lines = marks.slice(0, most).map((one) => `${SHAPES[one.kind]?.word ?? one.kind} at ${one.event}${one.label ? `: ${one.label.slice(0, 100)}` : ""}`);
  return [...lines, ...(marks.length > most ? [`and ${marks.length - most} more`] : [])].join("\n");
}

function Track({ desk }: { desk: Desk }) {
  const { tape } = desk;
  const head = useStore(tape.known);
  const { axis } = desk;
  const cursor = useStore(desk.cursor);
  const marks = useMemo(() => gathered(head?.markers ?? [], (event) => axis.place(event) / axis.length), [head, axis]);
  const signs = useMemo(() => marks.map(({ at: place, marks: here }) => (
    <span key={place} class="at" style={{ left: `${place * 100}%` }} title={words(here)} data-kind={here[0]!.kind} onClick={() => void desk.seek(Number(here[0]!.event))}>
      <Mark kind={here[0]!.kind} />
    </span>
  )), [marks]);
  const at = axis.place(cursor);
  const said = `event ${cursor} of ${tape.total}, ${since(axis.seconds(at))}`;
  return (
    <div class="track">
      <input
        type="range" min="0" max={STEPS} step="1" aria-label="Position in time" aria-valuetext={said} value={Math.round((at / axis.length) * STEPS)} title={said}
        onInput={(moved) => (desk.follow.set(false), void desk.seek(axis.event((Number(moved.currentTarget.value) / STEPS) * axis.length + 1e-9), { keep: true }))}
      />
      <div class="marks" aria-hidden="true">
        {signs}
        <i class="needle" style={{ left: `${(at / axis.length) * 100}%` }} />
      </div>
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
  if (spent === null) return desk.tape.head?.session.own.cost_usd === null ? <Unknown why="its calls have no known price" /> : <span title="no call with a price yet">–</span>;
  return <span title={`${exact(spent)} for the session's own calls up to here`}>{dollars(spent)}</span>;
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
      <span class="clock" title="since the session began">{axis.timed ? <Clock desk={desk} /> : <Unknown why="no time is recorded" />}</span>
      <b class="spent" title="cost so far"><Spent desk={desk} /></b>
    </div>
  );
}

/** All of the session along the right side: what happened where, and what is in sight. */
export function Minimap({ desk }: { desk: Desk }) {
  const { tape } = desk;
  const head = useStore(tape.known);
  const cursor = useStore(desk.cursor);
  const total = Math.max(1, tape.total);
  const marks = useMemo(() => gathered((head?.markers ?? []).filter((one) => one.kind !== "retry"), (event) => (event - 1) / total), [head, total]);
  const go = (event: MouseEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    void desk.seek(Math.round(((event.clientY - box.top) / box.height) * total) || 1, { keep: true });
  };
  return (
    <div class="minimap" aria-hidden="true" onClick={go} title="The whole session; a click goes there">
      {useMemo(() => marks.map(({ at, marks: here }) => <i key={at} class={`m-${here[0]!.kind}`} style={{ top: `${at * 100}%` }} title={words(here)} />), [marks])}
      <b style={{ top: `${((cursor - 1) / total) * 100}%` }} />
    </div>
  );
}

/** What the marks mean. */
export function Legend() {
  return (
    <ul class="legend">
      {(Object.keys(SHAPES) as Marker["kind"][]).map((kind) => <li key={kind}><Mark kind={kind} /> {SHAPES[kind].word}</li>)}
    </ul>
  );
}
