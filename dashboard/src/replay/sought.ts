/** Where a text stands: in the session itself and in what it started, in the order in which it is read. */
import type { ReplayDocument, Sent } from "../model/replay";
import { holds, rowNumber } from "./kinds";

/** Where a text stands in one session. */
export interface FoundIn {
  session: string;
  /** The events in whose rows it stands, in their order. */
  rows: readonly number[];
  /** The session of each sub-agent: the event in whose row its own are unfolded. */
  starts: Readonly<Record<string, number>>;
}

export interface Sought {
  /** The session itself, and every sub-agent below it. */
  sessions: readonly FoundIn[];
  /** Sub-agents that could not be looked through. */
  unread: readonly string[];
}

/** The way to a row: the session's own, then the one of a sub-agent that is unfolded in it, and so on. */
export type Way = readonly number[];

/** The order of reading: what stands in a row comes before what is unfolded in it. */
export function compared(a: Way, b: Way): number {
  for (let at = 0; at < a.length && at < b.length; at += 1) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return a.length - b.length;
}

/** The place of the first way that does not come before another one, among ways in their order. */
export function placeOf(ways: readonly Way[], way: Way): number {
  let [low, high] = [0, ways.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compared(ways[middle]!, way) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a way is one of those, which stand in their order. */
export function isAmong(ways: readonly Way[], way: Way): boolean {
  const found = ways[placeOf(ways, way)];
  return found !== undefined && compared(found, way) === 0;
}

/** The next of some ways or the one before, after the last one the first; undefined: there are none. */
export function nextOf(ways: readonly Way[], now: Way, by: 1 | -1): Way | undefined {
  const place = placeOf(ways, now);
  const next = by < 0 ? place - 1 : isAmong(ways, now) ? place + 1 : place;
  return ways[(next + ways.length) % ways.length];
}

export interface Ways {
  hits: Way[];
  /** Sub-agents that no row unfolds, with what stands in them. */
  apart: FoundIn[];
}

/** The rows that hold it, in the order in which they are read. */
export function waysOf(sought: Sought, session: string): Ways {
  const of = new Map(sought.sessions.map((one) => [one.session, one]));
  const hits: Way[] = [];
  const walk = (name: string, before: Way) => {
    const one = of.get(name);
    if (!one || !of.delete(name)) return;
    for (const row of one.rows) hits.push([...before, row]);
    for (const [child, row] of Object.entries(one.starts)) walk(child, [...before, row]);
  };
  walk(session, []);
  return { hits: hits.sort(compared), apart: [...of.values()].filter((one) => one.rows.length) };
}

/** Milliseconds that are looked through at once: the page goes on meanwhile. */
const TURN = 12;

/** Looks through events that are all here. */
export async function foundIn(session: string, events: readonly Sent[], text: string, stop: AbortSignal): Promise<FoundIn> {
  const wanted = text.toLowerCase();
  const rows = new Set<number>();
  const starts: Record<string, number> = {};
  let began = performance.now();
  for (const one of events) {
    if (one.child) starts[one.child] ??= rowNumber(one);
    if (holds(one, wanted)) rows.add(rowNumber(one));
    if (performance.now() - began < TURN) continue;
    await new Promise((done) => setTimeout(done));
    if (stop.aborted) break;
    began = performance.now();
  }
  return { session, rows: [...rows].sort((a, b) => a - b), starts };
}

/** Looks through a document and those of the sub-agents below it. */
export async function soughtIn(documents: ReadonlyMap<string, ReplayDocument>, session: string, text: string, stop: AbortSignal): Promise<Sought> {
  const names = [session, ...(documents.get(session)?.head?.children ?? []).map((one) => one.id)];
  const here = names.filter((one) => documents.has(one));
  const sessions: FoundIn[] = [];
  for (const one of here) sessions.push(await foundIn(one, documents.get(one)!.events, text, stop));
  return { sessions, unread: names.filter((one) => !documents.has(one)) };
}
