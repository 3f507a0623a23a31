/** What blocks may ask for, as a desk gives it. */
import type { Head, Moment } from "../model/replay";
import type { Reach } from "./blocks";
import type { Desk } from "./desk";
import type { Tape } from "./tape";

export function reachOf(desk: Desk): Reach {
  const { source, tape } = desk;
  return {
    event: (number) => tape.at(number),
    image: source.image,
    raw: source.raw,
    whole: source.whole,
    ...(source.absent && { absent: source.absent }),
    full: source.shared?.passage.full ?? false,
    canOpen: source.canOpen,
    by: (of) => tape.head?.prompts.find((one) => one.event === of.number && of.session === tape.session)?.by,
    child: (session) => tape.head?.children.find((one) => one.id === session),
    linked: (of) => (of.session === tape.session ? tape.head?.links.find((one) => one.event === String(of.number))?.session : undefined),
    findings: (of) => tape.head?.findings.filter((one) => one.event === Number(of.number) && one.session === of.session) ?? [],
    open: (session, event) => (session === tape.session && event ? void desk.seek(event) : source.open(session, event)),
  };
}

const reaches = new WeakMap<Desk, Reach>();

/** The same one for each desk. */
export function reach(desk: Desk): Reach {
  const known = reaches.get(desk) ?? reachOf(desk);
  reaches.set(desk, known);
  return known;
}

const beside = new WeakMap<Head, Map<string, string>>();

/** What the head says of a row, as one text: where it differs, the row is drawn anew. */
export function saidBeside(of: Moment, pair: Moment | undefined, desk: Desk): string {
  const { head } = desk.tape;
  if (head === null) return "";
  const known = beside.get(head) ?? new Map<string, string>();
  beside.set(head, known);
  const key = `${of.number} ${pair?.number}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const { by, child, linked, findings } = reach(desk);
  const started = of.child ?? pair?.child;
  const found = JSON.stringify([by?.(of), started && child?.(started), linked?.(of), [of, pair].map((one) => one && findings?.(one))]);
  known.set(key, found);
  return found;
}

/** The same for events of a sub-agent that are shown in place. */
export function reachInto(desk: Desk, tape: Tape): Reach {
  return { ...reach(desk), event: (number) => tape.at(number) };
}

/** A property that is either there or left out. */
export function pairOf(pair: Moment | undefined): { pair?: Moment } {
  return pair ? { pair } : {};
}
