/** The rows of a session: of very many only those that are seen, each as high as it turned out to be. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useStore } from "../api/store";
import type { Moment } from "../model/replay";
import type { Desk } from "./desk";
import { marked, rowAt as wayAt, rowIn, unhidden } from "./found";
import { going } from "./going";
import { Heights } from "./heights";
import { isRow } from "./kinds";
import { Paper } from "./blocks/folded";
import { lastPrinted, PaperEnd, usePaper } from "./paper";
import { Quota } from "./quota";
import { saidBeside } from "./reaches";
import { Row } from "./row";
import { PAGE } from "./tape";

/** Pixels above and below the window that are drawn too. */
const BEYOND = 500;
/** Rows that are drawn in full in any frame: while the page is scrolled, and while it rests. */
const LEAST = { moving: 2, resting: 8 };
/** Milliseconds between two moves of one scroll at most. */
const ON = 300;
/** Milliseconds after a leap. */
const CALM = 100;
const GUESS = 44;
const BOTTOM = 48;

/** How high a row will be, before it was drawn once. */
function guess(of: Moment | undefined, wide: number): number {
  if (of === undefined) return GUESS;
  const letters = Math.min(of.text.length + of.tail.length, 4000);
  if (of.kind === "user_prompt" || of.kind === "assistant_response") return 44 + 20 * Math.ceil(letters / Math.max(40, wide / 7));
  return of.kind === "tool_call" ? 96 : GUESS;
}

/** Holds a place in the page while rows above it turn out higher or lower. */
class Hold {
  event = 0;
  /** Pixels between the row's upper edge and the line below what sticks. */
  offset = 0;
  end = false;
  own = -1;
  /** Where the page was when it was last seen to. */
  place = 0;
  /** Where the page was when rows were drawn last. */
  drawn = 0;
  /** The last aim that was gone to. */
  aimed = 0;
  /** The frame of the last leap: more than a screen at once. */
  leapt: unknown = null;
  /** The frame of the last move, however far. */
  moved: unknown = null;
  /** When somebody scrolled last, whether down, and whether they did so just before too. */
  scrolled = { at: -ON, down: true, on: false };
}

/** The rows from one to another in the order in which they are drawn: those in sight, those that come next, those that were left. */
export function* inOrder(from: number, to: number, seen: readonly [number, number], down: boolean): Generator<number> {
  const [first, last] = [Math.max(from, seen[0]), Math.min(to, seen[1])];
  for (let row = first; row <= last; row += 1) yield row;
  const below = function* () { for (let row = last + 1; row <= to; row += 1) yield row; };
  const above = function* () { for (let row = first - 1; row >= from; row -= 1) yield row; };
  yield* down ? below() : above();
  yield* down ? above() : below();
}

function stuck(): number {
  return document.querySelector(".replay-bar")?.getBoundingClientRect().bottom ?? 0;
}

export function List({ desk }: { desk: Desk }) {
  const { tape } = desk;
  const sought = useStore(desk.sought);
  const version = useStore(tape.changed);
  const filter = useStore(desk.filter);
  const aim = useStore(desk.aim);
  const cursor = useStore(desk.cursor);
  const inner = useStore(desk.inner);
  const reveal = useStore(desk.reveal);
  const chain = useStore(desk.chain);
  const opened = useStore(desk.opened);
  const wide = useStore(desk.wide);
  const writing = useStore(desk.writing);
  const follow = useStore(desk.follow);
  const [, redraw] = useState(0);
  const printing = usePaper(tape);
  const element = useRef<HTMLDivElement>(null);
  const heights = useRef(new Heights()).current;
  const measured = useRef(new Map<number, number>()).current;
  const hold = useRef(new Hold()).current;
  const paper = useRef(false);
  paper.current = printing;
  const quota = useRef(new Quota()).current;
  /** The rows that are drawn in full. */
  const full = useRef<ReadonlySet<number>>(new Set());
  const begun = performance.now();
  const waits = useRef(0);
  const soon = () => {
    waits.current ||= requestAnimationFrame(() => {
      waits.current = 0;
      redraw((n) => n + 1);
    });
  };
  const drawn = useRef({ filter, version: -1, total: -1, came: 0, moved: false });

  const rowAt = (event: number) => rowIn(element.current, event);
  /** What is looked at keeps its place, whatever comes and goes around it: the row of the cursor where it is seen, else the first that is seen. */
  const keep = () => {
    if (desk.follow.value) return;
    const seen = (event: number) => {
      const box = rowAt(event)?.getBoundingClientRect();
      return box && box.height > 0 && box.bottom > stuck() && box.top < innerHeight ? box : null;
    };
    // one that the filter hid is where it was as soon as it is shown again
    const hidden = hold.event > 0 && !heights.height(hold.event);
    for (const event of hidden ? [cursor] : [cursor, hold.event]) {
      const box = event ? seen(event) : null;
      if (!box) continue;
      [hold.event, hold.offset, hold.end] = [event, box.top - stuck(), false];
      return;
    }
  };
  const across = element.current?.clientWidth ?? 700;
  const heightOf = (row: number) => (desk.shows(row) ? (measured.get(row) ?? guess(tape.at(row), across)) : 0);
  if (drawn.current.filter !== filter) keep();
  if (drawn.current.filter !== filter || drawn.current.total !== tape.total || drawn.current.version < 0) heights.fill(tape.total, heightOf);
  else if (drawn.current.version !== version) {
    for (const [first, last] of tape.came.slice(drawn.current.came)) for (let row = first; row <= last; row += 1) heights.put(row, heightOf(row));
  }
  if (drawn.current.filter !== filter || drawn.current.version !== version || drawn.current.total !== tape.total) drawn.current = { filter, version, total: tape.total, came: tape.came.length, moved: true };

  const top = () => (element.current?.getBoundingClientRect().top ?? 0) + scrollY;
  const put = (y: number) => {
    const wanted = Math.max(0, Math.min(y, document.documentElement.scrollHeight - innerHeight));
    if (Math.abs(scrollY - wanted) < 1) return;
    hold.own = hold.place = wanted;
    scrollTo(0, wanted);
  };
  /** Bring the held row back to where it was. */
  const settle = () => {
    if (hold.end) put(document.documentElement.scrollHeight);
    else if (hold.event) {
      const row = heights.nearest(hold.event);
      put(top() + heights.top(row) - stuck() - (row === hold.event ? hold.offset : Math.max(0, hold.offset)));
    }
  };
  desk.top = () => heights.at(Math.max(0, scrollY + stuck() - top()));
  const note = () => {
    const y = scrollY + stuck() - top();
    hold.end = desk.follow.value && innerHeight + scrollY >= document.documentElement.scrollHeight - BOTTOM;
    hold.event = y > 0 ? heights.at(y) : 0;
    hold.offset = hold.event ? heights.top(hold.event) - y : 0;
  };

  useEffect(() => {
    const scrolled = () => {
      if (Math.abs(scrollY - hold.own) > 1) {
        note();
        if (!hold.end && desk.follow.value) desk.follow.set(false);
      }
      hold.place = scrollY;
      soon();
    };
    const sized = () => (measured.clear(), (drawn.current.version = -1), redraw((n) => n + 1));
    addEventListener("scroll", scrolled, { passive: true });
    addEventListener("resize", sized);
    return () => (removeEventListener("scroll", scrolled), removeEventListener("resize", sized), cancelAnimationFrame(waits.current), (waits.current = 0));
  }, [desk]);

  useEffect(() => {
    if (filter.failed || filter.talk || filter.without.size > 2) {
      const stop = new AbortController();
      void tape.all(stop.signal);
      return () => stop.abort();
    }
  }, [filter, tape.total]);

  useLayoutEffect(() => {
    if (!follow) return;
    hold.end = true;
    settle();
  }, [follow, version]);

  const observer = useRef<ResizeObserver | null>(null);
  observer.current ??= new ResizeObserver(() => requestAnimationFrame(measure));
  useEffect(() => () => observer.current?.disconnect(), []);
  const measure = () => {
    if (paper.current) return;  // what is measured there holds for no screen, and a print that is under way is not scrolled
    let changed = 0;
    for (const row of element.current?.querySelectorAll<HTMLElement>(":scope > [data-event]") ?? []) {
      if (row.classList.contains("later")) continue;
      const number = Number(row.dataset.event);
      const height = row.getBoundingClientRect().height;
      measured.set(number, height);
      changed += Math.abs(heights.put(number, height));
    }
    const { moved } = drawn.current;
    drawn.current.moved = false;
    if (changed < 0.5 && !moved) return;
    // somebody scrolled, and no event told of it yet: what is in sight now is held; a page that became shorter scrolls by itself
    const end = document.documentElement.scrollHeight - innerHeight;
    if (Math.abs(scrollY - hold.place) > 1 && (scrollY > hold.place || scrollY < end - 1)) note();
    settle();
    if (changed < 0.5) return;
    redraw((n) => n + 1);
  };
  useLayoutEffect(() => {
    measure();
    quota.took(fresh, performance.now() - begun);
    if (waiting) soon();
  });
  useEffect(() => marked(element.current, sought, [cursor, ...inner]));
  useEffect(() => {
    if (!reveal.tick) return undefined;
    let here = true;
    void unhidden(() => wayAt(element.current, reveal.way), sought, () => here).then((range) => {
      measure();  // what was unfolded is as high as it is before anything scrolls
      const box = range?.getBoundingClientRect();
      if (!box || !here || (box.top >= stuck() + 8 && box.bottom <= innerHeight - 8)) return;
      scrollBy(0, box.top - stuck() - (innerHeight - stuck()) / 3);
    });
    return () => void (here = false);
  }, [reveal]);

  // gone to before anything is drawn: rows at the place that is left would be drawn for nothing
  if (aim.tick !== hold.aimed) {
    hold.aimed = aim.tick;
    const seen = rowAt(aim.event)?.getBoundingClientRect();
    const inSight = seen !== undefined && seen.top >= stuck() && seen.bottom <= innerHeight;
    [hold.event, hold.offset, hold.end] = [aim.event, inSight ? seen.top - stuck() : 8, false];
    drawn.current.moved = true;
    if (!inSight && element.current) settle();
  }

  // of what flies by a line each is enough; after a leap what is seen comes first, and what is around it a moment later
  const frame = document.timeline.currentTime;
  if (Math.abs(scrollY - hold.drawn) > innerHeight) hold.leapt = frame;
  const leap = hold.leapt === frame;
  const down = scrollY >= hold.drawn;
  if (scrollY !== hold.drawn) {
    hold.moved = frame;
    // a page that became shorter scrolls by itself
    const cut = !down && scrollY >= document.documentElement.scrollHeight - innerHeight - 1;
    if (!cut && Math.abs(scrollY - hold.own) > 1) hold.scrolled = { at: begun, down, on: begun - hold.scrolled.at < ON && down === hold.scrolled.down };
  }
  const moves = hold.moved === frame;
  hold.drawn = scrollY;
  useEffect(() => {
    if (!leap) return;
    const timer = setTimeout(() => redraw((n) => n + 1), CALM);
    return () => clearTimeout(timer);
  });
  const beyond = leap ? 0 : BEYOND;
  const y = scrollY - (element.current ? top() : 0);
  const from = printing ? 1 : heights.at(Math.max(0, y - beyond));
  const to = printing ? lastPrinted(desk) : Math.min(tape.total, heights.at(Math.max(0, y + innerHeight + beyond)));
  const ahead = hold.scrolled.on && begun - hold.scrolled.at < ON ? (leap ? 2 : 1) * (hold.scrolled.down ? PAGE : -PAGE) : 0;
  const head = useStore(tape.known);
  useEffect(() => tape.look(from, to, ahead), [from, to, tape, ahead, head]);

  const isThere = (number: number) => tape.at(number) !== undefined && heights.height(number) > 0;
  const sights = [heights.at(Math.max(0, y + stuck())), heights.at(Math.max(0, y + innerHeight))] as const;
  let left = leap ? 0 : quota.left(frame, moves ? LEAST.moving : LEAST.resting);
  let fresh = 0;
  let waiting = false;
  const now = new Set<number>();
  for (const number of inOrder(from, to, sights, down)) {
    if (!isThere(number) || now.has(number)) continue;
    if (!printing && !full.current.has(number) && number !== cursor && number !== hold.event) {
      if (left < 1) {
        waiting = true;
        continue;
      }
      left -= 1;
      fresh += 1;
    }
    now.add(number);
  }
  full.current = now;

  const rows = [];
  const links = new Set(chain.map((one) => desk.rowOf(one.event)));
  for (let number = from; number <= to; number += 1) {
    const of = tape.at(number);
    if (of === undefined) rows.push(<div key={number} class="moment later" data-event={number} style={{ height: `${GUESS}px` }}><a class="event" href={`#e${number}`}>{number}</a></div>);
    else if (heights.height(number) > 0) {
      rows.push(
        <Row key={number} of={of} pair={isRow(of) ? tape.pairOf(of) : undefined} goes={going(of, tape.pairOf(of), tape)} beside={saidBeside(of, tape.pairOf(of), desk)} desk={desk} current={number === cursor} linked={links.has(number)} open={printing || opened.has(number)} wide={wide}
          notes={desk.notes(number)} writing={writing === number} observer={observer.current} brief={now.has(number) ? 0 : heights.height(number)} />,
      );
    }
  }
  return (
    <Paper.Provider value={printing}><div class="moments" ref={element} role="group" aria-label="Events">
      <div class="room" style={{ height: `${printing ? 0 : heights.top(from)}px` }} />
      {rows}
      <div class="room" style={{ height: `${printing ? 0 : Math.max(0, heights.whole - heights.top(to + 1))}px` }} />
      {printing && <PaperEnd tape={tape} last={to} />}
    </div></Paper.Provider>
  );
}
