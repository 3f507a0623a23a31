/** Columns for each day and a line for all that came before: what was spent, and how it grew. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { many } from "../model/counts";
import { dollars, length, sum, whole } from "../model/money";
import { dayName } from "../model/times";
import type { CostRow, Money } from "../model/types";

export interface Point {
  key: string;
  value: Money;
  /** Calls that are missing from it. */
  unpriced: number;
  words: string;
}

/** A day of the cost report. */
export function dayPoint(row: CostRow): Point {
  const { cost_usd, unpriced_calls } = whole(row);
  return { key: row.key, value: cost_usd, unpriced: unpriced_calls, words: many(row.calls, "call") };
}

const WIDE = 960;
const LEAST = 7;
const HIGH = 200;
const LEFT = 56;
const RIGHT = 64;
const TOP = 12;
const FOOT = 24;

/** A round number at or above. */
export function ceiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5, 10].find((step) => step * power >= value * 0.999) ?? 10) * power;
}

/** The days between the first and the last, also those without anything; a week at least. */
export function filled(points: readonly Point[]): Point[] {
  const days = points.filter((point) => /^\d{4}-\d\d-\d\d$/.test(point.key)).sort((a, b) => (a.key < b.key ? -1 : 1));
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return [];
  const known = new Map(days.map((point) => [point.key, point]));
  const found: Point[] = [];
  const end = Date.parse(`${last.key}T12:00:00Z`);
  const start = Math.min(Date.parse(`${first.key}T12:00:00Z`), end - (LEAST - 1) * 86_400_000);
  for (let at = start; at <= end; at += 86_400_000) {
    const key = new Date(at).toISOString().slice(0, 10);
    found.push(known.get(key) ?? { key, value: "0", unpriced: 0, words: "nothing" });
  }
  return found;
}

/** How wide an element is, so that a drawing in it keeps the size of its letters. */
function useWidth(): [{ current: HTMLElement | null }, number] {
  const element = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(WIDE);
  useLayoutEffect(() => {
    if (!element.current) return;
    const watch = new ResizeObserver(([entry]) => entry && setWidth(Math.max(320, Math.round(entry.contentRect.width))));
    watch.observe(element.current);
    return () => watch.disconnect();
  }, []);
  return [element, width];
}

export function Trend({ points }: { points: readonly Point[] }) {
  const [over, setOver] = useState<number | null>(null);
  const [figure, across] = useWidth();
  const days = filled(points);
  if (!days.length) return <figure class="trend" ref={figure}><p class="none">No day with a cost.</p></figure>;
  const top = ceiling(Math.max(...days.map((day) => length(day.value))));
  const totals = days.map((_, index) => sum(days.slice(0, index + 1).map((day) => day.value)));
  const unpriced = days.map((_, index) => days.slice(0, index + 1).reduce((all, day) => all + day.unpriced, 0));
  const all = ceiling(length(totals.at(-1) ?? null));
  const step = (across - LEFT - RIGHT) / days.length;
  const column = Math.min(48, Math.max(1.5, step * 0.7));
  const x = (index: number) => LEFT + step * (index + 0.5);
  const y = (share: number) => TOP + HIGH * (1 - share);
  const path = totals.map((value, index) => `${index ? "L" : "M"}${x(index).toFixed(1)} ${y(length(value) / all).toFixed(1)}`).join("");
  const every = Math.ceil(days.length / (across / 80));
  const shown = over === null ? null : days[over];
  return (
    <figure class="trend" ref={figure}>
      <svg viewBox={`0 0 ${across} ${TOP + HIGH + FOOT}`} role="img" aria-label={`Cost of ${days.length} days, together ${dollars(totals.at(-1) ?? null, unpriced.at(-1))}`} onPointerLeave={() => setOver(null)}>
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line class={share ? "rule" : "foot"} x1={LEFT} x2={across - RIGHT} y1={y(share)} y2={y(share)} />
            <text x={LEFT - 8} y={y(share) + 4} text-anchor="end">{dollars(String(top * share))}</text>
            <text class="sum" x={across - RIGHT + 8} y={y(share) + 4}>{dollars(String(all * share))}</text>
          </g>
        ))}
        {days.map((day, index) => {
          const high = (length(day.value) / top) * HIGH;
          return (
            <g key={day.key} onPointerEnter={() => setOver(index)}>
              <rect class="hit" x={x(index) - step / 2} y={TOP} width={step} height={HIGH + FOOT} />
              <rect class={over === index ? "bar peak" : "bar"} x={x(index) - column / 2} y={TOP + HIGH - high} width={column} height={high} />
              {index % every === 0 && <text x={x(index)} y={TOP + HIGH + 16} text-anchor="middle">{dayName(day.key).replace(/^\w+,? /, "")}</text>}
            </g>
          );
        })}
        <path class="line" d={path} />
        {totals.length === 1 && <circle class="dot" cx={x(0)} cy={y(length(totals[0] ?? null) / all)} r={3} />}
      </svg>
      <figcaption>
        {shown ? (
          <>
            <b>{dayName(shown.key)}</b> {dollars(shown.value, shown.unpriced)} · {shown.words} · so far {dollars(totals[over!] ?? null, unpriced[over!])}
          </>
        ) : (
          <>
            <i class="key bar" /> each day (left) <i class="key line" /> all so far (right)
          </>
        )}
      </figcaption>
    </figure>
  );
}
