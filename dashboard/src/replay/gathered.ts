/** Marks of a session on a line that is too short for all of them. */
import { many } from "../model/counts";
import type { Marker, MarkerKind } from "../model/replay";
import { SHAPES } from "./marks";

/** Pixels that a mark needs for itself. */
export const APART = 9;
/** Pixels of a bar and what is left free beside it. */
export const BAR = 6;
/** More marks than that part of the room would be a band of signs: they are counted instead. */
const FULL = 0.75;

const WEIGHTS: Partial<Record<MarkerKind, number>> = { error: 9, failed: 8, blocked: 7, refused: 7, commit: 6, compaction: 5, interruption: 5, note: 4, finding: 3, prompt: 1 };
const WRONG = new Set<MarkerKind>(["error", "failed", "blocked", "refused"]);

function weight(of: Marker): number {
  return WEIGHTS[of.kind] ?? 2;
}

/** The worst first; of the same weight the earliest. */
function sorted(marks: readonly Marker[]): Marker[] {
  return [...marks].sort((a, b) => weight(b) - weight(a) || Number(a.event) - Number(b.event));
}

export interface Gathered {
  /** From 0 to 1. */
  at: number;
  /** The worst first. */
  marks: Marker[];
}

/** Every mark that is shown stands where its event is; those for which there is no room are told by their neighbour, which is worse than they. */
export function gathered(markers: readonly Marker[], place: (event: number) => number, wide: number): Gathered[] {
  const found: Gathered[] = [];
  for (const one of sorted(markers)) {
    const at = place(Number(one.row || one.event));
    let nearest: Gathered | undefined;
    for (const other of found) if (Math.abs(other.at - at) < Math.abs((nearest?.at ?? Infinity) - at)) nearest = other;
    if (nearest && Math.abs(nearest.at - at) * wide < APART) nearest.marks.push(one);
    else found.push({ at, marks: [one] });
  }
  return found.sort((a, b) => a.at - b.at);
}

/** Commits stand in a lane of their own: what went wrong beside one does not hide it. */
export function lanes(markers: readonly Marker[], place: (event: number) => number, wide: number): { commits: Gathered[]; rest: Gathered[] } {
  const isCommit = (one: Marker) => one.kind === "commit";
  return { commits: gathered(markers.filter(isCommit), place, wide), rest: gathered(markers.filter((one) => !isCommit(one)), place, wide) };
}

/** Whether there are too many for signs. */
export function crowded(markers: readonly Marker[], wide: number): boolean {
  return markers.length * APART > wide * FULL * 2;
}

export interface Bar extends Gathered {
  /** From 0 to 1: failures, and the rest, beside the most that stand together anywhere. */
  bad: number;
  other: number;
}

/** How many there are where, failures and the rest apart. */
export function barred(markers: readonly Marker[], place: (event: number) => number, wide: number): Bar[] {
  const places = Math.max(1, Math.floor(wide / BAR));
  const found = new Map<number, Marker[]>();
  for (const one of markers) {
    const at = Math.min(places - 1, Math.floor(place(Number(one.row || one.event)) * places));
    const here = found.get(at);
    if (here) here.push(one);
    else found.set(at, [one]);
  }
  const counted = [...found].sort((a, b) => a[0] - b[0]).map(([at, marks]) => ({ at: at / places, marks: sorted(marks), wrong: marks.filter((one) => WRONG.has(one.kind)).length }));
  const mostBad = Math.max(1, ...counted.map((one) => one.wrong));
  const mostOther = Math.max(1, ...counted.map((one) => one.marks.length - one.wrong));
  return counted.map(({ at, marks, wrong }) => ({ at, marks, bad: Math.sqrt(wrong / mostBad), other: Math.sqrt((marks.length - wrong) / mostOther) }));
}

const TOLD = 6;

/** What stands at a place, in words: each where they are few, else how many of which kind. `row`: by which number an event is called. */
export function words(marks: readonly Marker[], row: (event: number) => number): string {
  const word = (one: Marker) => SHAPES[one.kind]?.word ?? one.kind;
  const lines = marks.slice(0, TOLD).map((one) => `${word(one)} at ${row(Number(one.event))}${one.label ? `: ${one.label.slice(0, 100)}` : ""}`);
  if (marks.length <= TOLD) return lines.join("\n");
  const kinds = new Map<string, number>();
  for (const one of marks) kinds.set(word(one), (kinds.get(word(one)) ?? 0) + 1);
  const counted = [...kinds].map(([kind, number]) => many(number, kind)).join(", ");
  return [counted, ...lines.slice(0, 3), `and ${marks.length - 3} more`].join("\n");
}
