/** A session's events as far as they were asked for: the head first, then a page where somebody looks. */
import { store } from "../api/store";
import { type Head, moment, type Moment, type ReplayDocument, type Span } from "../model/replay";
import type { Money } from "../model/types";

/** Events of a page. */
export const PAGE = 300;

/** Where a session comes from. */
export interface Feed {
  head(): Promise<ReplayDocument>;
  page(first: number, limit: number): Promise<ReplayDocument>;
}

export class Tape {
  /** Grows when anything of it changed. */
  readonly changed = store(0);
  readonly spans = new Map<string, Span>();
  /** The head, for those to whom the events are all one. */
  readonly known = store<Head | null>(null);
  readonly trouble = store<unknown>(null);
  /** From and to of all that came, in the order in which it came. */
  readonly came: [number, number][] = [];
  agent = "";
  total = 0;
  /** How many events are here. */
  here = 0;
  private opening: Promise<void> | null = null;
  private stale = false;
  private events: (Moment | undefined)[] = [];
  private readonly before = new Map<number, Money>();
  private readonly pages = new Map<number, Promise<void>>();

  constructor(readonly session: string, private readonly feed: Feed) {}

  get head(): Head | null {
    return this.known.value;
  }

  get error(): unknown {
    return this.trouble.value;
  }

  at(number: number): Moment | undefined {
    return this.events[number - 1];
  }

  /** The other half of a step. */
  pairOf(of: Moment): Moment | undefined {
    return of.pair === null ? undefined : this.at(Number(of.pair));
  }

  /** Ask for the head, once at a time: where it changes meanwhile, once more after that. */
  open(): Promise<void> {
    if (this.opening) this.stale = true;
    this.opening ??= this.opened().finally(() => {
      this.opening = null;
      if (!this.stale) return undefined;
      this.stale = false;
      return this.open();
    });
    return this.opening;
  }

  /** Where the session grew, the last page is asked for again. */
  private async opened(): Promise<void> {
    try {
      const found = await this.feed.head();
      if (found.total > this.total && this.total) this.pages.delete(pageOf(this.total));
      [this.agent, this.total] = [found.agent, found.total];
      this.trouble.set(null);
      this.known.set(found.head);
      if (found.events.length) this.take(found);
    } catch (error) {
      this.trouble.set(error);
    }
    this.tell();
  }

  /** See to it that these events are here, or on their way. */
  need(from: number, to: number): void {
    void this.load(from, to);
  }

  async load(from: number, to: number): Promise<void> {
    const [first, last] = [pageOf(Math.max(1, from)), pageOf(Math.min(Math.max(from, to), this.total))];
    const asked: Promise<void>[] = [];
    for (let page = first; page <= last; page += 1) asked.push(this.page(page));
    await Promise.all(asked);
  }

  /** All of it, a page after the other. */
  async all(stop?: AbortSignal): Promise<void> {
    for (let page = 0; page <= pageOf(this.total) && !stop?.aborted && this.error === null; page += 1) await this.page(page);
  }

  get complete(): boolean {
    return this.here >= this.total;
  }

  again(): void {
    this.trouble.set(null);
    void this.open();
  }

  private page(page: number): Promise<void> {
    const before = this.pages.get(page);
    if (before) return before;
    const asked = this.feed.page(page * PAGE + 1, PAGE).then(
      (found) => this.take(found),
      (error: unknown) => {
        this.pages.delete(page);
        this.trouble.set(error);
      },
    );
    this.pages.set(page, asked);
    return asked;
  }

  private take(found: ReplayDocument): void {
    for (const sent of found.events) {
      const place = Number(sent.number) - 1;
      if (!Number.isInteger(place) || place < 0) continue;
      if (this.events[place] === undefined) this.here += 1;
      this.events[place] = moment(sent);
    }
    for (const span of found.spans) this.spans.set(span.event, span);
    if (found.events.length) this.came.push([Number(found.events[0]!.number), Number(found.events.at(-1)!.number)]);
    if (found.first !== null) this.before.set(found.first, found.running_cost_usd);
    for (let page = pageOf(found.first ?? 1); found.events.length > PAGE && page <= pageOf(found.last ?? 1); page += 1) this.pages.set(page, Promise.resolve());
    this.total = Math.max(this.total, found.total);
    this.tell();
  }

  /** What the session's own calls cost up to an event; undefined: it is not here yet. */
  costAt(number: number): Money | undefined {
    if (this.at(number) === undefined) return undefined;
    for (let at = number; at >= 1; at -= 1) {
      const known = this.events[at - 1]?.running_cost_usd;
      if (known) return known;
      if (this.before.has(at)) return this.before.get(at) ?? null;
    }
    return null;
  }

  /** When an event was; of one without a time the last before it. */
  secondsAt(number: number): number | null {
    for (let at = number; at > Math.max(0, number - PAGE); at -= 1) {
      const known = this.events[at - 1]?.offset_s;
      if (known !== undefined && known !== null) return known;
    }
    return null;
  }

  private tell(): void {
    this.changed.set((n) => n + 1);
  }
}

function pageOf(number: number): number {
  return Math.floor((Math.max(1, number) - 1) / PAGE);
}
