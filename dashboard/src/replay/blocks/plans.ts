/** The items of a plan as an agent wrote them. */
import { at, textAt, type Value } from "./read/given";

export type Progress = "done" | "active" | "open" | "dropped" | "unknown";

export interface PlanEntry {
  text: string;
  state: Progress;
  /** The agent's own word. */
  word: string;
}

const LISTS = ["todos", "plan", "tasks", "items", "steps", "list", "todo_list", "newTodos"];
const WORDS = ["content", "step", "subject", "title", "description", "text", "task", "name", "activeForm"];
const STATES: [Progress, RegExp][] = [
  ["done", /^(?:complete|completed|done|finished|x)$/], ["active", /^(?:in.?progress|active|doing|started)$/], ["open", /^(?:pending|open|todo|not.?started|)$/], ["dropped", /^(?:cancel|canceled|cancelled|deleted|skipped|dropped|failed|blocked)$/],
];
export const SIGNS: Record<Progress, string> = { done: "✓", active: "◐", open: "○", dropped: "✕", unknown: "?" };
export const NAMES: Record<Progress, string> = { done: "done", active: "in progress", open: "to do", dropped: "dropped", unknown: "not said" };

export function progress(word: string): Progress {
  return STATES.find(([, pattern]) => pattern.test(word.toLowerCase()))?.[0] ?? "unknown";
}

function entry(value: Value): PlanEntry | null {
  const text = typeof value === "string" ? value : textAt(value, ...WORDS);
  const word = typeof value === "string" ? "" : textAt(value, "status", "state");
  const done = value !== null && at(value, "done", "completed", "checked") === true;
  return text ? { text, state: done ? "done" : progress(word), word: done ? "done" : word } : null;
}

/** A list of Markdown with boxes. */
function boxes(text: string): PlanEntry[] {
  return [...text.matchAll(/^[ \t]*[-*] \[([ xX>~-])\] +(.+)$/gm)].map(([, box, words]) => ({ text: words!, state: box === " " ? "open" : /x/i.test(box!) ? "done" : "active", word: "" }));
}

/** All items that are given; none where it is no list. */
export function planOf(value: Value): PlanEntry[] {
  const listed = Array.isArray(value) ? value : at(value, ...LISTS);
  if (typeof listed === "string") return boxes(listed);
  if (Array.isArray(listed)) return listed.map(entry).filter((one) => one !== null);
  return [];
}
