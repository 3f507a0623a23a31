/** Where the rows of a list are, and the place in the page that is held while they turn out higher or lower. */
import type { Moment } from "../model/replay";
import type { Aim, Desk } from "./desk";
import { rowIn } from "./found";
import { Heights } from "./heights";
import type { Filter } from "./kinds";

/** The height of a row that is not here yet. */
export const GUESS = 44;
const BOTTOM = 48;
/** How wide rows are before they are drawn. */
const ACROSS = 700;

/** How high a row will be, before it was drawn once. */
function guess(of: Moment | undefined, wide: number): number {
  if (of === undefined) return GUESS;
  const letters = Math.min(of.text.length + of.tail.length, 4000);
  if (of.kind === "user_prompt" || of.kind === "assistant_response") return 44 + 20 * Math.ceil(letters / Math.max(40, wide / 7));
  return of.kind === "tool_call" ? 96 : GUESS;
}

/** The lower edge of what sticks to the top of the page. */
export function stuck(): number {
  return document.querySelector(".replay-bar")?.getBoundingClientRect().bottom ?? 0;
}

/** The place that is held. */
interface Held {
  event: number;
  /** Pixels between the row's upper edge and the line below what sticks. */
  offset: number;
  /** The end of the page, whatever comes. */
  end: boolean;
}

export class Placing {
  readonly heights = new Heights();
  readonly list: { current: HTMLDivElement | null } = { current: null };
  held: Held = { event: 0, offset: 0, end: false };
  /** Where the page was scrolled to by itself. */
  own = -1;
  /** Where the page was when it was last seen to. */
  place = 0;
  /** Heights of the rows that were drawn. */
  private readonly measured = new Map<number, number>();
  /** The last aim that was gone to. */
  private aimed = 0;
  /** What the heights are of. */
  private known: { filter: Filter | null; version: number; total: number; came: number } = { filter: null, version: -1, total: -1, came: 0 };
  /** Rows came, went, or were gone to since they were measured. */
  private moved = false;

  constructor(public desk: Desk) {}

  row(event: number): HTMLElement | null {
    return rowIn(this.list.current, event);
  }

  /** The list's upper edge, from the beginning of the page. */
  get top(): number {
    return (this.list.current?.getBoundingClientRect().top ?? 0) + scrollY;
  }

  /** The first row that is seen. */
  get first(): number {
    return this.heights.at(Math.max(0, scrollY + stuck() - this.top));
  }

  // ---- heights

  /** Heights of what there is now, under the filter that holds now. */
  renew(filter: Filter, version: number): void {
    const { tape } = this.desk;
    const { known } = this;
    const turned = known.filter !== null && known.filter !== filter;
    if (turned) this.keep();
    if (turned || known.total !== tape.total || known.version < 0) this.fill();
    else if (known.version !== version) {
      const wide = this.across;
      for (const [first, last] of tape.came.slice(known.came)) for (let row = first; row <= last; row += 1) this.heights.put(row, this.heightOf(row, wide));
    } else return;
    this.known = { filter, version, total: tape.total, came: tape.came.length };
    this.moved = true;
  }

  /** What was measured is so no more: the page has another width. */
  forget(): void {
    this.measured.clear();
    this.known.version = -1;
  }

  private fill(): void {
    const wide = this.across;
    this.heights.fill(this.desk.tape.total, (row) => this.heightOf(row, wide));
  }

  private get across(): number {
    return this.list.current?.clientWidth ?? ACROSS;
  }

  private heightOf(row: number, wide: number): number {
    return this.desk.shows(row) ? (this.measured.get(row) ?? guess(this.desk.tape.at(row), wide)) : 0;
  }

  /** Measure what is drawn, and bring what is held back to its place; whether anything turned out otherwise. */
  measure(): boolean {
    let changed = 0;
    for (const row of this.list.current?.querySelectorAll<HTMLElement>(":scope > [data-event]") ?? []) {
      if (row.classList.contains("later")) continue;
      const number = Number(row.dataset.event);
      const height = row.getBoundingClientRect().height;
      this.measured.set(number, height);
      changed += Math.abs(this.heights.put(number, height));
    }
    const { moved } = this;
    this.moved = false;
    if (changed < 0.5 && !moved) return false;
    // somebody scrolled, and no event told of it yet: what is in sight now is held; a page that became shorter scrolls by itself
    const end = document.documentElement.scrollHeight - innerHeight;
    if (Math.abs(scrollY - this.place) > 1 && (scrollY > this.place || scrollY < end - 1)) this.note();
    this.settle();
    return changed >= 0.5;
  }

  // ---- the place

  /** What is looked at keeps its place, whatever comes and goes around it: the row of the cursor where it is seen, else the first that is seen. */
  private keep(): void {
    if (this.desk.follow.value) return;
    const { held } = this;
    const cursor = this.desk.cursor.value;
    // one that the filter hid is where it was as soon as it is shown again
    const hidden = held.event > 0 && !this.heights.height(held.event);
    for (const event of hidden ? [cursor] : [cursor, held.event]) {
      const box = event ? this.row(event)?.getBoundingClientRect() : undefined;
      if (!box || box.height <= 0 || box.bottom <= stuck() || box.top >= innerHeight) continue;
      this.held = { event, offset: box.top - stuck(), end: false };
      return;
    }
  }

  private put(y: number): void {
    const wanted = Math.max(0, Math.min(y, document.documentElement.scrollHeight - innerHeight));
    if (Math.abs(scrollY - wanted) < 1) return;
    this.own = this.place = wanted;
    scrollTo(0, wanted);
  }

  /** Bring the held row back to where it was. */
  settle(): void {
    const { event, offset, end } = this.held;
    if (end) this.put(document.documentElement.scrollHeight);
    else if (event) {
      const row = this.heights.nearest(event);
      this.put(this.top + this.heights.top(row) - stuck() - (row === event ? offset : Math.max(0, offset)));
    }
  }

  /** From now on what is in sight is held. */
  private note(): void {
    const y = scrollY + stuck() - this.top;
    const end = this.desk.follow.value && innerHeight + scrollY >= document.documentElement.scrollHeight - BOTTOM;
    const event = y > 0 ? this.heights.at(y) : 0;
    this.held = { event, offset: event ? this.heights.top(event) - y : 0, end };
  }

  /** The page was scrolled; who did so by hand does not follow any more. */
  scrolled(): void {
    if (Math.abs(scrollY - this.own) > 1) {
      this.note();
      if (!this.held.end && this.desk.follow.value) this.desk.follow.set(false);
    }
    this.place = scrollY;
  }

  /** The end is held. */
  follow(): void {
    this.held.end = true;
    this.settle();
  }

  /** Go to an aim that is new, before anything is drawn: rows at the place that is left would be drawn for nothing. */
  go(aim: Aim): void {
    if (aim.tick === this.aimed) return;
    this.aimed = aim.tick;
    const seen = this.row(aim.event)?.getBoundingClientRect();
    const inSight = seen !== undefined && seen.top >= stuck() && seen.bottom <= innerHeight;
    this.held = { event: aim.event, offset: inSight ? seen.top - stuck() : 8, end: false };
    this.moved = true;
    if (!inSight && this.list.current) this.settle();
  }
}
