/** What is looked at, and where: one for each session that is shown. */
import { store } from "../api/store";
import { tell } from "../parts/told";
import type { Moment, Noted } from "../model/replay";
import { Axis, pointsOf } from "./axis";
import { type Filter, FIRST, passes, rowNumber, startedBy } from "./kinds";
import { unfold } from "./nested";
import type { Source } from "./source";
import { nextOf, type Way } from "./sought";
import type { Tape } from "./tape";
import { chainTo, type Step } from "./chain";
import { named, WRONG } from "./sequel";

export type View = "events" | "prompts";
/** Where the list is to be: an event at the top, or the end of it. */
export interface Aim {
  event: number;
  tick: number;
}

const NONE: readonly Noted[] = [];
const NOWHERE: Way = [];
/** A result stands about so near to its call: rows may come in another order than what is marked in them. */
const NEAR = 60;
/** Events that a step looks past for one that is shown, before it gives up. */
const FAR = 20_000;

export class Desk {
  readonly cursor = store(1);
  /** The very event that was gone to: the result of a call, say, in whose row the cursor is. */
  readonly spot = store(1);
  readonly aim = store<Aim>({ event: 0, tick: 0 });
  readonly filter = store<Filter>(FIRST);
  readonly view = store<View>("events");
  readonly wide = store(false);
  readonly opened = store<ReadonlySet<number>>(new Set());
  readonly chain = store<readonly Step[]>([]);
  /** The text that is looked for. */
  readonly sought = store("");
  /** The rows that hold it, in the order in which they are read. */
  readonly hits = store<readonly Way[]>([]);
  /** Below the row of the cursor: which row of what is unfolded in it is looked at. */
  readonly inner = store<Way>(NOWHERE);
  /** A hit that is to be brought into sight, in its row. */
  readonly reveal = store<{ way: Way; tick: number }>({ way: NOWHERE, tick: 0 });
  /** The first row in sight, as whoever draws the rows knows it. */
  top: () => number = () => 1;
  /** Whether the end of a session that goes on is held in sight. */
  readonly follow = store(false);
  readonly fresh = store(0);
  readonly playing = store(false);
  readonly speed = store(1);
  /** Which note is being written, by its event; null: none. */
  readonly writing = store<number | null>(null);
  private notesOf: { head: unknown; of: Map<number, Noted[]> } | null = null;
  private moves: Promise<void> = Promise.resolve();
  /** Counts where somebody went: what waits for its events does not take the cursor back from where it is by then. */
  private gone = 0;
  private axisOf: { head: unknown; total: number; axis: Axis } | null = null;

  constructor(readonly source: Source, readonly tape: Tape, private readonly onMove: (event: number) => void) {}

  get axis(): Axis {
    const { head, total } = this.tape;
    if (this.axisOf?.head !== head || this.axisOf.total !== total) this.axisOf = { head, total, axis: new Axis(head ? pointsOf(head) : [], total) };
    return this.axisOf.axis;
  }

  /** What was noted at the events of a row. */
  notes(number: number): readonly Noted[] {
    const { head } = this.tape;
    if (this.notesOf?.head !== head) {
      const of = new Map<number, Noted[]>();
      for (const one of head?.annotations ?? []) {
        const event = Number(one.event);
        if (one.event === null || !Number.isInteger(event)) continue;
        const row = this.rowOf(event);
        of.set(row, [...(of.get(row) ?? []), one]);
      }
      this.notesOf = { head, of };
    }
    return this.notesOf.of.get(number) ?? NONE;
  }

  /** Whether an event has a row now; of one that is not here yet nobody knows. */
  shows(number: number): boolean {
    const of = this.tape.at(number);
    return of === undefined || passes(of, this.tape.pairOf(of), this.filter.value);
  }

  /** The event in whose row another one stands, and by whose number it is called. */
  rowOf(number: number): number {
    const of = this.tape.at(number);
    return of ? rowNumber(of) : Number(this.tape.head?.rows[number] ?? number);
  }

  /** The last event up to one that has a row now, else the first. */
  last(number = this.tape.total): number {
    let at = number;
    while (at > 1 && !this.shows(at)) at -= 1;
    while (at < this.tape.total && !this.shows(at)) at += 1;
    return at;
  }

  /** Look at an event. One that the filter hides is shown nevertheless: the filter goes; with `keep` the one before is. */
  async seek(number: number, { quiet = false, keep = false } = {}): Promise<void> {
    this.gone += 1;
    const mine = this.gone;
    const wanted = Math.max(1, Math.min(number, this.tape.total || number));
    await this.tape.load(wanted, wanted);
    if (mine !== this.gone) return;
    const row = keep ? this.last(this.rowOf(wanted)) : this.rowOf(wanted);
    if (!keep && this.tape.at(row) && !this.shows(row)) this.filter.set({ without: new Set(), failed: false, talk: false });
    this.view.set("events");
    this.put(row, quiet, keep && row !== this.rowOf(wanted) ? row : wanted);
    this.aim.set((old) => ({ event: row, tick: old.tick + 1 }));
  }

  /** Be at an event at once, whether it is here or not: of the many that a drag passes only where it rests is brought. */
  glide(number: number): void {
    if (this.tape.at(number)) return void this.seek(number, { keep: true });
    const mine = (this.gone += 1);
    this.put(number, true);
    this.aim.set((old) => ({ event: number, tick: old.tick + 1 }));
    const stop = this.tape.changed.watch(() => {
      const here = this.tape.at(number) !== undefined;
      if (mine !== this.gone || here) stop();
      if (mine === this.gone && here) void this.seek(number, { keep: true });
    });
  }

  /** Look at the first row of a stretch that is shown now; where all of it is hidden, at the one before. */
  async into(first: number, last: number): Promise<void> {
    this.follow.set(false);
    await this.tape.load(first, Math.min(last, first + NEAR));
    let at = first;
    while (at < last && this.tape.at(at) && !this.shows(at)) at += 1;
    await this.seek(this.shows(at) ? at : first, { keep: true });
  }

  /** The cursor stands at the first row, and nothing scrolls. */
  async begin(): Promise<void> {
    this.gone += 1;
    const mine = this.gone;
    await this.tape.load(1, 1);
    if (mine !== this.gone) return;
    for (let at = 1; at <= this.tape.total && this.tape.at(at); at += 1) if (this.shows(at)) return this.put(at, true);
  }

  /** The cursor stands at the last row, and at the last event of all. */
  end(): void {
    const { total } = this.tape;
    if (!total) return;
    this.tape.need(total, total);
    this.put(this.last(), true, total);
  }

  /** The cursor alone moves. */
  put(number: number, quiet = false, spot = number): void {
    this.cursor.set(number);
    this.spot.set(spot);
    this.inner.set(NOWHERE);
    if (quiet) return;
    this.gone += 1;
    this.onMove(number);
  }

  /** One move after the other: a key that is pressed while events are on their way is not lost. */
  private then(move: () => unknown): Promise<void> {
    this.moves = this.moves.then(move).then(
      () => undefined,
      () => undefined,
    );
    return this.moves;
  }

  /** Do something with the event that the cursor is at when the moves before it are done. */
  here(deed: (event: number) => unknown): Promise<void> {
    return this.then(() => deed(this.cursor.value));
  }

  /** The next row that is shown, or the one before. */
  step(by: 1 | -1): Promise<void> {
    return this.then(() => this.stepped(by));
  }

  private async stepped(by: 1 | -1): Promise<void> {
    this.follow.set(false);
    let at = this.cursor.value;
    for (let seen = 0; seen < FAR; seen += 1) {
      at += by;
      if (at < 1 || at > this.tape.total) return;
      if (this.tape.at(at) === undefined) await this.tape.load(at, at);
      if (this.tape.at(at) === undefined) return;
      if (this.shows(at)) return this.seek(at, { keep: true });
    }
  }

  prompt(by: 1 | -1): Promise<void> {
    const all = this.tape.head?.prompts.map((one) => Number(one.event)) ?? [];
    return this.then(() => this.among(all, by));
  }

  error(by: 1 | -1 = 1): Promise<void> {
    const all = this.tape.head?.markers.filter((one) => WRONG.has(one.kind)).map((one) => Number(one.event)) ?? [];
    return this.then(async () => (await this.among(all, by)) || tell(`No failure ${by > 0 ? "after" : "before"} this one`));
  }

  /** What is looked at. */
  get way(): Way {
    return [this.cursor.value, ...this.inner.value];
  }

  /** Look at a row that is in sight, wherever it is unfolded. */
  at([row = 1, ...inner]: Way): void {
    this.put(row);
    this.inner.set(inner);
  }

  hit(by: 1 | -1): Promise<void> {
    return this.then(() => this.show(nextOf(this.hits.value, this.way, by)));
  }

  /** The first hit that is shown, from an event on; after the last one the first. */
  beginHits(from: number): Promise<void> {
    const hits = this.hits.value.filter(([row]) => this.shows(row!));
    return this.then(() => this.show(hits.find(([row]) => row! >= from) ?? hits[0]));
  }

  /** Bring a row into sight, whatever is folded above it. */
  private async show(way: Way | undefined): Promise<void> {
    if (!way) return;
    this.follow.set(false);
    await this.unfold(way);
    await this.seek(way[0]!);
    this.inner.set(way.slice(1));
    this.reveal.set(({ tick }) => ({ way, tick: tick + 1 }));
  }

  /** See to it that the row of a way is here, with its result, and that nothing above it is folded. */
  private async unfold(way: Way): Promise<void> {
    let { tape } = this;
    for (const [depth, event] of way.entries()) {
      await tape.load(event, event);
      const pair = Number(tape.at(event)?.pair ?? 0);
      if (pair) await tape.load(pair, pair);
      const child = startedBy(tape, event);
      const next = way[depth + 1];
      if (child === null || next === undefined) return;
      unfold(tape.session, event, child, next);
      tape = this.source.tape(child);
      if (tape.head === null) await tape.open();
    }
  }

  /** The next of some events. */
  private async among(events: readonly number[], by: 1 | -1): Promise<boolean> {
    this.follow.set(false);
    const sorted = [...new Set(events)].filter(Number.isInteger).sort((a, b) => (a - b) * by);
    const here = this.cursor.value;
    let best: number | null = null;
    for (const event of sorted) {
      if ((event - here) * by < -NEAR) continue;
      if (best !== null && (event - best) * by > NEAR) break;
      await this.tape.load(event, event);
      const row = this.rowOf(event);
      if ((row - here) * by > 0 && (best === null || (best - row) * by > 0)) best = row;
    }
    if (best === null) return false;
    await this.seek(best);
    return true;
  }

  /** Show why, or hide it again. */
  why(event?: number): Promise<void> {
    return this.here((at) => this.told(event ?? at));
  }

  private async told(event: number): Promise<void> {
    await this.tape.renew(event);
    event = this.rowOf(event);
    const now = this.chain.value;
    if (now.length && now.at(-1)!.event === event) {
      this.chain.set([]);
      return;
    }
    const ask = async (number: number): Promise<Moment | undefined> => {
      await this.tape.load(number, number);
      return this.tape.at(number);
    };
    const chain = await chainTo(event, ask);
    const of = this.tape.at(event);
    if (of) await Promise.all(named(of).map(ask));
    this.chain.set(chain);
    this.aim.set((old) => ({ event, tick: old.tick + 1 }));  // beside the panel, or above it, the event may stand elsewhere
  }

  open(number: number): void {
    this.opened.set((now) => new Set(now.has(number) ? [...now].filter((one) => one !== number) : [...now, number]));
  }
}
