/** Code as runs of one kind each, to be coloured. What is not known stays plain; a text is read once. */
import { language, type Language } from "./languages";

export type Token = "" | "comment" | "string" | "number" | "word" | "call" | "name" | "key" | "tag" | "plus" | "minus" | "place";

export interface Piece {
  kind: Token;
  text: string;
}

/** Longer texts are not coloured. */
export const LONGEST = 50_000;

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replaceAll("-", "\\x2d");
}

interface Reading {
  signs: RegExp;
  words: ReadonlySet<string>;
  language: Language & { key: string };
}

const readings = new Map<string, Reading>();

function readingOf(found: Language & { key: string }): Reading {
  const kept = readings.get(found.key);
  if (kept) return kept;
  const comments = [...(found.block ?? []).map(([from, to]) => `${quoted(from)}[^]*?(?:${quoted(to)}|$)`), ...(found.line ?? []).map((sign) => `(?<![\\w$])${quoted(sign)}[^\\n]*`)];
  const strings = [
    ...(found.long ?? []).map((sign) => `${quoted(sign)}(?:\\\\[^]|(?!${quoted(sign)})[^\\\\])*(?:${quoted(sign)}|\\\\?$)`),
    ...found.quotes.map((sign) => `${quoted(sign)}(?:\\\\.|[^\\\\\\n${quoted(sign)}]){0,999}${quoted(sign)}`),
  ];
  const names = found.names ? `[${quoted(found.names)}]{0,2}` : "";
  const parts = [
    `(?<comment>${comments.join("|") || "(?!)"})`,
    `(?<string>${strings.join("|") || "(?!)"})`,
    `(?<number>(?<![\\w$.])(?:0[xXbBoO][\\da-fA-F_]+|\\d[\\d_]*(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)[a-zA-Z]{0,3}(?!\\w))`,
    `(?<name>${names}[\\p{L}_$][\\p{L}\\d_$]*)`,
  ];
  const reading = { signs: new RegExp(parts.join("|"), "gu"), words: new Set(found.words.split(" ").filter(Boolean)), language: found };
  readings.set(found.key, reading);
  return reading;
}

/** A text in a language as named in a fence, or by the ending of its file. */
export function pieces(text: string, name: string): Piece[] {
  const found = text.length <= LONGEST ? language(name) : null;
  if (!found) return [{ kind: "", text }];
  if (found.key === "diff") return differences(text);
  if (found.key === "html") return tags(text);
  const reading = readingOf(found);
  const all: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(reading.signs)) {
    add(all, "", text.slice(from, match.index));
    add(all, kindOf(match.groups!, text, match.index + match[0].length, reading), match[0]);
    from = match.index + match[0].length;
  }
  add(all, "", text.slice(from));
  return all;
}

function add(all: Piece[], kind: Token, text: string): void {
  if (!text) return;
  const last = all.at(-1);
  if (last?.kind === kind) last.text += text;
  else all.push({ kind, text });
}

function kindOf(groups: Record<string, string | undefined>, text: string, end: number, { words, language: of }: Reading): Token {
  if (groups.comment !== undefined) return "comment";
  if (groups.string !== undefined) return of.keys === "colon" && of.key === "json" && /^\s{0,16}:/.test(text.slice(end, end + 17)) ? "key" : "string";
  if (groups.number !== undefined) return "number";
  const name = groups.name ?? "";
  if (words.has(of.caseless ? name.toLowerCase() : name)) return "word";
  const next = text.slice(end, end + 12);
  if (of.keys && (of.keys === "colon" ? /^[\w-]*\s*:/ : /^[\w.-]*\s*=/).test(next)) return "key";
  if (of.names?.includes(name[0]!)) return "name";
  return of.key !== "shell" && next[0] === "(" ? "call" : "";
}

function differences(text: string): Piece[] {
  return text.split("\n").map((line, index, all) => {
    const kind = /^(?:@@|diff |index |\+\+\+ |--- |\*\*\* )/.test(line) ? "place" : line[0] === "+" ? "plus" : line[0] === "-" ? "minus" : "";
    return { kind, text: index < all.length - 1 ? `${line}\n` : line } as Piece;
  });
}

const TAGS = /<!--[^]*?(?:-->|$)|<\/?[\w:-]+|\/?>|(?<![\w:@.-])[\w:@.-]{1,64}(?==)|"[^"\n]*"|'[^'\n]*'/g;

function tags(text: string): Piece[] {
  const all: Piece[] = [];
  let from = 0;
  let inside = false;
  for (const { 0: found, index } of text.matchAll(TAGS)) {
    add(all, "", text.slice(from, index));
    from = index + found.length;
    if (found.startsWith("<!--")) add(all, "comment", found);
    else if (found[0] === "<" || (inside && found.endsWith(">"))) {
      add(all, "tag", found);
      inside = found[0] === "<";
    } else add(all, !inside ? "" : /^["']/.test(found) ? "string" : "key", found);
  }
  add(all, "", text.slice(from));
  return all;
}

/** The same, line by line. */
export function codeRows(text: string, name: string): Piece[][] {
  const found: Piece[][] = [[]];
  for (const { kind, text: piece } of pieces(text, name)) {
    for (const [index, part] of piece.split("\n").entries()) {
      if (index) found.push([]);
      if (part) found.at(-1)!.push({ kind, text: part });
    }
  }
  return found;
}
