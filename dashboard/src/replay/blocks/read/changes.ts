/** Lines of a diff beside each other, and the words in which two of them differ. */
import type { Hunk } from "../../../model/replay";

export interface DiffLine {
  mark: "+" | "-" | " ";
  text: string;
  /** Its number before and after; null where there is none. */
  old: number | null;
  new: number | null;
  /** Where it differs from the line that it stands for or that stands for it: pairs of first and behind last. */
  marks: readonly Range[];
}

export type Range = readonly [from: number, to: number];
export type Beside = readonly [left: DiffLine | null, right: DiffLine | null];

const MOST_WORDS = 160;
/** Two lines that share less than this are two lines. */
const ALIKE = 0.4;

export function diffLines(hunk: Hunk): DiffLine[] {
  let [old, now] = [hunk.old_start, hunk.new_start];
  const known = old > 0 || now > 0;
  const found = hunk.lines.map((line): DiffLine => {
    const mark = line[0] === "+" || line[0] === "-" ? line[0] : " ";
    return { mark, text: line.slice(1), old: mark !== "+" && known ? old++ : null, new: mark !== "-" && known ? now++ : null, marks: [] };
  });
  for (const [removed, added] of changesOf(found)) pairUp(removed, added);
  return found;
}

/** Each stretch of removed lines with the added ones right behind it. */
function changesOf(lines: readonly DiffLine[]): [DiffLine[], DiffLine[]][] {
  const found: [DiffLine[], DiffLine[]][] = [];
  let at = 0;
  while (at < lines.length) {
    const [removed, added]: [DiffLine[], DiffLine[]] = [[], []];
    while (lines[at]?.mark === "-") removed.push(lines[at++]!);
    while (lines[at]?.mark === "+") added.push(lines[at++]!);
    if (removed.length || added.length) found.push([removed, added]);
    else at += 1;
  }
  return found;
}

function pairUp(removed: readonly DiffLine[], added: readonly DiffLine[]): void {
  if (removed.length !== added.length) return;
  for (const [index, before] of removed.entries()) {
    const after = added[index]!;
    const found = wordMarks(before.text, after.text);
    if (found) [(before as { marks: readonly Range[] }).marks, (after as { marks: readonly Range[] }).marks] = found;
  }
}

/** What to show on the left and on the right. */
export function beside(lines: readonly DiffLine[]): Beside[] {
  const found: Beside[] = [];
  let at = 0;
  while (at < lines.length) {
    if (lines[at]!.mark === " ") {
      found.push([lines[at]!, lines[at]!]);
      at += 1;
      continue;
    }
    const [removed, added]: [DiffLine[], DiffLine[]] = [[], []];
    while (lines[at]?.mark === "-") removed.push(lines[at++]!);
    while (lines[at]?.mark === "+") added.push(lines[at++]!);
    for (let index = 0; index < Math.max(removed.length, added.length); index += 1) found.push([removed[index] ?? null, added[index] ?? null]);
  }
  return found;
}

function tokens(text: string): string[] {
  return text.match(/[\p{L}\d_]+|\s+|[^\p{L}\d_\s]/gu) ?? [];
}

/** In which words two lines differ; null where they have too little in common for that to say anything. */
export function wordMarks(before: string, after: string): [Range[], Range[]] | null {
  if (before === after || before.length > 2000 || after.length > 2000) return null;
  const [left, right] = [tokens(before), tokens(after)];
  if (left.length > MOST_WORDS || right.length > MOST_WORDS) return null;
  const [kept, common] = alike(left, right);
  if ((2 * common) / Math.max(1, solid(before) + solid(after)) < ALIKE) return null;
  return [ranges(left, kept[0]), ranges(right, kept[1])];
}

function solid(text: string): number {
  return text.replace(/\s+/g, "").length;
}

/** Which words of either side are kept: the longest common sequence; and how many signs that are no blanks. */
function alike(left: readonly string[], right: readonly string[]): [[Set<number>, Set<number>], number] {
  const wide = right.length + 1;
  const best = new Uint32Array((left.length + 1) * wide);
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const size = left[i] === right[j] ? left[i]!.trim().length * 8 + 1 + best[(i + 1) * wide + j + 1]! : 0;
      best[i * wide + j] = Math.max(size, best[(i + 1) * wide + j]!, best[i * wide + j + 1]!);
    }
  }
  const kept: [Set<number>, Set<number>] = [new Set(), new Set()];
  let [i, j, common] = [0, 0, 0];
  while (i < left.length && j < right.length) {
    const here = best[i * wide + j]!;
    if (left[i] === right[j] && here === left[i]!.trim().length * 8 + 1 + best[(i + 1) * wide + j + 1]!) {
      kept[0].add(i);
      kept[1].add(j);
      common += left[i]!.trim().length;
      i += 1;
      j += 1;
    } else if (here === best[(i + 1) * wide + j]) i += 1;
    else j += 1;
  }
  return [kept, common];
}

function ranges(words: readonly string[], kept: ReadonlySet<number>): Range[] {
  const found: [number, number][] = [];
  let at = 0;
  for (const [index, word] of words.entries()) {
    if (!kept.has(index)) {
      const last = found.at(-1);
      if (last && last[1] === at) last[1] = at + word.length;
      else found.push([at, at + word.length]);
    }
    at += word.length;
  }
  return found;
}
