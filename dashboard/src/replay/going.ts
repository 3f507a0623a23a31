/** What is still on in a session that goes on. */
import type { Going, Moment } from "../model/replay";
import { goesOn } from "../model/words";
import type { Tape } from "./tape";

/** Events after a call among which a question for its permission is looked for. */
const NEAR = 60;

/** Whether a permission that was asked for is still waited for, as far as the log tells. */
function waits(of: Moment, tape: Tape): boolean {
  for (let at = Number(of.number) + 1; at <= tape.total; at += 1) {
    const kind = tape.at(at)?.kind;
    if (kind === "permission_answered" || kind === "tool_result" || kind === "user_prompt") return false;
  }
  return true;
}

/** What became of an event's beginning: a call of the newest prompt that has no result yet runs; what asks for a permission waits. */
export function going(of: Moment, pair: Moment | undefined, tape: Tape): Going {
  if (!goesOn(tape.head?.session.state) || of.inherited) return "";
  const number = Number(of.number);
  if (of.kind === "permission_asked") return waits(of, tape) ? "waits" : "";
  if (of.kind !== "tool_call" || pair || number < (tape.head?.prompts.at(-1)?.first_event ?? 0)) return "";
  for (let at = number + 1; at <= Math.min(tape.total, number + NEAR); at += 1) {
    const next = tape.at(at);
    if (next?.kind === "permission_asked" && next.tool === of.tool && waits(next, tape)) return "waits";
  }
  return "runs";
}
