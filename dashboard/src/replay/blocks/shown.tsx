/** Texts as they are: what a program wrote, code with its colours, files with their numbers. */
import { count } from "../../model/counts";
import { Cut, Fold, type WholeText } from "./folded";
import { isStyled, rows, unstyled, type Look, type Row } from "./read/ansi";
import { codeRows, pieces, type Piece } from "./read/code";
import { language } from "./read/languages";

/** More is not laid out; it can be copied. */
const MOST_CHARACTERS = 400_000;
const LONGEST_LINE = 4000;
const FIRST = 14;
const LAST = 8;

function Letters({ of: { text, look } }: { of: { text: string; look: Look } }) {
  const { ink, ground, bold, dim, italic, underline, struck, inverse } = look;
  if (!Object.keys(look).length) return <>{text}</>;
  const words = [typeof ink === "number" && `a-${ink}`, typeof ground === "number" && `a-on a-on-${ground}`, bold && "a-bold", dim && "a-dim", italic && "a-italic", underline && "a-under", struck && "a-struck", inverse && "a-inverse", typeof ink === "string" && "a-ink", typeof ground === "string" && "a-on a-ground"];
  const style: Record<string, string> = {};
  if (typeof ink === "string") style["--ansi-ink"] = ink;
  if (typeof ground === "string") style["--ansi-ground"] = ground;
  return <span class={words.filter(Boolean).join(" ")} style={style}>{text}</span>;
}

function cutRow(row: Row): Row {
  let room = LONGEST_LINE;
  const found: Row = [];
  for (const run of row) {
    if (room <= 0) break;
    found.push({ ...run, text: run.text.slice(0, room) });
    room -= run.text.length;
  }
  const size = row.reduce((all, run) => all + run.text.length, 0);
  if (size > LONGEST_LINE) found.push({ text: ` … ${count(size - LONGEST_LINE)} more characters in this line`, look: { dim: true } });
  return found;
}

/** Runs of the same look as one, over the ends of lines too: a text of many lines is then one text in the page. */
function joined(of: readonly Row[]): Row {
  const found: Row = [];
  const add = (text: string, look: Look) => {
    const last = found.at(-1);
    if (last && (last.look === look || (!Object.keys(last.look).length && !Object.keys(look).length))) last.text += text;
    else found.push({ text, look });
  };
  for (const [index, row] of of.entries()) {
    if (index) add("\n", {});
    for (const run of row) add(run.text, run.look);
  }
  return found;
}

function Lines({ of }: { of: readonly Row[] }) {
  return <pre class="b-out">{joined(of).map((run, index) => <Letters key={index} of={run} />)}</pre>;
}

function rowsOf(text: string): Row[] {
  const shown = text.slice(0, MOST_CHARACTERS);
  const found = isStyled(shown) ? rows(shown) : shown.split("\n").map((line) => [{ text: line, look: {} }]);
  const done = found.map(cutRow);
  if (text.length > MOST_CHARACTERS) done.push([{ text: `… ${count(text.length - MOST_CHARACTERS)} more characters: copy it to have them`, look: { dim: true } }]);
  return done;
}

function trimmed(text: string): string {
  return text.replace(/^(?:[ \t]*\r?\n)+/, "").trimEnd();
}

/** From the first line on that says something: no rules and blanks before it. */
function said(text: string): string {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => /[\p{L}\d]/u.test(unstyled(line)));
  return first > 0 ? lines.slice(first).join("\n") : text;
}

/** What a program wrote. */
export function Output({ name, of, first = FIRST, last = LAST, brief = false }: { name: string; of: WholeText; first?: number; last?: number; brief?: boolean }) {
  const { tail } = of.of;
  const text = brief ? said(of.of.text) : of.of.text;
  if (!(text + tail).trim()) return <p class="b-none">It wrote nothing.</p>;
  if (!of.cut) return <Fold name={name} of={rowsOf(trimmed(text + tail))} first={first} last={last}>{(shown) => <Lines of={shown} />}</Fold>;
  return (
    <>
      <Fold name={`${name} head`} of={rowsOf(trimmed(text))} first={first}>{(shown) => <Lines of={shown} />}</Fold>
      <Cut of={of} />
      {tail && last > 0 && <Fold name={`${name} tail`} of={rowsOf(trimmed(tail))} first={0} last={last}>{(shown) => <Lines of={shown} />}</Fold>}
    </>
  );
}

/** The last lines that say something: why a step failed. */
export function LastLines({ text, most = 3 }: { text: string; most?: number }) {
  const found = rowsOf(text.slice(-4000)).filter((row) => /[\p{L}\d]/u.test(row.map((run) => run.text).join("")));
  return found.length ? <Lines of={found.slice(-most)} /> : null;
}

export function Pieces({ of }: { of: readonly Piece[] }) {
  return <>{of.map((piece, index) => (piece.kind ? <span key={index} class={`t-${piece.kind}`}>{piece.text}</span> : piece.text))}</>;
}

export function languageName(name: string): string {
  return language(name)?.name ?? name;
}

const CODE_LINES = 40;

/** A piece of code: its language above it, its colours where it is not too long. */
export function Code({ name, text, of, label = true, first = CODE_LINES }: { name: string; text: string; of: string; label?: boolean; first?: number }) {
  const lines = text.slice(0, MOST_CHARACTERS).split("\n").map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} … ${count(line.length - LONGEST_LINE)} more characters in this line` : line));
  if (text.length > MOST_CHARACTERS) lines.push(`… ${count(text.length - MOST_CHARACTERS)} more characters: copy it to have them`);
  return (
    <div class="b-code">
      {label && of && <p class="b-label">{languageName(of)}</p>}
      <Fold name={`${name} code`} of={lines} first={first}>{(shown) => <pre tabIndex={0}><code><Pieces of={pieces(shown.join("\n"), of)} /></code></pre>}</Fold>
    </div>
  );
}

/** Lines of a file with the numbers that they have there. */
export function Listing({ name, text, of, from, first = FIRST }: { name: string; text: string; of: string; from: number; first?: number }) {
  const lines = codeRows(text, of);
  const wide = `${String(from + lines.length).length}ch`;
  return (
    <div class="b-code b-listing">
      <Fold name={`${name} listing`} of={lines} first={first}>
        {(shown, at) => <pre tabIndex={0}><code>{shown.map((line, index) => <span key={index} class="b-line"><span class="b-no" style={{ width: wide }}>{from + at + index}</span><span><Pieces of={line} />{"\n"}</span></span>)}</code></pre>}
      </Fold>
    </div>
  );
}

interface Numbered {
  from: number;
  text: string;
  /** What follows the file itself: a hint to the agent, say. */
  rest: string;
}

const NUMBER = /^\s{0,8}(\d{1,7})(?:(?:\t|→|: |\| )(.*)|[:|→]?)$/;

/** A text that was numbered for the agent, without its numbers; null where it is none. */
export function numbered(text: string): Numbered | null {
  const lines = text.replace(/\n+$/, "").split("\n");
  const found = lines.map((line) => NUMBER.exec(line));
  const from = Number(found[0]?.[1] ?? NaN);
  if (Number.isNaN(from)) return null;
  const wrong = found.findIndex((one, index) => Number(one?.[1] ?? NaN) !== from + index);
  const end = wrong === -1 ? lines.length : wrong;
  if (end < 2) return null;
  return { from, text: found.slice(0, end).map((one) => one![2] ?? "").join("\n"), rest: lines.slice(end).join("\n").trim() };
}

/** What was read: lines with their numbers where they have any. */
export function FileText({ name, of, path, language: said }: { name: string; of: WholeText; path: string; language: string }) {
  const { text, tail } = of.of;
  const [head, end] = of.cut ? [text.slice(0, text.lastIndexOf("\n") + 1 || undefined), tail.slice(tail.indexOf("\n") + 1)] : [text + tail, ""];
  const first = numbered(head);
  if (!first) return said && !of.cut && head.trim() ? <Code name={`${name} ${path}`} text={head} of={said} label={false} first={FIRST} /> : <Output name={name} of={of} />;
  const last = end ? numbered(end) : null;
  return (
    <>
      <Listing name={name} text={first.text} of={said} from={first.from} />
      {first.rest && <Lines of={rowsOf(first.rest)} />}
      <Cut of={of} />
      {last ? <Listing name={`${name} end`} text={last.text} of={said} from={last.from} /> : end && <Lines of={rowsOf(end)} />}
      {last?.rest && <Lines of={rowsOf(last.rest)} />}
    </>
  );
}
