/** A replay on paper: all of it up to a limit, and a line that says where it was cut. */
import { useLayoutEffect, useState } from "preact/hooks";
import { count } from "../model/counts";
import type { Desk } from "./desk";
import type { Tape } from "./tape";

/** Rows that are printed at most. */
export const PRINTED = 3000;

/** Whether it is being printed; what is to be printed is here by then: paper does not wait for it. */
export function usePaper(desk: Desk): boolean {
  const [printing, setPrinting] = useState(false);
  // a file may be printed the moment that it is there
  useLayoutEffect(() => {
    const paper = matchMedia("print");
    const print = (on: boolean) => {
      if (on) bring(desk);
      setPrinting(on);
    };
    const [turn, begin, end] = [() => print(paper.matches), () => print(true), () => print(false)];
    paper.addEventListener("change", turn);
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", end);
    return () => (paper.removeEventListener("change", turn), removeEventListener("beforeprint", begin), removeEventListener("afterprint", end));
  }, [desk]);
  return printing;
}

type Shown = Pick<Desk, "tape" | "shows">;

/** The last event that is printed, and how many rows are, with it. */
export function printed(of: Shown, most = PRINTED): { last: number; rows: number } {
  const { tape } = of;
  let [last, rows] = [0, 0];
  while (last < tape.total && rows < most && tape.at(last + 1) !== undefined) rows += Number(of.shows((last += 1)));
  return { last, rows };
}

/** See to it that all that is printed is here. */
export function bring(of: Shown, most = PRINTED): void {
  for (let before = -1, { last, rows } = printed(of, most); last > before && last < of.tape.total && rows < most; { last, rows } = printed(of, most)) {
    before = last;
    of.tape.atOnce(last + 1, last + most);
  }
}

/** Where the paper ends before the session does. */
export function PaperEnd({ tape, last }: { tape: Tape; last: number }) {
  return last < tape.total ? <p class="paper-end"><b>Cut here:</b> events 1 to {count(last)} of {count(tape.total)} are printed.</p> : null;
}
