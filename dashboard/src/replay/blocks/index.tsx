/** How one event of a session looks, and the drawings beside it. Nothing here asks a server: what it needs comes through `Reach`. */
import type { VNode } from "preact";
import type { Going, Moment } from "../../model/replay";
import { Attached } from "./beside";
import type { Reach } from "./reach";
import { Answer, Prompt, Thought, Typed, type SaidProps } from "./said";
import { Step } from "./steps";
import { Claims, claimsOf, Compaction, Denied, Failure, Line, Permission, Stopped, Unread, Used } from "./turns";
import { entryOf } from "./words";
import "../../style/blocks.css";

export { CostByClass } from "./classes";
export { Gauge, Waterfall } from "./drawings";
export { Markdown } from "./markdown";
export type { Reach } from "./reach";
export { Shares } from "./turns";
export { textOf } from "./words";

interface Props {
  of: Moment;
  /** The result of a call. */
  pair?: Moment;
  reach: Reach;
  sideBySide: boolean;
  open: boolean;
  /** Whether what it began is still on. */
  goes?: Going;
}

const OF: Record<string, (props: SaidProps) => VNode> = {
  user_prompt: Prompt, assistant_response: Answer, thinking: Thought, command: Typed, attachment: Attached, llm_response: Used, compacted: Compaction, error: Failure, interrupted: Stopped,
  permission_asked: Permission, permission_answered: Permission, blocked: Denied, unknown: Unread,
};

/** One event; a call with its result as `pair`. */
export function Block({ of, pair, reach, sideBySide, open, goes = "" }: Props): VNode {
  const Found = entryOf(OF, of.kind) ?? Line;
  const shown = of.kind === "tool_call" || of.kind === "tool_result" ? <Step of={of} result={of.kind === "tool_call" ? pair : undefined} reach={reach} sideBySide={sideBySide} open={open} goes={goes} /> : <Found of={of} reach={reach} open={open} goes={goes} />;
  const claims = claimsOf(of, pair, reach);
  return claims.length ? <>{shown}<Claims of={claims} /></> : shown;
}
