/** The rows of a session: of very many only those that are seen, each as high as it turned out to be. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useStore } from "../api/store";
import type { Moment } from "../model/replay";
import type { Desk } from "./desk";
import { marked } from "./found";
import { Heights } from "./heights";
import { isRow } from "./kinds";
import { Row } from "./row";

/** Pixels above and below the window that are drawn too. */
const BEYOND = 500;
/** Milliseconds after a leap. */
const CALM = 100;
const GUESS = 44;
const BOTTOM = 48;
/** Rows that are printed at most. */
const PRINTED = 3000;

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
  /** Where the page was when rows were drawn last. */
  drawn = 0;
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
  const chain = useStore(desk.chain);
  const opened = useStore(desk.opened);
  const wide = useStore(desk.wide);
  const writing = useStore(desk.writing);
  const follow = useStore(desk.follow);
  const [, redraw] = useState(0);
  const [printing, setPrinting] = useState(false);
  const element = useRef<HTMLDivElement>(null);
  const heights = useRef(new Heights()).current;
  const measured = useRef(new Map<number, number>()).current;
  const hold = useRef(new Hold()).current;
  const drawn = useRef({ filter, version: -1, total: -1, came: 0, moved: false });

  const across = element.current?.clientWidth ?? 700;
  const heightOf = (row: number) => (desk.shows(row) ? (measured.get(row) ?? guess(tape.at(row), across)) : 0);
  if (drawn.current.filter !== filter || drawn.current.total !== tape.total || drawn.current.version < 0) heights.fill(tape.total, heightOf);
  else if (drawn.current.version !== version) {
    for (const [first, last] of tape.came.slice(drawn.current.came)) for (let row = first; row <= last; row += 1) heights.put(row, heightOf(row));
  }
  if (drawn.current.filter !== filter || drawn.current.version !== version || drawn.current.total !== tape.total) drawn.current = { filter, version, total: tape.total, came: tape.came.length, moved: true };

  const top = () => (element.current?.getBoundingClientRect().top ?? 0) + scrollY;
  const put = (y: number) => {
    const wanted = Math.max(0, Math.min(y, document.documentElement.scrollHeight - innerHeight));
    if (Math.abs(scrollY - wanted) < 1) return;
    hold.own = wanted;
    scrollTo(0, wanted);
  };
  /** Bring the held row back to where it was. */
  const settle = () => {
    if (hold.end) put(document.documentElement.scrollHeight);
    else if (hold.event) put(top() + heights.top(hold.event) - stuck() - hold.offset);
  };
  const note = () => {
    const y = scrollY + stuck() - top();
    hold.end = desk.follow.value && innerHeight + scrollY >= document.documentElement.scrollHeight - BOTTOM;
    hold.event = y > 0 ? heights.at(y) : 0;
    hold.offset = hold.event ? heights.top(hold.event) - y : 0;
  };

  useEffect(() => {
    let waits = 0;
    const scrolled = () => {
      if (Math.abs(scrollY - hold.own) > 1) {
        note();
        if (!hold.end && desk.follow.value) desk.follow.set(false);
      }
      waits ||= requestAnimationFrame(() => {
        waits = 0;
        redraw((n) => n + 1);
      });
    };
    const sized = () => (measured.clear(), (drawn.current.version = -1), redraw((n) => n + 1));
    addEventListener("scroll", scrolled, { passive: true });
    addEventListener("resize", sized);
    return () => (removeEventListener("scroll", scrolled), removeEventListener("resize", sized), cancelAnimationFrame(waits));
  }, [desk]);

  useEffect(() => {
    const paper = matchMedia("print");
    const turn = () => setPrinting(paper.matches);
    paper.addEventListener("change", turn);
    return () => paper.removeEventListener("change", turn);
  }, []);

  useEffect(() => {
    if (filter.failed || filter.talk || filter.without.size > 2) {
      const stop = new AbortController();
      void tape.all(stop.signal);
      return () => stop.abort();
    }
  }, [filter, tape.total]);

  useLayoutEffect(() => {
    if (!aim.tick) return;
    const seen = element.current?.querySelector(`[data-event="${aim.event}"]`)?.getBoundingClientRect();
    if (seen && seen.top >= stuck() && seen.bottom <= innerHeight) return;
    [hold.event, hold.offset, hold.end] = [aim.event, 8, false];
    settle();
    redraw((n) => n + 1);
  }, [aim]);

  useLayoutEffect(() => {
    if (!follow) return;
    hold.end = true;
    settle();
  }, [follow, version]);

  const observer = useRef<ResizeObserver | null>(null);
  observer.current ??= new ResizeObserver(() => requestAnimationFrame(measure));
  useEffect(() => () => observer.current?.disconnect(), []);
  const measure = () => {
    let changed = 0;
    for (const row of element.current?.querySelectorAll<HTMLElement>(":scope > [data-event]") ?? []) {
      const number = Number(row.dataset.event);
      const height = row.getBoundingClientRect().height;
      if (tape.at(number) === undefined) continue;
      measured.set(number, height);
      changed += Math.abs(heights.put(number, height));
    }
    const { moved } = drawn.current;
    drawn.current.moved = false;
    if (changed < 0.5 && !moved) return;
    settle();
    if (changed < 0.5) return;
    redraw((n) => n + 1);
  };
  useLayoutEffect(measure);
  useEffect(() => marked(element.current, sought));

  // after a leap what is seen comes first, and what is around it a moment later
  const leap = Math.abs(scrollY - hold.drawn) > innerHeight;
  hold.drawn = scrollY;
  useEffect(() => {
    if (!leap) return;
    const timer = setTimeout(() => redraw((n) => n + 1), CALM);
    return () => clearTimeout(timer);
  });
  const beyond = leap ? 0 : BEYOND;
  const y = scrollY - (element.current ? top() : 0);
  const from = printing ? 1 : heights.at(Math.max(0, y - beyond));
  const to = printing ? Math.min(tape.total, PRINTED) : heights.at(Math.max(0, y + innerHeight + beyond));
  useEffect(() => tape.need(from, to), [from, to, tape]);

  const rows = [];
  const links = new Set(chain.map((one) => desk.rowOf(one.event)));
  for (let number = from; number <= to && number <= tape.total; number += 1) {
    const of = tape.at(number);
    if (of === undefined) rows.push(<div key={number} class="moment later" data-event={number} style={{ height: `${GUESS}px` }}><a class="event" href={`#e${number}`}>{number}</a></div>);
    else if (heights.height(number) > 0) {
      rows.push(
        <Row key={number} of={of} pair={isRow(of) ? tape.pairOf(of) : undefined} desk={desk} current={number === cursor} linked={links.has(number)} open={printing || opened.has(number)} wide={wide}
          notes={desk.notes(number)} writing={writing === number} observer={observer.current} />,
      );
    }
  }
  return (
    <div class="moments" ref={element} role="group" aria-label="Events">
      <div class="room" style={{ height: `${printing ? 0 : heights.top(from)}px` }} />
      {rows}
      <div class="room" style={{ height: `${printing ? 0 : Math.max(0, heights.whole - heights.top(to + 1))}px` }} />
    </div>
  );
}
