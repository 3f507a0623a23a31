/** What a program wrote to a terminal, as a terminal would have shown it: colours as runs, lines that were written over as they ended. */

export interface Look {
  /** 0 to 15: a colour of the theme; else `rgb(…)`. */
  ink?: number | string;
  ground?: number | string;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  struck?: boolean;
  inverse?: boolean;
}

export interface Run {
  text: string;
  look: Look;
}

export type Row = Run[];

const PLAIN: Look = {};
/** A line is not written over more often than this. */
const MOST_MOVES = 2000;
/** A control sequence, a sequence with a text (title, link), any other escape, or a sign that moves. */
const SIGNS = /\x1b\[([\d;:?<=>!]*)[ -/]*([@-~])|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b[ -/]*[0-~]?|[\x00-\x08\x0b-\x1f\x7f]/g;

/** Whether there is anything to do. */
export function isStyled(text: string): boolean {
  return /[\x00-\x08\x0b-\x1f\x7f]/.test(text);
}

/** The same without any of it. */
export function unstyled(text: string): string {
  return isStyled(text) ? rows(text).map((row) => row.map((run) => run.text).join("")).join("\n") : text;
}

export function rows(text: string): Row[] {
  const found: Row[] = [];
  let look = PLAIN;
  for (const line of text.replace(/\r+\n/g, "\n").split("\n")) {
    const writing = new Writing(look);
    writing.write(line);
    look = writing.look;
    found.push(writing.row);
  }
  return found;
}

/** One line while it is written. */
class Writing {
  row: Row = [];
  private at = 0;
  private size = 0;
  private moves = 0;

  constructor(public look: Look) {}

  write(line: string): void {
    let from = 0;
    for (const found of line.matchAll(SIGNS)) {
      this.put(line.slice(from, found.index));
      this.obey(found[0], found[1] ?? "", found[2] ?? "");
      from = found.index + found[0].length;
    }
    this.put(line.slice(from));
  }

  private obey(sign: string, given: string, what: string): void {
    if (what === "m") this.look = changed(this.look, given);
    else if ((what || sign === "\r" || sign === "\b") && (this.moves += 1) > MOST_MOVES) return;
    else if (what === "K") this.erase(given);
    else if (what === "G") this.at = Math.max(0, (Number(given) || 1) - 1);
    else if (what === "D") this.at = Math.max(0, this.at - (Number(given) || 1));
    else if (what === "C") this.at = Math.min(this.size, this.at + (Number(given) || 1));
    else if (sign === "\r") this.at = 0;
    else if (sign === "\b") this.at = Math.max(0, this.at - 1);
  }

  private erase(given: string): void {
    if (given === "2") [this.row, this.size] = [[], 0];
    else if (given === "" || given === "0") [this.row, this.size] = [part(this.row, 0, this.at), Math.min(this.size, this.at)];
    this.at = Math.min(this.at, this.size);
  }

  private put(text: string): void {
    if (!text) return;
    const end = this.at + text.length;
    if (this.at >= this.size) {
      if (this.at > this.size) this.row.push({ text: " ".repeat(Math.min(this.at - this.size, 512)), look: PLAIN });
      this.add(this.row, { text, look: this.look });
    } else {
      const under = [...part(this.row, 0, this.at)];
      this.add(under, { text, look: this.look });
      this.row = [...under, ...part(this.row, end, this.size)];
    }
    this.size = Math.max(this.size, end);
    this.at = end;
  }

  private add(row: Row, run: Run): void {
    const last = row.at(-1);
    if (last && last.look === run.look) row[row.length - 1] = { text: last.text + run.text, look: run.look };
    else row.push(run);
  }
}

/** The columns between two. */
function part(row: Row, from: number, to: number): Row {
  const found: Row = [];
  let at = 0;
  for (const run of row) {
    const text = run.text.slice(Math.max(0, from - at), Math.max(0, to - at));
    if (text) found.push({ text, look: run.look });
    at += run.text.length;
  }
  return found;
}

const ON: Record<number, Look> = { 1: { bold: true }, 2: { dim: true }, 3: { italic: true }, 4: { underline: true }, 7: { inverse: true }, 9: { struck: true } };
const OFF: Record<number, (keyof Look)[]> = { 21: ["bold"], 22: ["bold", "dim"], 23: ["italic"], 24: ["underline"], 27: ["inverse"], 29: ["struck"], 39: ["ink"], 49: ["ground"] };

function changed(before: Look, given: string): Look {
  // `4:3` is a kind of underline, and `38:2::r:g:b` a colour
  const codes = given.split(";").map((code) => code.split(":").map(Number));
  const look: Look = { ...before };
  for (let at = 0; at < codes.length; at += 1) {
    const [code = 0, ...more] = codes[at]!;
    if (code === 0 && !more.length) for (const key of Object.keys(look)) delete look[key as keyof Look];
    else if (ON[code]) more[0] === 0 ? delete look.underline : Object.assign(look, ON[code]);
    else if (OFF[code]) for (const key of OFF[code]) delete look[key];
    else if (code === 38 || code === 48) {
      const rest = more.length ? more : codes.slice(at + 1, at + 5).map((one) => one[0] ?? 0);
      const [colour, used] = wide(rest, more.length > 0);
      if (colour !== null) look[code === 38 ? "ink" : "ground"] = colour;
      if (!more.length) at += used;
    } else colourOf(look, code);
  }
  return Object.keys(look).length ? look : PLAIN;
}

function colourOf(look: Look, code: number): void {
  if (code >= 30 && code <= 37) look.ink = code - 30;
  else if (code >= 90 && code <= 97) look.ink = code - 82;
  else if (code >= 40 && code <= 47) look.ground = code - 40;
  else if (code >= 100 && code <= 107) look.ground = code - 92;
}

/** A colour of 256 or of all, and how many numbers said it. */
function wide(given: number[], colons: boolean): [number | string | null, number] {
  if (given[0] === 5) return [indexed(given[1] ?? 0), 2];
  if (given[0] !== 2) return [null, 1];
  const parts = colons && given.length > 4 ? given.slice(2, 5) : given.slice(1, 4);
  return [rgb(parts), 4];
}

function rgb(parts: number[]): string {
  return `rgb(${[0, 1, 2].map((index) => Math.min(255, Math.max(0, Math.trunc(parts[index] ?? 0) || 0))).join(" ")})`;
}

const STEPS = [0, 95, 135, 175, 215, 255];

function indexed(index: number): number | string | null {
  if (!(index >= 0 && index <= 255)) return null;
  if (index < 16) return index;
  if (index >= 232) return rgb([0, 0, 0].map(() => 8 + (index - 232) * 10));
  const cube = index - 16;
  return rgb([STEPS[Math.floor(cube / 36)]!, STEPS[Math.floor(cube / 6) % 6]!, STEPS[cube % 6]!]);
}
