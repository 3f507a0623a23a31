/** The rows of a session: of very many only those that are seen, each as high as it turned out to be. */
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useStore } from "../api/store";
import { Paper } from "./blocks/folded";
import type { Desk } from "./desk";
import { Drawing, type Drawn } from "./drawing";
import { marked, rowAt, unhidden } from "./found";
import { going } from "./going";
import { isRow } from "./kinds";
import { PaperEnd, usePaper } from "./paper";
import { GUESS, Placing, stuck } from "./placing";
import { saidBeside } from "./reaches";
import { Row } from "./row";

/** Milliseconds after a leap. */
const CALM = 100;

/** Draws anew: at once, or in the next frame, once for all who ask. */
function useAgain(): { now: () => void; soon: () => void; never: () => void } {
  const [, redraw] = useState(0);
  const waits = useRef(0);
  const now = () => redraw((n) => n + 1);
  const soon = () => {
    waits.current ||= requestAnimationFrame(() => {
      waits.current = 0;
      now();
    });
  };
  const never = () => {
    cancelAnimationFrame(waits.current);
    waits.current = 0;
  };
  return { now, soon, never };
}

/** What the window does to the list. */
function useWindow(placing: Placing, again: ReturnType<typeof useAgain>): void {
  useEffect(() => {
    const scrolled = () => (placing.scrolled(), again.soon());
    const sized = () => (placing.forget(), again.now());
    addEventListener("scroll", scrolled, { passive: true });
    addEventListener("resize", sized);
    return () => (removeEventListener("scroll", scrolled), removeEventListener("resize", sized), again.never());
  }, [placing.desk]);
}

/** Where few rows are left, all are brought: what is below them is known only then. */
function useWhole({ tape, filter: of }: Desk): void {
  const filter = useStore(of);
  useEffect(() => {
    if (filter.failed || filter.talk || filter.without.size > 2) {
      const stop = new AbortController();
      void tape.all(stop.signal);
      return () => stop.abort();
    }
  }, [filter, tape.total]);
}

/** Rows are measured when they are drawn, and whenever one becomes higher or lower by itself. */
function useMeasured(placing: Placing, again: ReturnType<typeof useAgain>, printing: boolean): { observer: ResizeObserver; measure: () => void } {
  const paper = useRef(false);
  paper.current = printing;
  // what is measured on paper holds for no screen, and a print that is under way is not scrolled
  const measure = () => void (!paper.current && placing.measure() && again.now());
  const observer = useRef<ResizeObserver | null>(null);
  observer.current ??= new ResizeObserver(() => requestAnimationFrame(measure));
  useEffect(() => () => observer.current?.disconnect(), []);
  return { observer: observer.current, measure };
}

/** What is looked for is marked, and the hit that is gone to brought into sight. */
function useFound({ list, desk }: Placing, cursor: number, measure: () => void): void {
  const sought = useStore(desk.sought);
  const inner = useStore(desk.inner);
  const reveal = useStore(desk.reveal);
  useEffect(() => marked(list.current, sought, [cursor, ...inner]));
  useEffect(() => {
    if (!reveal.tick) return undefined;
    let here = true;
    void unhidden(() => rowAt(list.current, reveal.way), sought, () => here).then((range) => {
      measure();  // what was unfolded is as high as it is before anything scrolls
      const box = range?.getBoundingClientRect();
      if (!box || !here || (box.top >= stuck() + 8 && box.bottom <= innerHeight - 8)) return;
      scrollBy(0, box.top - stuck() - (innerHeight - stuck()) / 3);
    });
    return () => void (here = false);
  }, [reveal]);
}

/** The rows themselves; a line that is empty in the place of each that is not here yet. */
function useRows({ desk, heights }: Placing, { from, to, full }: Drawn, { cursor, printing, observer }: { cursor: number; printing: boolean; observer: ResizeObserver }): VNode[] {
  const { tape } = desk;
  const chain = useStore(desk.chain);
  const opened = useStore(desk.opened);
  const wide = useStore(desk.wide);
  const writing = useStore(desk.writing);
  const links = new Set(chain.map((one) => desk.rowOf(one.event)));
  const rows: VNode[] = [];
  for (let number = from; number <= to; number += 1) {
    const of = tape.at(number);
    if (of === undefined) rows.push(<div key={number} class="moment later" data-event={number} style={{ height: `${GUESS}px` }}><a class="event" href={`#e${number}`}>{number}</a></div>);
    else if (heights.height(number) > 0) {
      rows.push(
        <Row key={number} of={of} pair={isRow(of) ? tape.pairOf(of) : undefined} goes={going(of, tape.pairOf(of), tape)} beside={saidBeside(of, tape.pairOf(of), desk)} desk={desk} current={number === cursor} linked={links.has(number)} open={printing || opened.has(number)} wide={wide}
          notes={desk.notes(number)} writing={writing === number} observer={observer} brief={full.has(number) ? 0 : heights.height(number)} />,
      );
    }
  }
  return rows;
}

export function List({ desk }: { desk: Desk }) {
  const begun = performance.now();
  const { tape } = desk;
  const version = useStore(tape.changed);
  const head = useStore(tape.known);
  const filter = useStore(desk.filter);
  const aim = useStore(desk.aim);
  const cursor = useStore(desk.cursor);
  const follow = useStore(desk.follow);
  const again = useAgain();
  const [placing] = useState(() => new Placing(desk));
  const [drawing] = useState(() => new Drawing(placing));
  const printing = usePaper(desk);

  placing.desk = desk;
  desk.top = () => placing.first;
  placing.renew(filter, version);
  placing.go(aim);
  const drawn = drawing.now(begun, printing);
  const { from, to, ahead, leap } = drawn;

  useWindow(placing, again);
  useWhole(desk);
  useLayoutEffect(() => {
    if (follow) placing.follow();
  }, [follow, version]);
  const { observer, measure } = useMeasured(placing, again, printing);
  useLayoutEffect(() => {
    measure();
    drawing.took(drawn, performance.now() - begun);
    if (drawn.waiting) again.soon();
  });
  useFound(placing, cursor, measure);
  useEffect(() => {
    if (!leap) return;
    const timer = setTimeout(again.now, CALM);
    return () => clearTimeout(timer);
  });
  useEffect(() => tape.look(from, to, ahead), [from, to, tape, ahead, head]);

  const { heights, list } = placing;
  const rows = useRows(placing, drawn, { cursor, printing, observer });
  return (
    <Paper.Provider value={printing}>
      <div class="moments" ref={list} role="group" aria-label="Events">
        <div class="room" style={{ height: `${printing ? 0 : heights.top(from)}px` }} />
        {rows}
        <div class="room" style={{ height: `${printing ? 0 : Math.max(0, heights.whole - heights.top(to + 1))}px` }} />
        {printing && <PaperEnd tape={tape} last={to} />}
      </div>
    </Paper.Provider>
  );
}
