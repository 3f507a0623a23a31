/** The phases of a session, as `explain` cuts it: a band below the scrubber. */
import { phaseWords } from "../model/wording";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useStore } from "../api/store";
import { dollars } from "../model/money";
import { span } from "../model/times";
import type { PhaseMark } from "../model/replay";
import type { Desk } from "./desk";

/** Of so many phases each has a piece of its own; of more, those that are narrow stand together. */
const FEW = 24;
const NARROW = 44;
/** A label needs so many pixels. */
const LABELLED = 38;
const TOLD = 5;

export interface Piece {
  phases: readonly PhaseMark[];
  /** From 0 to 1. */
  from: number;
  to: number;
}

/** The phases along the track; of very many, neighbours stand together until they are wide enough to be seen. */
export function piecesOf(phases: readonly PhaseMark[], place: (event: number) => number, wide: number): Piece[] {
  const least = phases.length > FEW ? NARROW / wide : 0;
  const found: { phases: PhaseMark[]; from: number; to: number }[] = [];
  for (const [index, one] of phases.entries()) {
    const [from, to] = [place(one.first_event), index + 1 < phases.length ? place(phases[index + 1]!.first_event) : 1];
    const last = found.at(-1);
    if (last && last.to - last.from < least) {
      last.phases.push(one);
      last.to = to;
    } else found.push({ phases: [one], from, to });
  }
  const [last, before] = [found.at(-1), found.at(-2)];
  if (last && before && last.to - last.from < least) {
    before.phases.push(...last.phases);
    before.to = last.to;
    found.pop();
  }
  return found;
}

/** What a phase was about, in words. */
function told(of: PhaseMark): string {
  const seconds = of.from_s !== null && of.to_s !== null ? [span(of.to_s - of.from_s, true)] : [];
  const cost = of.cost_usd === null ? [] : [dollars(of.cost_usd)];
  return [`${phaseWords(of.label)}${of.failed ? " (failed)" : ""}`, `events ${of.first_event} to ${of.last_event}`, ...seconds, ...cost].join(", ");
}

export function pieceWords(of: Piece, total: number): string {
  const { phases } = of;
  const [first, last] = [phases[0]!, phases.at(-1)!];
  if (phases.length === 1) return `Phase ${first.number} of ${total}: ${told(first)}`;
  const more = phases.length - TOLD;
  const failed = phases.filter((one) => one.failed).length;
  const lines = phases.slice(0, TOLD).map((one) => `${one.number} ${told(one)}`);
  return [`Phases ${first.number}–${last.number} of ${total}${failed ? `, ${failed} failed` : ""}`, ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n");
}

/** The phase that is looked at; the others are not drawn anew when the cursor moves. */
function useNow(desk: Desk, pieces: readonly Piece[]): number {
  const find = () => pieces.findLastIndex((one) => one.phases[0]!.first_event <= desk.cursor.value);
  const [now, set] = useState(find);
  useEffect(() => {
    set(find());
    return desk.cursor.watch(() => set(find()));
  }, [desk, pieces]);
  return now;
}

export function Phases({ desk, wide }: { desk: Desk; wide: number }) {
  const head = useStore(desk.tape.known);
  const { axis } = desk;
  const phases = head?.phases ?? [];
  const pieces = useMemo(() => piecesOf(phases, (event) => axis.place(event) / axis.length, wide), [phases, axis, wide]);
  const said = useMemo(() => pieces.map((one) => pieceWords(one, phases.length)), [pieces]);
  const now = useNow(desk, pieces);
  const [focus, setFocus] = useState(-1);
  const root = useRef<HTMLDivElement>(null);
  if (!pieces.length) return null;
  const stop = focus >= 0 && focus < pieces.length ? focus : Math.max(0, now);
  const key = (event: KeyboardEvent) => {
    const next = { ArrowRight: stop + 1, ArrowLeft: stop - 1, Home: 0, End: pieces.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const to = Math.max(0, Math.min(pieces.length - 1, next));
    setFocus(to);
    root.current?.querySelectorAll<HTMLElement>(".phase-of")[to]?.focus();
  };
  return (
    <div class="phases" role="group" aria-label="Phases" ref={root} onKeyDown={key}>
      {pieces.map((one, index) => {
        const [first, failed] = [one.phases[0]!, one.phases.every((phase) => phase.failed)];
        const width = (one.to - one.from) * wide;
        const words = said[index]!;
        return (
          <button
            key={first.number} type="button" class={`phase-of ${failed ? "wrong" : ""}`} style={{ left: `${one.from * 100}%`, width: `${(one.to - one.from) * 100}%` }} tabIndex={index === stop ? 0 : -1}
            aria-label={words.replaceAll("\n", "; ")} title={words} aria-current={index === now ? "true" : undefined} onClick={() => (setFocus(index), void desk.into(first.first_event, one.phases.at(-1)!.last_event))}
          >
            {width >= LABELLED ? <span class="cut">{failed && <span aria-hidden="true">✕ </span>}{one.phases.length > 1 ? `${first.number}–${one.phases.at(-1)!.number}` : phaseWords(first.label)}</span> : null}
          </button>
        );
      })}
    </div>
  );
}
