/** A replay on paper: all of it up to a limit, and a line that says where it was cut. */
import { useLayoutEffect, useState } from "preact/hooks";
import { count } from "../model/counts";
import type { Desk } from "./desk";
import type { Tape } from "./tape";

/** Rows that are printed at most. */
export const PRINTED = 3000;

/** Whether it is being printed; what is to be printed is here by then: paper does not wait for it. */
export function usePaper(tape: Tape): boolean {
  const [printing, setPrinting] = useState(false);
  // a file may be printed the moment that it is there
  useLayoutEffect(() => {
    const paper = matchMedia("print");
    const print = (on: boolean) => {
      if (on) tape.atOnce(1, PRINTED);
      setPrinting(on);
    };
    const [turn, begin, end] = [() => print(paper.matches), () => print(true), () => print(false)];
    paper.addEventListener("change", turn);
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", end);
    return () => (paper.removeEventListener("change", turn), removeEventListener("beforeprint", begin), removeEventListener("afterprint", end));
  }, [tape]);
  return printing;
}

/** The last event that is printed: with it, so many rows are. */
export function lastPrinted(of: Pick<Desk, "tape" | "shows">, most = PRINTED): number {
  const { tape } = of;
  let rows = 0;
  let event = 0;
  while (event < tape.total && rows < most && tape.at(event + 1) !== undefined) rows += Number(of.shows((event += 1)));
  return event;
}

/** Where the paper ends before the session does. */
export function PaperEnd({ tape, last }: { tape: Tape; last: number }) {
  return last < tape.total ? <p class="paper-end"><b>Cut here:</b> events 1 to {count(last)} of {count(tape.total)} are printed.</p> : null;
}
