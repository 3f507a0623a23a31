/** Texts as they are: what a program wrote, code with its colours, files with their numbers. */
import { count } from "../../model/counts";
import { Cut, Fold, type WholeText } from "./folded";
import { isStyled, rows, type Look, type Row } from "./read/ansi";
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

function Lines({ of }: { of: readonly Row[] }) {
  return <pre class="b-out">{of.map((row, index) => <>{index > 0 && "\n"}{row.map((run, place) => <Letters key={place} of={run} />)}</>)}</pre>;
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

/** What a program wrote. */
export function Output({ name, of, first = FIRST, last = LAST }: { name: string; of: WholeText; first?: number; last?: number }) {
  const { text, tail } = of.of;
  if (!(text + tail).trim()) return <p class="b-none">It wrote nothing.</p>;
  if (!of.cut) return <Fold name={name} of={rowsOf(trimmed(text + tail))} first={first} last={last}>{(shown) => <Lines of={shown} />}</Fold>;
  return (
    <>
      <Fold name={`${name} head`} of={rowsOf(trimmed(text))} first={first}>{(shown) => <Lines of={shown} />}</Fold>
      <Cut of={of} />
      {tail && <Lines of={rowsOf(trimmed(tail)).slice(-last)} />}
    </>
  );
}

/** The last lines that say something: why a step failed. */
export function LastLines({ text, most = 3 }: { text: string; most?: number }) {
  const found = rowsOf(text.slice(-4000)).filter((row) => row.some((run) => run.text.trim()));
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
  const lines = text.slice(0, MOST_CHARACTERS).split("\n");
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

/** A text that was numbered for the agent, without its numbers; null where it is none. */
export function numbered(text: string): { text: string; from: number } | null {
  const lines = text.replace(/\n+$/, "").split("\n");
  const found = lines.map((line) => /^\s{0,8}(\d{1,7})(?:\t|→|: |\| )(.*)$|^\s{0,8}(\d{1,7})[:|→]?$/.exec(line));
  const first = found[0];
  if (!first || lines.length < 2) return null;
  const from = Number(first[1] ?? first[3]);
  const end = found.findIndex((one, index) => !one || Number(one[1] ?? one[3]) !== from + index);
  // what follows the file itself, a hint to the agent for one, is left to the output
  if (end !== -1 && end < lines.length * 0.6) return null;
  return { from, text: found.slice(0, end === -1 ? undefined : end).map((one) => one![2] ?? "").join("\n") };
}
