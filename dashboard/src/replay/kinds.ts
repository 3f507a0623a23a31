/** Which events are shown: kinds a person tells apart, and the conversation alone. */
import type { Moment } from "../model/replay";

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

export function groupOf(of: Moment): Group {
  if (of.kind === "tool_call" || of.kind === "tool_result") return OF_TOOL[of.tool_kind ?? ""] ?? "tools";
  return OF_KIND[of.kind] ?? "rest";
}

/** Whether something went wrong at an event. */
export function failing(of: Moment | undefined): boolean {
  return of !== undefined && (of.went_wrong || of.refused || of.interrupted || of.kind === "error" || of.kind === "blocked" || of.kind === "interrupted");
}

/** Whether an event has a row of its own: a result stands with its call. */
export function isRow(of: Moment): boolean {
  return !(of.kind === "tool_result" && of.pair !== null);
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
export function holds(of: Moment, wanted: string): boolean {
  return [of.title, of.text, of.tail, of.tool ?? ""].some((text) => text.toLowerCase().includes(wanted)) || of.hunks.some((hunk) => hunk.lines.some((line) => line.toLowerCase().includes(wanted)));
}

/** How an event is called in a line. */
export function called(of: Moment): string {
  const said = (of.title || of.text || of.tail).trim().split("\n", 1)[0] ?? "";
  const what = of.tool ?? of.kind.replaceAll("_", " ");
  return said ? `${what}: ${said.slice(0, 140)}` : what;
}
