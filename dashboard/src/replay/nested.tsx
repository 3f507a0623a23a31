/** What a sub-agent did, unfolded below the step that started it, and in it what its own sub-agents did. */
import { useEffect, useRef } from "preact/hooks";
import { useStore } from "../api/store";
import { count } from "../model/counts";
import { since } from "../model/times";
import { goesOn } from "../model/words";
import { Block } from "./blocks";
import { keep, kept, useKept } from "./blocks/kept";
import type { Desk } from "./desk";
import { going } from "./going";
import { FIRST, groupOf, isRow, startedBy } from "./kinds";
import { pairOf, reachInto } from "./reaches";
import { compared, isAmong, type Way } from "./sought";
import type { Tape } from "./tape";

/** The rows that are shown: so many, from an event on. */
interface Window {
  from: number;
  most: number;
}

const BEGINNING: Window = { from: 1, most: 40 };
/** Rows that are shown too when more is asked for. */
const MORE = 200;
/** Rows above and behind one that was gone to. */
const AROUND = 10;

const nameOf = (session: string) => `${session} nested`;
const openName = (session: string, event: number) => `${session} ${event} child`;

/** The stretch in which an event is seen: the one before where it holds it nearly, else one around it. */
export function windowAt(event: number, before: Window): Window {
  const last = before.from + before.most;
  if (event >= before.from && event < last) return before;
  if (event >= before.from && event < last + MORE) return { from: before.from, most: event - before.from + AROUND };
  return { from: Math.max(1, event - AROUND), most: BEGINNING.most };
}

/** Unfold what a step started, so that one of its events is seen. */
export function unfold(session: string, event: number, child: string, inner: number): void {
  keep(openName(session, event), true);
  keep(nameOf(child), windowAt(inner, kept(nameOf(child), BEGINNING)));
}

interface Started {
  /** The session that holds the step. */
  tape: Tape;
  /** The way to the step. */
  way: Way;
  /** What it started. */
  child: string;
  desk: Desk;
}

/** The way into what a step started, and that itself where it was asked for. */
export function Started({ tape, way, child, desk }: Started) {
  useStore(desk.reveal);  // what is looked for may have been unfolded
  const head = useStore(tape.known);
  const [open, setOpen] = useKept(openName(tape.session, way.at(-1)!), false);
  // some agents name it before it has a log
  if (goesOn(head?.session.state) && !head?.children.some((one) => one.id === child)) return null;
  return (
    <>
      <p class="child">
        <button type="button" class="button" aria-expanded={open} onClick={() => setOpen(!open)}>{open ? "Hide what it did" : "Show what it did"}</button>{" "}
        <button type="button" class="link" onClick={() => desk.source.open(child)}>its own replay</button>
      </p>
      {open && <Nested session={child} way={way} desk={desk} />}
    </>
  );
}

function Nested({ session, way, desk }: { session: string; way: Way; desk: Desk }) {
  const tape = desk.source.tape(session);
  const [{ from, most }, setWindow] = useKept(nameOf(session), BEGINNING);
  useStore(tape.changed);
  const error = useStore(tape.trouble);
  const hits = useStore(desk.hits);
  const now = [useStore(desk.cursor), ...useStore(desk.inner)];
  const rows = [];
  let at = from;
  for (; at <= tape.total && rows.length < most; at += 1) {
    const of = tape.at(at);
    if (of === undefined) break;
    const here = [...way, at];
    if (!isRow(of) || (FIRST.without.has(groupOf(of)) && !isAmong(hits, here))) continue;
    const [pair, child] = [tape.pairOf(of), startedBy(tape, at)];
    rows.push(
      <li key={at} data-inner={at} aria-current={compared(here, now) === 0 ? "true" : undefined}>
        <span class="event">{at}<small class="nil" title="since the sub-agent began">{since(of.offset_s)}</small></span>
        <div class="inner">
          <Block of={of} {...pairOf(pair)} reach={reachInto(desk, tape)} sideBySide={false} open={false} goes={going(of, pair, tape)} />
          {child && desk.source.canOpen(child) && <Started tape={tape} way={here} child={child} desk={desk} />}
        </div>
      </li>,
    );
  }
  const last = at - 1;
  // whoever started it is told of whatever it does, and what is seen of it stays as it is known
  const above = useStore(desk.tape.known);
  const first = useRef(above);
  useEffect(() => tape.look(from, Math.max(from, last)), [tape, from, last]);
  useEffect(() => {
    if (first.current !== above) void tape.grow();
    first.current = above;
  }, [tape, above]);
  const missing = rows.length < most && (tape.head === null || at <= tape.total);
  useEffect(() => {
    if (!missing || error !== null) return;
    if (tape.head === null) void tape.open();
    else tape.need(at, at);
  });
  if (error !== null) return <p class="ink2">{error instanceof Error ? error.message : "It could not be read."}</p>;
  return (
    <div class="nested" data-session={session}>
      {from > 1 && <button type="button" class="button" onClick={() => setWindow({ from: Math.max(1, from - MORE), most: most + Math.min(MORE, from - 1) })}>{count(from - 1)} events before</button>}
      <ol start={from}>{rows}</ol>
      {at <= tape.total && <button type="button" class="button" onClick={() => setWindow({ from, most: most + MORE })}>Show more of it</button>}
    </div>
  );
}
