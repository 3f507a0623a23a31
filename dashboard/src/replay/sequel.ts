/** How a step failed and what followed it, in words: the same that `why` says on the command line. */
import type { Fault, Head, How, MarkerKind, Moment } from "../model/replay";

/** Each as a sentence. */
const FAULTS: Record<Exclude<Fault, "">, string> = {
  refused: "The person refused it.",
  hook: "A hook blocked it.",
  settings: "The settings did not allow it.",
  denied: "It was refused; the log does not say by whom.",
  interrupted: "It was interrupted before its end.",
  timeout: "It took too long: its time limit passed.",
  exit: "The command failed",
  error: "The tool came back with an error.",
  tests: "It ended without an error, but tests or checks in it failed.",
};
const TRIED = new Set<Fault>(["interrupted", "timeout", "exit", "error", "tests"]);
const LED: Partial<Record<How, string>> = {
  retry: "The same again, though nothing had changed", iteration: "Tried again after a change", denial: "Another way after this was refused",
  said: "What it was about to do", read: "Changed what was read here", path: "Its file is named here",
  change: "Changed in between; which change mended it, nothing tells",
};
/** Marks of what went wrong: the same that bears a sign in its row. */
export const WRONG: ReadonlySet<MarkerKind> = new Set<MarkerKind>(["failed", "refused", "error", "blocked", "interruption"]);

/** How a step ended that failed; null: it did not. */
export function faultWords(pair: Moment | undefined): string | null {
  if (!pair?.fault) return null;
  const words = FAULTS[pair.fault];
  if (pair.fault !== "exit") return words;
  return pair.exit_code === null ? `${words}.` : `${words}: exit code ${pair.exit_code}.`;
}

/** Whether what failed was tried again, and what came of it; empty: there is nothing to say. `goes`: the session is not over. */
export function sequelWords(of: Moment, pair: Moment | undefined, goes = false): string {
  if (of.kind === "error" && of.retry !== null) return "The agent asked again by itself.";
  if (of.mended !== null) return `Tried again: #${of.mended} worked${of.tries > 1 ? `, the last of ${of.tries} attempts that followed` : ""}.`;
  if (of.again !== null) return `Tried again at #${of.again}, ${of.tries === 1 ? "which did not work" : `and ${of.tries} times in all, without success`}${goes ? " so far" : ""}.`;
  if (of.other !== null) return `Not tried again in this way; another way to the same, #${of.other}, ${of.worked === null ? "has no result" : of.worked ? "worked" : "failed too"}.`;
  return pair && TRIED.has(pair.fault) && !of.inherited && !of.side ? `Not tried again${goes ? " so far" : ""}.` : "";
}

/** Whether what failed worked in the end, as far as the words about it say so. */
export function cameRight(of: Moment): boolean {
  return of.mended !== null || (of.again === null && of.worked === true);
}

export interface Follower {
  event: number;
  words: string;
}

/** The events that followed, in their order, each with what it has to do with it: of several things that which says most. */
export function followers(of: Moment): Follower[] {
  const found = new Map<number, string>();
  const put = (event: string | null, words: string) => event !== null && Number.isInteger(Number(event)) && found.set(Number(event), words);
  for (const one of of.led) put(one.event, one.how === "change" && one.path ? `Changed a file that the failure names: ${one.path}` : (LED[one.how] ?? "Follows from it") + (one.how === "path" && one.path ? `: ${one.path}` : ""));
  if (!of.led.length) put(of.then, "What it did next");
  put(of.prompted, "What was said to it next");
  put(of.spoke, "What the agent said about it");
  put(of.other, "Another way to the same");
  put(of.again, "Tried again");
  put(of.mended, "Tried again, and worked");
  return [...found].map(([event, words]) => ({ event, words })).sort((a, b) => a.event - b.event);
}

/** What failed between two events, by the numbers of the events that say so. */
export function failedIn(head: Head, first: number, last: number): number[] {
  const found = head.markers.filter((one) => WRONG.has(one.kind)).map((one) => Number(one.event));
  return [...new Set(found)].filter((one) => one >= first && one <= last).sort((a, b) => a - b);
}

/** Events that must be here before a story can be told. */
export function named(of: Moment): number[] {
  return [of.number, of.pair, ...followers(of).map((one) => one.event)].map(Number).filter((one) => Number.isInteger(one) && one > 0);
}
