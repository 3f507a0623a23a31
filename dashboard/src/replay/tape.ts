/** A session's events as far as they were asked for: the head first, then a page where somebody looks. */
import { store } from "../api/store";
import { inTurn } from "../api/turn";
import { type Head, moment, type Moment, type ReplayDocument, type Span } from "../model/replay";
import type { Money } from "../model/types";

/** Events of a page. */
export const PAGE = 300;
/** Pages that are on their way at once for what is looked at. */
const AT_ONCE = 2;

/** Where a session comes from. */
export interface Feed {
  head(): Promise<ReplayDocument>;
  page(first: number, limit: number): Promise<ReplayDocument>;
  /** The same before it returns, where that can be done; null: it cannot be had. */
  atOnce?(first: number, limit: number): ReplayDocument | null;
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
  private grown = false;
  private events: (Moment | undefined)[] = [];
  private readonly before = new Map<number, Money>();
  private readonly pages = new Map<number, Promise<void>>();
  /** How often pages were asked for, and when the one was that is here. */
  private turn = 0;
  private readonly newest = new Map<number, number>();
  /** Pages that came before the session changed. */
  private readonly old = new Set<number>();
  /** Pages that are in sight. */
  private looked: number[] = [];
  /** Pages that are wanted for what is looked at and not asked for yet, the first first. */
  private wanted: number[] = [];
  private underWay = 0;

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
  readonly open = inTurn(() => this.opened());

  /** The session went on: what it does now may say more of any event that was told before. */
  grow(): Promise<void> {
    this.grown = true;
    return this.open();
  }

  /** Where it went on, what is in sight and its end come before anything is told; the rest is asked for again when it is looked at. */
  private async opened(): Promise<void> {
    const known = this.total;
    const { grown } = this;
    this.grown = false;
    try {
      const found = await this.feed.head();
      // a page that is asked for after the head knows all that the head knows
      const pages = known && (grown || found.total !== known) ? await Promise.all([...this.renewals(known), ...this.beyond(known, found.total)]) : [];
      if (found.total < this.total) this.cut(found.total);
      [this.agent, this.total] = [found.agent, found.total];
      this.trouble.set(null);
      if (found.events.length) this.take(found);
      for (const put of pages) put();
      this.known.set(found.head);
    } catch (error) {
      this.trouble.set(error);
    }
    this.tell();
  }

  /** Pages that are here, from the last one on or in sight, are on their way once more. */
  private renewals(known: number): Promise<() => void>[] {
    for (const page of this.pages.keys()) this.old.add(page);
    return [...new Set([pageOf(known), ...this.looked])].filter((page) => this.pages.has(page)).map((page) => this.bring(page));
  }

  /** The pages of what is new, as far as somebody who follows it sees them. */
  private beyond(known: number, total: number): Promise<() => void>[] {
    const [end, first] = [pageOf(total), Math.max(pageOf(known) + 1, pageOf(total) - 1)];
    return Array.from({ length: Math.max(0, end - first + 1) }, (_, index) => this.bring(first + index));
  }

  /** A page as it is now, to be put where it belongs: not over one that was asked for later. */
  private bring(page: number): Promise<() => void> {
    const turn = (this.turn += 1);
    this.old.delete(page);
    return this.feed.page(page * PAGE + 1, PAGE).then((found) => () => {
      if ((this.newest.get(page) ?? 0) > turn) return;
      this.newest.set(page, turn);
      this.pages.set(page, Promise.resolve());
      this.take(found);
    });
  }

  /** Of a log that was begun anew, what it no longer holds is gone. */
  private cut(total: number): void {
    this.events.length = Math.min(this.events.length, total);
    this.here = this.events.reduce((n) => n + 1, 0);
    for (const page of [...this.pages.keys()]) if (page > pageOf(total)) this.pages.delete(page);
    for (const event of [...this.spans.keys()]) if (Number(event) > total) this.spans.delete(event);
    for (const event of [...this.before.keys()]) if (event > total) this.before.delete(event);
  }

  /** See to it that these events are here as they are known now, or on their way. */
  need(from: number, to: number): void {
    for (const page of this.old) if (page >= pageOf(from) && page <= pageOf(to)) this.renewed(page);
    void this.load(from, to);
  }

  /**
   * What is looked at now, and so many events behind it or before it soon: what was looked at before is not asked for any more.
   * What is in sight stays as it is known, whatever comes.
   */
  look(from: number, to: number, ahead = 0): void {
    const seen = pagesOf(from, Math.min(to, this.total));
    this.looked = seen;
    for (const page of this.old) if (seen.includes(page)) this.renewed(page);
    const next = ahead < 0 ? pagesOf(from + ahead, from).reverse() : pagesOf(to, Math.min(to + ahead, this.total));
    this.wanted = [...new Set([...seen, ...next])].filter((page) => !this.pages.has(page));
    this.ask();
  }

  /** Not many at once: what is looked at next would wait behind them. */
  private ask(): void {
    while (this.underWay < AT_ONCE && this.wanted.length) {
      this.underWay += 1;
      void this.page(this.wanted.shift()!).finally(() => {
        this.underWay -= 1;
        this.ask();
      });
    }
  }

  async load(from: number, to: number): Promise<void> {
    const [first, last] = [pageOf(Math.max(1, from)), pageOf(Math.min(Math.max(from, to), this.total))];
    const asked: Promise<void>[] = [];
    for (let page = first; page <= last; page += 1) asked.push(this.page(page));
    await Promise.all(asked);
  }

  /** See to it that they are here when this returns, for somebody who cannot wait: as far as they can be had. */
  atOnce(from: number, to: number): void {
    const last = Math.min(to, this.total);
    let first = from;
    while (first <= last && this.at(first)) first += 1;
    if (first > last) return;
    const found = this.feed.atOnce?.(first, last - first + 1);
    if (found) this.take(found);
  }

  /** The event as it is known now: what followed it may have come after it. */
  async renew(event: number): Promise<void> {
    if (this.old.has(pageOf(event))) this.renewed(pageOf(event));
    await this.load(event, event);
  }

  private renewed(page: number): void {
    this.old.delete(page);
    this.pages.delete(page);
    void this.page(page);
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
    const asked = this.bring(page).then(
      (put) => put(),
      (error: unknown) => {
        this.pages.delete(page);
        this.trouble.set(error);
      },
    );
    this.pages.set(page, asked);
    return asked;
  }

  /** Where a page tells first that there is more, the page that was the last one is asked for again. */
  private heard(total: number): void {
    if (this.total && total > this.total) this.old.add(pageOf(this.total));
    this.total = Math.max(this.total, total);
  }

  private take(found: ReplayDocument): void {
    for (const sent of found.events) {
      const place = Number(sent.number) - 1;
      if (!Number.isInteger(place) || place < 0) continue;
      const [was, now] = [this.events[place], moment(sent)];
      if (was === undefined) this.here += 1;
      if (was === undefined || JSON.stringify(was) !== JSON.stringify(now)) this.events[place] = now;
    }
    for (const span of found.spans) this.spans.set(span.event, span);
    if (found.events.length) this.came.push([Number(found.events[0]!.number), Number(found.events.at(-1)!.number)]);
    if (found.first !== null) this.before.set(found.first, found.running_cost_usd);
    this.heard(found.total);
    for (let page = pageOf(found.first ?? 1); found.events.length > PAGE && page <= pageOf(found.last ?? 1); page += 1) this.pages.set(page, Promise.resolve());
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

function pagesOf(from: number, to: number): number[] {
  const first = pageOf(from);
  return Array.from({ length: Math.max(0, pageOf(to) - first + 1) }, (_, index) => first + index);
}

function pageOf(number: number): number {
  return Math.floor((Math.max(1, number) - 1) / PAGE);
}
