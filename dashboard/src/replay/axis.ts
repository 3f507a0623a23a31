/** Time along a session: long pauses are shortened, so that what happened takes the room. */
import type { Head } from "../model/replay";

/** When an event was, in seconds since the session's start. */
export interface Point {
  event: number;
  at: number;
}

/** Seconds of a pause that are kept. */
export const LONGEST = 5;

/** What the head tells of when things were. */
export function pointsOf(head: Head): Point[] {
  const found: Point[] = [];
  const add = (event: number | string, at: number | null) => at !== null && Number.isFinite(Number(event)) && found.push({ event: Number(event), at });
  for (const one of head.prompts) add(one.first_event, one.offset_s);
  for (const one of head.phases) (add(one.first_event, one.from_s), add(one.last_event, one.to_s));
  for (const one of head.markers) add(one.event, one.at_s);
  for (const one of head.context.points) add(one.event, one.at_s);
  return found;
}

/** Events and moments by each other; without any time an event takes a second. */
export class Axis {
  private readonly events: number[] = [];
  private readonly times: number[] = [];
  private readonly places: number[] = [];
  readonly timed: boolean;

  constructor(points: readonly Point[], readonly total: number) {
    const latest = new Map<number, number>();
    for (const { event, at } of points) if (event >= 1 && event <= total) latest.set(event, Math.max(at, latest.get(event) ?? 0));
    this.timed = latest.size > 0;
    const sorted = this.timed ? [...latest].sort((a, b) => a[0] - b[0]) : ([[1, 0], [Math.max(1, total), total]] as [number, number][]);
    let [time, place] = [0, 0];
    for (const [event, at] of [[1, Math.min(sorted[0]![1], 0)] as [number, number], ...sorted, [total, 0] as [number, number]]) {
      const before = this.events.at(-1);
      if (before === event) continue;
      const now = Math.max(time, at);
      if (before !== undefined) place += Math.max(Math.min(now - time, LONGEST * (event - before)), 0.02 * (event - before));
      this.events.push(event);
      this.times.push((time = now));
      this.places.push(place);
    }
  }

  /** Seconds that the whole takes with its pauses shortened. */
  get length(): number {
    return this.places.at(-1) || 1;
  }

  private between(from: readonly number[], value: number, to: readonly number[]): number {
    let [low, high] = [0, from.length - 1];
    if (high < 1) return to[0] ?? 0;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (from[middle]! <= value) low = middle;
      else high = middle;
    }
    const part = Math.max(0, Math.min(1, (value - from[low]!) / (from[high]! - from[low]! || 1)));
    return to[low]! + part * (to[high]! - to[low]!);
  }

  /** Where an event is, from 0 to `length`. */
  place(event: number): number {
    return this.between(this.events, event, this.places);
  }

  /** The last event that was before a place. */
  event(place: number): number {
    return Math.max(1, Math.min(this.total, Math.floor(this.between(this.places, place, this.events) + 1e-6)));
  }

  /** Seconds since the session's start at a place, pauses as long as they were. */
  seconds(place: number): number {
    return this.between(this.places, place, this.times);
  }
}
