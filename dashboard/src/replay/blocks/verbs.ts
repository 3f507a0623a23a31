/** What an event is called: the same word in the list, in why, in the steps of a prompt and in the waterfall. */
import type { Moment } from "../../model/replay";
import { briefly } from "./fields";
import { planOf } from "./plans";
import { given, textAt } from "./read/given";
import { entryOf } from "./words";

const STEPS: Record<string, string> = { shell: "Ran", edit: "Edited", write: "Wrote", read: "Read", search: "Searched", mcp: "MCP", plan: "Plan", ask: "Asked", skill: "Skill" };
const KINDS: Record<string, string> = {
  user_prompt: "Prompt", assistant_response: "Answer", thinking: "Thought", error: "Error", interrupted: "Stopped", permission_asked: "Permission", permission_answered: "Permission", blocked: "Blocked",
  unknown: "Unknown", session_start: "Began", session_end: "Ended", session_title: "Title", model_changed: "Model", llm_request: "Request", llm_response: "Model", usage_record: "Account", file_read: "File read",
  file_write: "File written", decision: "Decided", linked: "Link",
};

const BESIDE: [RegExp, string, string][] = [
  [/skill/, "Skill", "put into the context"],
  [/memory|instructions|rules/, "Memory", "a memory file was put into the context"],
  [/hook/, "Hook", "a program of the person ran"],
  [/image|picture|screenshot/, "Image", ""],
  [/^(?:file|document|pdf|directory)$/, "File", "attached or put into the context"],
  [/output/, "Output", "of what the person ran"],
  [/notif|notice|reminder/, "Notice", "a notice to the agent"],
  [/thinking/, "Thought", "the log does not hold what"],
  [/task|background/, "Background", "a task that went on in the background"],
  [/system prompt|tools|permission|environment|context|date|mode|delta|meta/, "Context", "given to the agent by its program"],
];

/** What stands beside the conversation, in a word, and what that means. */
export function besideOf(kind: string): [verb: string, why: string] {
  const found = BESIDE.find(([pattern]) => pattern.test(kind.toLowerCase()));
  if (found) return [found[1], found[2]];
  return kind && kind.length <= 12 ? [kind.charAt(0).toUpperCase() + kind.slice(1), ""] : ["Context", ""];
}

/** Whether a person typed it past the model, and it is no slash command. */
export function isTyped(of: Moment): boolean {
  return of.kind === "command" && !of.title.startsWith("/");
}

function attached(of: Moment): string {
  if (/^queued/.test(of.title)) return "Prompt";
  return /image|picture|screenshot/.test(of.title) ? "Image" : besideOf(of.title)[0];
}

/** The word for a call of a tool. */
function step(of: Moment): string {
  const kind = of.tool_kind ?? "";
  const input = kind === "fetch" || kind === "agent" ? given(of.text)?.value : null;
  if (kind === "fetch") return input && textAt(input, "url", "uri") ? "Fetched" : "Web search";
  if (kind === "agent") return of.child || (input && textAt(input, "prompt", "message", "task", "instructions", "query")) ? "Sub-agent" : of.tool ?? "Sub-agent";
  return entryOf(STEPS, kind) ?? "Called";
}

/** An event in a word. */
export function verbOf(of: Moment): string {
  if (of.kind === "tool_call") return step(of);
  if (of.kind === "tool_result") return "Result";
  if (of.kind === "attachment") return attached(of);
  if (of.kind === "command") return isTyped(of) ? "Typed" : "Command";
  if (of.kind === "compacted") return of.context_before === null && of.context_after === null && of.text ? "Summary" : "Compacted";
  if (of.kind === "user_prompt" && of.title === "task") return "Task";
  return entryOf(KINDS, of.kind) ?? of.kind.replaceAll("_", " ");
}

/** `mcp__server__tool`, `server.tool`, `server/tool`, or a name that ends with the tool's own: the server and its tool. */
export function mcpName(tool: string, own = ""): [server: string, tool: string] {
  if (own && own !== tool && tool.endsWith(own) && /[-_./:]$/.test(tool.slice(0, -own.length))) return [tool.slice(0, -own.length).replace(/[-_./:]+$/, ""), own];
  const found = /^mcp__(.+?)__(.+)$/.exec(tool) ?? /^mcp_([^_]+)_(.+)$/.exec(tool) ?? /^([\w-]+)[./:](.+)$/.exec(tool);
  return found ? [found[1]!, found[2]!] : ["", tool];
}

const LONG = 4000;

/** What is JSON in names and values; nothing of what holds nothing. */
function plainly(text: string): string {
  const found = /^[{[]/.test(text) && text.length < LONG ? given(text) : null;
  return found && typeof found.value === "object" && found.value !== null ? briefly(found.value) : text;
}

/** What an event is about, in a line: as the list has it, a tool by its name where its word does not tell it. */
export function aboutOf(of: Moment): string {
  const title = of.kind === "user_prompt" && of.title === "task" ? "" : of.title;
  const plan = of.kind === "tool_call" && of.tool_kind === "plan" ? planOf(given(of.text)?.value ?? null) : [];
  if (plan.length) return `${plan.length} ${plan.length === 1 ? "item" : "items"}: ${plan.map((one) => one.text).join(" · ")}`;
  const said = plainly((of.telling || title || of.text || of.tail).trim());
  const own = of.kind === "tool_call" ? step(of) : "";
  if (own !== "MCP" && own !== "Called") return said;
  const [server, tool] = own === "MCP" ? mcpName(of.tool ?? "?", of.title) : ["", of.tool ?? "a tool"];
  const more = said === tool || said === of.tool ? "" : said;
  return [server && `${server} ›`, tool, more].filter(Boolean).join(" ");
}
