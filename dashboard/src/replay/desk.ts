/** What is looked at, and where: one for each session that is shown. */
import { store } from "../api/store";
import { tell } from "../parts/told";
import type { MarkerKind, Moment, Noted } from "../model/replay";
import { Axis, pointsOf } from "./axis";
import { type Filter, FIRST, isRow, passes } from "./kinds";
import type { Source } from "./source";
import type { Tape } from "./tape";
import { chainTo, type Step } from "./chain";

export type View = "events" | "prompts";
/** Where the list is to be: an event at the top, or the end of it. */
export interface Aim {
  event: number;
  tick: number;
}

const WRONG = new Set<MarkerKind>(["failed", "refused", "error", "blocked"]);
const NONE: readonly Noted[] = [];
/** A result stands about so near to its call: rows may come in another order than what is marked in them. */
const NEAR = 60;
/** Events that a step looks past for one that is shown, before it gives up. */
const FAR = 20_000;

export class Desk {
  readonly cursor = store(1);
  readonly aim = store<Aim>({ event: 0, tick: 0 });
  readonly filter = store<Filter>(FIRST);
  readonly view = store<View>("events");
  readonly wide = store(false);
  readonly opened = store<ReadonlySet<number>>(new Set());
  readonly chain = store<readonly Step[]>([]);
  /** The text that is looked for. */
  readonly sought = store("");
  readonly hits = store<readonly number[]>([]);
  /** Whether the end of a session that goes on is held in sight. */
  readonly follow = store(false);
  readonly fresh = store(0);
  readonly playing = store(false);
  readonly speed = store(1);
  /** Which note is being written, by its event; null: none. */
  readonly writing = store<number | null>(null);
  private notesOf: { head: unknown; of: Map<number, Noted[]> } | null = null;
  private moves: Promise<void> = Promise.resolve();
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

  /** The event in whose row another one stands. */
  rowOf(number: number): number {
    const of = this.tape.at(number);
    return of && !isRow(of) ? Number(of.pair) : number;
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
    const wanted = Math.max(1, Math.min(number, this.tape.total || number));
    await this.tape.load(wanted, wanted);
    const row = keep ? this.last(this.rowOf(wanted)) : this.rowOf(wanted);
    if (!keep && this.tape.at(row) && !this.shows(row)) this.filter.set({ without: new Set(), failed: false, talk: false });
    this.view.set("events");
    this.put(row, quiet);
    this.aim.set((old) => ({ event: row, tick: old.tick + 1 }));
  }

  /** The cursor stands at the first row, and nothing scrolls. */
  async begin(): Promise<void> {
    await this.tape.load(1, 1);
    for (let at = 1; at <= this.tape.total && this.tape.at(at); at += 1) if (this.shows(at)) return this.put(at, true);
  }

  /** The cursor alone moves. */
  put(number: number, quiet = false): void {
    this.cursor.set(number);
    if (!quiet) this.onMove(number);
  }

  /** One move after the other: a key that is pressed while events are on their way is not lost. */
  private then(move: () => Promise<unknown>): Promise<void> {
    this.moves = this.moves.then(move).then(
      () => undefined,
      () => undefined,
    );
    return this.moves;
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

  hit(by: 1 | -1): Promise<void> {
    return this.then(() => this.among(this.hits.value, by, true));
  }

  /** The next of some events, after the last one the first. */
  private async among(events: readonly number[], by: 1 | -1, round = false): Promise<boolean> {
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
    if (best !== null) {
      await this.seek(best);
      return true;
    }
    if (round && sorted.length) await this.seek(sorted[0]!);
    return round;
  }

  /** Show why, or hide it again. */
  async why(event = this.cursor.value): Promise<void> {
    const now = this.chain.value;
    if (now.length && now.at(-1)!.event === event) {
      this.chain.set([]);
      return;
    }
    const ask = async (number: number): Promise<Moment | undefined> => {
      await this.tape.load(number, number);
      return this.tape.at(number);
    };
    this.chain.set(await chainTo(event, ask));
  }

  open(number: number): void {
    this.opened.set((now) => new Set(now.has(number) ? [...now].filter((one) => one !== number) : [...now, number]));
  }
}
