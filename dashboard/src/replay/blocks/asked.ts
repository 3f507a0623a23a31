/** Changes as they were asked for, where the log does not tell what became of them. */
import type { Hunk } from "../../model/replay";
import { at, textAt, type Value } from "./read/given";

const OLD = ["old_string", "oldString", "oldText", "old_str", "old_text"];
const NEW = ["new_string", "newString", "newText", "new_str", "new_text"];
const FULL = ["content", "file_text", "contents", "fileText", "text"];
const MOST = 400;

function lines(text: string, mark: string): string[] {
  const found = text.replace(/\n$/, "").split("\n");
  return found.slice(0, MOST).map((line) => `${mark}${line}`);
}

function hunk(path: string, from: string, to: string): Hunk {
  return { path, old_start: 0, new_start: 0, lines: [...(from ? lines(from, "-") : []), ...(to ? lines(to, "+") : [])] };
}

/** A patch in the words of agents: files named by `*** … File:`, pieces by `@@`, or a unified diff. */
export function patched(text: string): Hunk[] {
  const found: { path: string; old_start: number; new_start: number; lines: string[] }[] = [];
  let path = "";
  let bare = true;
  for (const line of text.split("\n")) {
    const file = /^\*\*\* (?:Add|Update|Delete) File: (.+)$|^\+\+\+ (?:b\/)?(\S.*)$/.exec(line);
    const place = /^@@(?: -(\d{1,9})(?:,\d+)? \+(\d{1,9}))?/.exec(line);
    if (file) [path, bare] = [file[1] ?? file[2]!, true];
    else if (place) {
      found.push({ path, old_start: Number(place[1] ?? 0), new_start: Number(place[2] ?? 0), lines: [] });
      bare = false;
    } else if (/^[+\- ]/.test(line) && !/^(?:---|\*\*\*) /.test(line)) {
      if (bare) found.push({ path, old_start: 0, new_start: 0, lines: [] });
      bare = false;
      found.at(-1)!.lines.push(line);
    }
  }
  return found.filter((one) => one.lines.length);
}

/** Blocks of `<<<<<<< SEARCH`, `=======`, `>>>>>>> REPLACE`. */
function replaced(text: string, path: string): Hunk[] {
  const found: Hunk[] = [];
  let [from, to]: [string[], string[]] = [[], []];
  let side: string[] | null = null;
  for (const line of text.split("\n")) {
    if (/^<{5,9} SEARCH/.test(line)) side = from = [];
    else if (side === from && side !== null && /^={5,9}$/.test(line)) side = to = [];
    else if (/^>{5,9} REPLACE/.test(line)) {
      if (side === to && side !== null) found.push(hunk(path, from.join("\n"), to.join("\n")));
      side = null;
    } else if (side && !(side === from && !from.length && /^(?::start_line:\s*\d+|-{5,9})$/.test(line))) side.push(line);
  }
  return found;
}

/** What an edit was asked to change. */
export function asked(value: Value | null, text: string, path: string): Hunk[] {
  const words = value === null || typeof value === "string" ? text : textAt(value, "patch", "diff", "input", "patchText", "command");
  if (/^\*\*\* Begin Patch|^@@|^\+\+\+ /m.test(words)) return patched(words.slice(Math.max(0, words.search(/\*\*\* Begin Patch|^--- |^@@/m))));
  if (/^<{5,9} SEARCH/m.test(words)) return replaced(words, path);
  if (value === null) return [];
  const many = at(value, "edits", "changes", "replacements");
  if (Array.isArray(many)) return many.flatMap((one) => asked(one, "", path));
  const [from, to] = [textAt(value, ...OLD), textAt(value, ...NEW)];
  if (from || to) return [hunk("", from, to)];
  const full = textAt(value, ...FULL);
  return full ? [{ path: "", old_start: 1, new_start: 1, lines: lines(full, "+") }] : [];
}
