/** Which events are shown: kinds a person tells apart, and the conversation alone. */
import type { Moment, Sent } from "../model/replay";
import { saidOf } from "./blocks/read/said";
import { aboutOf, verbOf } from "./blocks/verbs";
import type { Tape } from "./tape";

export const GROUPS = [
  ["prompts", "Prompts"], ["answers", "Answers"], ["thinking", "Thinking"], ["shell", "Commands"], ["edits", "Edits"], ["reads", "Reads and searches"],
  ["agents", "Sub-agents"], ["web", "Web"], ["mcp", "MCP"], ["plans", "Plans and questions"], ["tools", "Other tools"], ["errors", "Errors and permissions"],
  ["context", "Context"], ["models", "Model calls"], ["rest", "The rest"],
] as const;
export type Group = (typeof GROUPS)[number][0];

const OF_TOOL: Record<string, Group> = {
  shell: "shell", edit: "edits", write: "edits", read: "reads", search: "reads", agent: "agents", fetch: "web", mcp: "mcp", plan: "plans", ask: "plans", skill: "plans",
};
const OF_KIND: Record<string, Group> = {
  user_prompt: "prompts", command: "prompts", assistant_response: "answers", thinking: "thinking", error: "errors",
  blocked: "errors", interrupted: "errors", permission_asked: "errors", permission_answered: "errors", decision: "errors", compacted: "context",
  attachment: "context", model_changed: "context", linked: "context", llm_request: "models", llm_response: "models", usage_record: "models",
};

export interface Filter {
  /** Groups that are not shown. */
  without: ReadonlySet<Group>;
  failed: boolean;
  talk: boolean;
}

export const FIRST: Filter = { without: new Set<Group>(["models", "rest"]), failed: false, talk: false };
const TALK = new Set<Group>(["prompts", "answers"]);

/** What says nothing of its own: blank lines, a hook that gave back nothing, what the model is reminded of at every step. */
function isQuiet(of: Moment): boolean {
  if (of.kind === "assistant_response") return !of.text.trim() && !of.tail.trim();
  return of.kind === "attachment" && (/reminder$/.test(of.title) || (of.title === "hook" && !/: |\n/.test(of.text)));
}

export function groupOf(of: Moment): Group {
  if (isQuiet(of)) return "rest";
  if (of.kind === "tool_call" || of.kind === "tool_result") return OF_TOOL[of.tool_kind ?? ""] ?? "tools";
  return OF_KIND[of.kind] ?? "rest";
}

/** Whether something went wrong at an event. A request that the agent itself sent again is no failure: the last of them is. */
export function failing(of: Moment | undefined): boolean {
  return of !== undefined && (of.went_wrong || of.refused || of.interrupted || (of.kind === "error" && of.retry === null) || of.kind === "blocked" || of.kind === "interrupted");
}

export type Sign = "✕" | "!" | "";

/** What the signs of a row say. */
export const SIGNS: Record<Exclude<Sign, "">, string> = { "✕": "failed", "!": "refused, broken off or an error: no failed step" };

/** The sign of a row: failed steps are counted, and what else went wrong bears another sign. */
export function signOf(of: Moment, pair: Moment | undefined): Sign {
  return of.went_wrong || pair?.went_wrong ? "✕" : failing(of) || failing(pair) ? "!" : "";
}

/** Whether an event has a row of its own: a result stands with its call. */
export function isRow(of: Moment): boolean {
  return rowNumber(of) === Number(of.number);
}

/** The event in whose row one stands. */
export function rowNumber(of: Sent): number {
  return Number(of.kind === "tool_result" ? (of.pair ?? of.number) : of.number);
}

/** The session of the sub-agent that was started in a row. */
export function startedBy(tape: Tape, row: number): string | null {
  const of = tape.at(row);
  return of ? (of.child ?? tape.pairOf(of)?.child ?? null) : null;
}

/** Whether it passes: a question to the person and its answer are conversation too. */
export function passes(of: Moment, pair: Moment | undefined, filter: Filter): boolean {
  if (!isRow(of)) return false;
  if (filter.failed && !failing(of) && !failing(pair)) return false;
  const group = groupOf(of);
  if (filter.talk) return TALK.has(group) || of.tool_kind === "ask";
  return filter.failed || !filter.without.has(group);
}

/** Whether everything is shown that is shown at first. */
export function isFirst(filter: Filter): boolean {
  return !filter.failed && !filter.talk && filter.without.size === FIRST.without.size && [...FIRST.without].every((one) => filter.without.has(one));
}

/** Whether a text that is looked for stands in an event; `wanted` is in small letters. */
export function holds(of: Sent, wanted: string): boolean {
  const has = (text: string | null | undefined) => text?.toLowerCase().includes(wanted) ?? false;
  if (has(of.title) || has(of.tool) || of.hunks?.some((hunk) => hunk.lines.some(has))) return true;
  for (const text of saidOf(of)) if (has(text)) return true;
  return false;
}

/** How an event is called in a line: by the list's word, and what it was about; files without the folder that all lie in. */
export function called(of: Moment, cwd: string | null = null): string {
  const said = aboutOf(of).split("\n", 1)[0]!;
  return `${verbOf(of)} ${(cwd ? said.replaceAll(`${cwd.replace(/\/$/, "")}/`, "") : said).slice(0, 140)}`.trim();
}
