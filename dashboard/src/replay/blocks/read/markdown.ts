/**
 * Markdown as a tree of its parts, for texts that nobody vouches for: it never throws, tags stay text, and the work
 * grows with the text. Line breaks of a paragraph are kept, as agents mean them. Only addresses that `safe` lets
 * through become links.
 */
import { inline, type Inline } from "./inline";

export type Align = "left" | "right" | "center" | null;

export interface Item {
  /** Of a task list. */
  checked: boolean | null;
  inside: Part[];
}

export type Part =
  | { kind: "heading"; level: number; inside: Inline[] }
  | { kind: "paragraph"; inside: Inline[] }
  | { kind: "code"; language: string; text: string }
  | { kind: "quote"; inside: Part[] }
  | { kind: "list"; start: number | null; tight: boolean; items: Item[] }
  | { kind: "table"; aligns: Align[]; head: Inline[][]; rows: Inline[][][]; more: number }
  | { kind: "rule" }
  /** What was too much to read as Markdown. */
  | { kind: "plain"; text: string };

/** Characters that are read as Markdown; what follows stays as it is. */
export const LONGEST = 100_000;
/** As deep as lists and quotes are looked at inside each other. */
export const DEEPEST = 10;
export const MOST_ROWS = 500;
export const MOST_COLUMNS = 50;

const FENCE = /^( {0,3})(`{3,}|~{3,})[ \t]*([^`\n]*)$/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( *)([-*+]|\d{1,9}[.)])(?:( +)(?=\S)|[ \t]*$)/;
const TASK = /^\[([ xX])\][ \t]+/;
const UNDERLINE = /^ {0,3}=+[ \t]*$/;

export function markdown(text: string): Part[] {
  const clean = text.replaceAll("\r\n", "\n").replaceAll("\0", "\ufffd");
  if (clean.length <= LONGEST) return parts(lines(clean), 0);
  const cut = clean.lastIndexOf("\n", LONGEST);
  const end = cut > LONGEST / 2 ? cut : LONGEST;
  return [...parts(lines(clean.slice(0, end)), 0), { kind: "plain", text: clean.slice(end) }];
}

function lines(text: string): string[] {
  return text.split("\n").map((line) => (line.includes("\t") ? line.replace(/^[ \t]+/, (space) => space.replaceAll("\t", "    ")) : line));
}

function blank(line: string | undefined): boolean {
  return line === undefined || !/\S/.test(line);
}

function indent(line: string): number {
  let size = 0;
  while (line[size] === " ") size += 1;
  return size;
}

function isRule(line: string): boolean {
  return line.length < 256 && /^ {0,3}(?:-[ \t]*){3,}$|^ {0,3}(?:\*[ \t]*){3,}$|^ {0,3}(?:_[ \t]*){3,}$/.test(line);
}

/** Whether a line between those of a paragraph begins something else. */
function begins(line: string, next: string | undefined): boolean {
  if (FENCE.test(line) || HEADING.test(line) || QUOTE.test(line) || isRule(line)) return true;
  const item = ITEM.exec(line);
  if (item && item[3] !== undefined && indent(line) < 4 && (item[2]!.length === 1 || /^1[.)]$/.test(item[2]!))) return true;
  return aligns(line, next) !== null;
}

/** The lines of one container as its parts. */
function parts(all: readonly string[], depth: number): Part[] {
  const found: Part[] = [];
  if (depth > DEEPEST) return all.length ? [{ kind: "plain", text: all.join("\n") }] : [];
  let at = 0;
  while (at < all.length) {
    const line = all[at]!;
    if (blank(line)) {
      at += 1;
      continue;
    }
    const [part, next] = part_(all, at, depth);
    found.push(part);
    at = next;
  }
  return found;
}

type Read = [part: Part, next: number];

function part_(all: readonly string[], at: number, depth: number): Read {
  const line = all[at]!;
  const fence = FENCE.exec(line);
  if (fence) return fenced(all, at, fence[1]!.length, fence[2]!, fence[3]!);
  const heading = HEADING.exec(line);
  if (heading) return [{ kind: "heading", level: heading[1]!.length, inside: inline(withoutMarks(heading[2] ?? "")) }, at + 1];
  if (isRule(line)) return [{ kind: "rule" }, at + 1];
  if (QUOTE.test(line)) return quoted(all, at, depth);
  const item = ITEM.exec(line);
  if (item && (item[1]!.length < 4 || depth > 0)) return listed(all, at, depth);
  const columns = aligns(line, all[at + 1]);
  if (columns) return table(all, at, columns);
  return indent(line) >= 4 ? indented(all, at) : paragraph(all, at);
}

function withoutMarks(heading: string): string {
  const text = heading.trimEnd();
  const end = text.replace(/#+$/, "");
  return end === "" || /[ \t]$/.test(end) ? end.trim() : text.trim();
}

function fenced(all: readonly string[], at: number, inset: number, fence: string, info: string): Read {
  const inside: string[] = [];
  let next = at + 1;
  for (; next < all.length; next += 1) {
    const line = all[next]!;
    const closing = line.length < 256 ? FENCE.exec(line) : null;
    if (closing && !closing[3]!.trim() && closing[2]![0] === fence[0] && closing[2]!.length >= fence.length) break;
    inside.push(inset ? line.slice(Math.min(inset, indent(line))) : line);
  }
  const language = /^[\w+#.-]{1,32}/.exec(info.trim())?.[0] ?? "";
  return [{ kind: "code", language: language.toLowerCase(), text: inside.join("\n") }, next + 1];
}

function quoted(all: readonly string[], at: number, depth: number): Read {
  const inside: string[] = [];
  let next = at;
  for (; next < all.length; next += 1) {
    const line = all[next]!;
    const mark = QUOTE.exec(line);
    if (mark) inside.push(line.slice(mark[0].length));
    else break;
  }
  return [{ kind: "quote", inside: parts(inside, depth + 1) }, next];
}

function indented(all: readonly string[], at: number): Read {
  let next = at;
  let end = at;
  for (; next < all.length && (blank(all[next]) || indent(all[next]!) >= 4); next += 1) if (!blank(all[next])) end = next + 1;
  return [{ kind: "code", language: "", text: all.slice(at, end).map((line) => line.slice(4)).join("\n") }, end];
}

function paragraph(all: readonly string[], at: number): Read {
  const inside = [all[at]!.trim()];
  let next = at + 1;
  for (; next < all.length; next += 1) {
    const line = all[next]!;
    if (blank(line)) break;
    if (UNDERLINE.test(line)) return [{ kind: "heading", level: 1, inside: inline(inside.join("\n")) }, next + 1];
    if (begins(line, all[next + 1])) break;
    inside.push(line.trim());
  }
  return [{ kind: "paragraph", inside: inline(inside.join("\n")) }, next];
}

// ---------------------------------------------------------------- lists

interface Begun {
  sign: string;
  /** Columns before its mark, and before its text. */
  left: number;
  inset: number;
}

function begun(line: string): Begun | null {
  const found = ITEM.exec(line);
  if (!found) return null;
  const space = found[3]?.length ?? 1;
  const sign = found[2]!;
  return { sign: sign.length === 1 ? sign : sign.at(-1)!, left: found[1]!.length, inset: found[1]!.length + sign.length + (space > 4 ? 1 : space) };
}

function listed(all: readonly string[], at: number, depth: number): Read {
  const first = begun(all[at]!)!;
  const number = /^ *(\d+)[.)]/.exec(all[at]!);
  const items: Item[] = [];
  let tight = true;
  let next = at;
  while (next < all.length) {
    const mark = begun(all[next]!);
    if (!mark || mark.sign !== first.sign || isRule(all[next]!) || mark.left > first.inset) break;
    const end = itemEnd(all, next, mark);
    const inside = [all[next]!.slice(mark.inset), ...all.slice(next + 1, end).map((line) => line.slice(Math.min(indent(line), mark.inset)))];
    const following = afterBlank(all, end);
    while (inside.length && blank(inside.at(-1))) inside.pop();
    if (inside.some(blank) || (following !== end && begun(all[following] ?? "")?.sign === first.sign)) tight = false;
    items.push(item(inside, depth));
    next = following;
  }
  return [{ kind: "list", start: number ? Number(number[1]) : null, tight, items }, next];
}

/** The line after an item: what is set in further belongs to it, also by one column less than it should; so do the lines of its sentence. */
function itemEnd(all: readonly string[], at: number, mark: Begun): number {
  let next = at + 1;
  for (; next < all.length; next += 1) {
    const line = all[next]!;
    if (blank(line)) {
      const after = afterBlank(all, next);
      if (after >= all.length || !within(all[after]!, mark)) break;
      continue;
    }
    if (within(line, mark)) continue;
    if (blank(all[next - 1]) || begun(line) || begins(line, all[next + 1])) break;
  }
  return next;
}

function within(line: string, mark: Begun): boolean {
  const left = indent(line);
  return left >= mark.inset || (left >= mark.left + 2 && begun(line) !== null);
}

function afterBlank(all: readonly string[], at: number): number {
  let next = at;
  while (next < all.length && blank(all[next])) next += 1;
  return next;
}

function item(inside: string[], depth: number): Item {
  const task = TASK.exec(inside[0] ?? "");
  if (task) inside[0] = inside[0]!.slice(task[0].length);
  return { checked: task ? task[1] !== " " : null, inside: parts(inside, depth + 1) };
}

// ---------------------------------------------------------------- tables

/** How the columns are set, where a line and the next one begin a table. */
function aligns(line: string, next: string | undefined): Align[] | null {
  if (!line.includes("|") || next === undefined || !next.includes("-") || next.length > 4096 || !/^[ \t|:-]+$/.test(next)) return null;
  const marks = cells(next);
  if (!marks.every((mark) => /^:?-+:?$/.test(mark)) || cells(line).length !== marks.length) return null;
  return marks.slice(0, MOST_COLUMNS).map((mark) => (mark.endsWith(":") ? (mark.startsWith(":") ? "center" : "right") : mark.startsWith(":") ? "left" : null));
}

/** The cells of a row: a bar that is escaped or stands in code divides none. */
function cells(line: string): string[] {
  const text = line.trim();
  const found: string[] = [];
  let cell = "";
  let code = false;
  for (let at = text.startsWith("|") ? 1 : 0; at < text.length; at += 1) {
    const sign = text[at]!;
    if (sign === "\\" && text[at + 1] === "|") {
      cell += "|";
      at += 1;
    } else if (sign === "|" && !code) {
      found.push(cell.trim());
      cell = "";
    } else {
      if (sign === "`") code = !code && text.indexOf("`", at + 1) > 0;
      cell += sign;
    }
  }
  if (cell.trim() || !text.endsWith("|")) found.push(cell.trim());
  return found;
}

function table(all: readonly string[], at: number, columns: Align[]): Read {
  let next = at + 2;
  while (next < all.length && !blank(all[next]) && all[next]!.includes("|") && !FENCE.test(all[next]!)) next += 1;
  const row = (line: string) => {
    const found = cells(line);
    return columns.map((_, index) => inline(found[index] ?? ""));
  };
  const last = Math.min(next, at + 2 + MOST_ROWS);
  return [{ kind: "table", aligns: columns, head: row(all[at]!), rows: all.slice(at + 2, last).map(row), more: next - last }, next];
}
