/** Drawings of a session: what ran when, and how full the context was. */
import type { VNode } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { count, short } from "../../model/counts";
import type { ContextLine, Filling, Span } from "../../model/replay";
import { span } from "../../model/times";
import { Unknown } from "../../parts/values";

/** More steps are told, not drawn: none of them would be wider than a line. */
const MOST = 3000;
const LANE = 14;
/** A name of the scale that begins further along would be cut. */
const SEEN = 0.9;

function ticks(from: number, to: number): number[] {
  const least = (to - from) / 6;
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400].find((one) => one >= least) ?? Math.ceil(least / 86_400) * 86_400;
  const found: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to && found.length < 12; at += step) found.push(at);
  return found;
}

/** `0:05`, `1:02:05` into the session; tenths where all of it is a few seconds. */
function clockAt(seconds: number, fine: boolean): string {
  if (fine) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, String(whole % 60).padStart(2, "0")];
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

function told(of: Span, name?: (event: string) => string | undefined): string {
  const said = name?.(of.event);
  const words = [...(said ? [said] : of.kind === "agent" ? ["sub-agent"] : []), `event ${of.event}`, `ran ${span(of.end_s - of.start_s)}`];
  if (of.wait_s && of.wait_s > 0.05) words.push(`waited ${span(of.wait_s)} to be allowed`);
  if (of.failed) words.push("failed");
  return words.join(", ");
}

/** Which step to go to from another one by an arrow key. */
export function neighbour(spans: readonly Span[], at: number, key: string): number {
  if (key === "ArrowRight") return Math.min(spans.length - 1, at + 1);
  if (key === "ArrowLeft") return Math.max(0, at - 1);
  if (key === "Home") return 0;
  if (key === "End") return spans.length - 1;
  const lane = (spans[at]?.lane ?? 0) + (key === "ArrowDown" ? 1 : -1);
  const start = spans[at]?.start_s ?? 0;
  let best = -1;
  for (const [index, one] of spans.entries()) if (one.lane === lane && (best < 0 || Math.abs(one.start_s - start) < Math.abs(spans[best]!.start_s - start))) best = index;
  return best < 0 ? at : best;
}

const KEYS = new Set(["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "Home", "End"]);

const KEY = [["", "step"], ["w-agent", "sub-agent"], ["w-failed", "failed"], ["w-waits", "waited to be allowed"]] as const;

interface Drawn {
  spans: readonly Span[];
  from: number;
  to: number;
  /** How the step of an event is called. */
  name?(event: string): string | undefined;
  onPick(event: string): void;
}

export function Waterfall({ spans, from, to, name, onPick }: Drawn): VNode {
  const shown = useMemo(() => spans.filter((one) => one.end_s >= from && one.start_s <= to).sort((a, b) => a.start_s - b.start_s), [spans, from, to]);
  const drawn = shown.length > MOST ? [...shown].sort((a, b) => b.end_s - b.start_s - (a.end_s - a.start_s)).slice(0, MOST).sort((a, b) => a.start_s - b.start_s) : shown;
  const [at, setAt] = useState(0);
  const [over, setOver] = useState<Span | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const wide = Math.max(to - from, 0.001);
  const lanes = drawn.reduce((most, one) => Math.max(most, one.lane), 0) + 1;
  const x = (seconds: number) => `${(Math.min(1, Math.max(0, (seconds - from) / wide)) * 100).toFixed(3)}%`;
  if (!drawn.length) return <p class="none">No step ran here.</p>;
  const chosen = Math.min(at, drawn.length - 1);
  const key = (event: KeyboardEvent) => {
    if (!KEYS.has(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const next = neighbour(drawn, chosen, event.key);
    setAt(next);
    setOver(drawn[next]!);
    root.current?.querySelectorAll<HTMLElement>(".w-span")[next]?.focus();
  };
  const fine = wide < 10;
  return (
    <figure class="waterfall">
      <div class="w-scale" aria-hidden="true">{ticks(from, to).filter((tick) => tick - from <= wide * SEEN).map((tick) => <span key={tick} style={{ left: x(tick) }}>{clockAt(tick, fine)}</span>)}</div>
      <div class="w-lanes" ref={root} role="group" aria-label={`${count(shown.length)} steps over ${span(to - from)}, in ${lanes} lanes`} style={{ height: `${lanes * LANE + 2}px` }} onKeyDown={key} onPointerLeave={() => setOver(null)}>
        {ticks(from, to).map((tick) => <i key={tick} class="w-tick" style={{ left: x(tick) }} />)}
        {drawn.map((one, index) => {
          const waited = one.wait_s && one.wait_s > 0.05 ? Math.min(one.wait_s, one.end_s - one.start_s) : 0;
          return (
            <button
              key={`${one.event} ${one.start_s}`} type="button" class={`w-span ${one.kind === "agent" ? "w-agent" : ""} ${one.failed ? "w-failed" : ""}`} tabIndex={index === chosen ? 0 : -1} aria-label={told(one, name)}
              style={{ left: x(one.start_s), width: `calc(${((Math.min(one.end_s, to) - Math.max(one.start_s, from)) / wide) * 100}% + 1px)`, top: `${one.lane * LANE + 2}px` }}
              onClick={() => (setAt(index), onPick(one.event))} onPointerEnter={() => setOver(one)} onFocus={() => setOver(one)}
            >
              {waited > 0 && <i class="w-wait" style={{ width: `${(waited / Math.max(one.end_s - one.start_s, 0.001)) * 100}%` }} />}
            </button>
          );
        })}
      </div>
      <figcaption>{over ? <><b>{clockAt(over.start_s, fine)}</b> {told(over, name)}</> : <>{KEY.map(([name, words]) => <span key={words}><i class={`w-key ${name}`} /> {words}</span>)}{drawn.length < shown.length && <span class="nil"> the longest {count(drawn.length)} of {count(shown.length)}</span>}</>}</figcaption>
    </figure>
  );
}

// ---------------------------------------------------------------- the context

const WIDE = 640;
const HIGH = 112;
/** Names of the scale stand so far apart at least. */
const APART = 18;

/** The point that holds at an event: the last one before it. */
export function filledAt(points: readonly Filling[], event: number): Filling | null {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]!.event <= event) low = middle + 1;
    else high = middle;
  }
  return points[low - 1] ?? null;
}

const FROM: Record<string, string> = { asked: "as asked", recorded: "as the agent wrote it down", known: "the model's window" };

/** Round numbers up to the top of a scale, nought first, at most five. */
export function scale(top: number): number[] {
  const power = 10 ** Math.floor(Math.log10(Math.max(top, 1)));
  const step = [0.2, 0.5, 1, 2, 5].map((one) => one * power).find((one) => top / one <= 4) ?? 10 * power;
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, index) => index * step);
}

/** `50 k`. */
function round(tokens: number): string {
  return short(tokens).replace(/\.0(?= )/, "");
}

/** The drawing in words, for those who hear it. */
function heard({ points, peak, limit_from }: ContextLine, now: Filling, bound: number | null): string {
  const [first, last] = [points[0]!, points.at(-1)!];
  const window = bound ? `The window holds ${count(bound)}${limit_from ? `, ${FROM[limit_from]}` : ""}` : "How much the window holds is not known";
  const most = peak ? `at most ${count(peak.tokens)} after event ${peak.event}, ` : "";
  return `Tokens in the context, event ${first.event} to ${last.event}: ${count(first.tokens)} at first, ${most}${count(last.tokens)} at the end. ${window}. After event ${now.event} it held ${count(now.tokens)}.`;
}

export function Gauge({ line, at }: { line: ContextLine; at?: number }): VNode {
  const { points, limit } = line;
  const last = points.at(-1);
  if (!last) return <p class="none">The log does not say how full the context was.</p>;
  const now = (at === undefined ? last : filledAt(points, at)) ?? points[0]!;
  const bound = now.limit ?? limit;
  const top = Math.max(bound ?? 0, ...points.map((point) => point.tokens), 1) * (bound ? 1 : 1.1);
  const [first, end] = [points[0]!.event, last.event];
  const x = (event: number) => (end > first ? ((Math.min(end, Math.max(first, event)) - first) / (end - first)) * WIDE : WIDE);
  const y = (tokens: number) => HIGH - (tokens / top) * (HIGH - 4);
  // it holds what it held until the next call
  const path = points.map((point, index) => (index ? `H${x(point.event).toFixed(1)}V${y(point.tokens).toFixed(1)}` : `M0 ${y(point.tokens).toFixed(1)}`)).join("");
  const share = bound ? `${((now.tokens / bound) * 100).toFixed(1)} %` : null;
  const rules = scale(top).filter((one) => !bound || y(one) - y(bound) >= APART || one === 0);
  return (
    <figure class="gauge">
      <p class="b-label">Tokens in the context{bound ? " and the window's limit" : ""}</p>
      <div class="g-plot">
        <div class="g-scale" aria-hidden="true">
          {rules.map((one) => <span key={one} style={{ top: `${y(one)}px` }}>{round(one)}</span>)}
          {bound && <span class="bad" style={{ top: `${y(bound)}px` }}>{round(bound)}</span>}
        </div>
        <svg viewBox={`0 0 ${WIDE} ${HIGH}`} preserveAspectRatio="none" role="img" aria-label={heard(line, now, bound)}>
          {rules.map((one) => <line key={one} class="g-rule" x1="0" x2={WIDE} y1={y(one)} y2={y(one)} />)}
          <path class="g-fill" d={`${path}H${WIDE}V${HIGH}H0Z`} />
          <path class="g-line" d={`${path}H${WIDE}`} />
          {bound && <line class="g-limit" x1="0" x2={WIDE} y1={y(bound)} y2={y(bound)} />}
          {at !== undefined && <line class="g-at" x1={x(at)} x2={x(at)} y1="0" y2={HIGH} />}
        </svg>
        <div class="g-events" aria-hidden="true"><span>event {first}</span>{end > first && <span>event {end}</span>}</div>
      </div>
      <figcaption>
        <span><b>{short(now.tokens)}</b> of {bound ? short(bound) : <Unknown why="no limit is known for this model" />} tokens{share && ` · ${share}`}{at !== undefined && <span class="nil"> after event {now.event}</span>}</span>
        <span class="nil">{line.peak && <>peak {short(line.peak.tokens)} at event {line.peak.event}</>}{bound && line.limit_from && ` · limit: ${FROM[line.limit_from]}`}</span>
      </figcaption>
    </figure>
  );
}
