/** What is said of an event beside its texts, and the same as a text to be copied. */
import { count } from "../../model/counts";
import type { Going, Moment } from "../../model/replay";
import { span } from "../../model/times";
import { unstyled } from "./read/ansi";
import { given, textAt } from "./read/given";

export type Tone = "bad" | "care" | "good" | "";

export interface Said {
  text: string;
  /** What is behind it. */
  why?: string;
  tone?: Tone;
}

/** What a table has for a name; nothing for what every object has. */
export function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Texts shorter than this are whole, whatever their size says: some are told in other words than the log has. */
const CUT_FROM = 1500;

/** How many characters of its text were left out. */
export function missing(of: Moment): number {
  if (!of.tail && of.text.length < CUT_FROM) return 0;
  return Math.max(0, of.size - letters(of.text) - letters(of.tail));
}

function letters(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}

/** Head and tail with what lies between told. */
export function whole(of: Moment): string {
  const cut = missing(of);
  return cut ? `${of.text}\n… ${count(cut)} characters …\n${of.tail}` : of.text + of.tail;
}

/** How a step ended; of a step without a result, that there is none. */
export function ended(of: Moment, result: Moment | undefined, goes: Going = ""): Said[] {
  if (goes === "waits") return [{ text: "waits for a permission", why: "for somebody to allow it", tone: "care" }];
  if (goes === "runs") return [{ text: "running", why: "it has no result yet: it runs, or it waits to be allowed" }];
  if (of.kind === "tool_call" && !result) return [{ text: of.background ? "no result yet" : "no result", why: "the log has no result of this call", tone: "care" }];
  const one = result ?? of;
  if (one.refused) return [{ text: "✕ refused", why: "a permission was denied, or the person rejected it: no failure of the tool", tone: "bad" }];
  if (one.interrupted) return [{ text: "✕ interrupted", why: "it was stopped before its end", tone: "bad" }];
  if (one.went_wrong) return [{ text: one.exit_code ? `✕ exit ${one.exit_code}` : "✕ failed", why: one.exit_code === null ? "the agent marked it as failed, or its text says so" : `exit code ${one.exit_code}`, tone: "bad" }];
  if (one.exit_code) return [{ text: `exit ${one.exit_code}`, why: "an exit code that is no failure of this command" }];
  if (one.failed) return [{ text: "marked as failed", why: "the agent marked it as failed, but nothing says that it was" }];
  return [];
}

/** Seconds below which a wait was none, and a run is not worth a word. */
const WAIT = 0.05;

/** How long it took, what it waited for, and what it followed. */
export function took(of: Moment, result: Moment | undefined): Said[] {
  const [ran, wait] = [result?.run_s ?? of.run_s, result?.wait_s ?? of.wait_s];
  const found: Said[] = [];
  if (of.attempt) found.push({ text: `${of.attempt === "retry" ? "retry" : "rerun"} of ${of.after ?? "?"}`, why: of.attempt === "retry" ? "the same was tried again after it failed" : "run anew after something was changed" });
  if (of.background) found.push({ text: "in the background", why: "the agent went on while it ran" });
  if (wait !== null && wait >= WAIT) found.push({ text: `waited ${span(wait)}`, why: "for somebody to allow it", tone: "care" });
  if (ran !== null && ran >= WAIT) found.push({ text: span(ran), why: `ran ${count(ran)} seconds, waiting left out` });
  return found;
}

/** The command line that a step ran; its title where the log has nothing better. */
export function command(of: Moment): string {
  const found = given(of.text);
  const line = found && !found.cut ? textAt(found.value, "command", "cmd", "script", "input", "code") : "";
  return line || of.title || of.text;
}

function changes(of: Moment): string {
  return of.hunks.map((hunk) => [...(hunk.path ? [`--- ${hunk.path}`, `+++ ${hunk.path}`] : []), ...(hunk.old_start || hunk.new_start ? [`@@ -${hunk.old_start} +${hunk.new_start} @@`] : []), ...hunk.lines].join("\n")).join("\n");
}

/** What a block shows, as a text. */
export function textOf(of: Moment, result?: Moment): string {
  const came = result ? changes(result) || unstyled(whole(result)) : "";
  if (of.kind === "tool_call") {
    const asked = of.tool_kind === "shell" ? `$ ${command(of)}` : of.title || "";
    const input = of.tool_kind === "shell" || (of.title && changes(result ?? of)) ? "" : whole(of);
    return [asked, input, came].filter(Boolean).join("\n");
  }
  return [of.title, changes(of) || unstyled(whole(of)), came].filter(Boolean).join("\n");
}
