/** What a step changed: inline, or before and after beside each other. */
import type { Hunk } from "../../model/replay";
import { halves } from "../../model/words";
import { Lines } from "../../parts/values";
import { Fold } from "./folded";
import { beside, diffLines, type Beside, type DiffLine, type Range } from "./read/changes";
import { pieces, type Piece } from "./read/code";
import { languageOf } from "./read/languages";

const FIRST = 40;
const LONGEST = 2000;

export function Path({ of }: { of: string }) {
  const [folders, name] = halves(of);
  return <span class="b-path" title={of}><span class="ink2">{folders}</span><b>{name}</b></span>;
}

interface Marked extends Piece {
  marked: boolean;
}

/** Colours and marks over each other. */
export function overlay(all: readonly Piece[], marks: readonly Range[]): Marked[] {
  const found: Marked[] = [];
  let at = 0;
  let next = 0;
  for (const { kind, text } of all) {
    let from = 0;
    while (from < text.length) {
      while (next < marks.length && marks[next]![1] <= at + from) next += 1;
      const mark = marks[next];
      const inside = mark !== undefined && mark[0] <= at + from;
      const until = mark === undefined ? text.length : Math.min(text.length, (inside ? mark[1] : mark[0]) - at);
      found.push({ kind, text: text.slice(from, until), marked: inside });
      from = until;
    }
    at += text.length;
  }
  return found;
}

function Text({ of, language }: { of: DiffLine; language: string }) {
  const text = of.text.slice(0, LONGEST);
  const shown = overlay(pieces(text, language), of.marks);
  return (
    <code>
      {shown.map((one, index) => {
        const inside = one.kind ? <span key={index} class={`t-${one.kind}`}>{one.text}</span> : one.text;
        return one.marked ? <mark key={index}>{inside}</mark> : inside;
      })}
      {of.text.length > LONGEST && <span class="nil"> … {of.text.length - LONGEST} more characters</span>}
      {"\n"}
    </code>
  );
}

const WORDS = { "+": "plus", "-": "minus", " ": "same" } as const;
const SAID = { "+": "added", "-": "removed", " ": "" } as const;

function Side({ of, side, language }: { of: DiffLine | null; side: "old" | "new"; language: string }) {
  if (!of) return <><span class="d-no" /><span class="d-sign" /><span class="d-text d-void" /></>;
  const kind = WORDS[of.mark];
  return (
    <>
      <span class={`d-no d-${kind}`}>{of[side] ?? ""}</span>
      <span class={`d-sign d-${kind}`}>{of.mark === "-" ? "−" : of.mark}{of.mark !== " " && <span class="sr">{SAID[of.mark]}</span>}</span>
      <span class={`d-text d-${kind}`}><Text of={of} language={language} /></span>
    </>
  );
}

function Inline({ of, language, numbers }: { of: readonly DiffLine[]; language: string; numbers: boolean }) {
  const fresh = numbers && of.every((line) => line.mark === "+");
  return (
    <div class={`diff d-inline ${numbers ? "" : "d-bare"} ${fresh ? "d-new" : ""}`}>
      {of.map((line, index) => {
        const kind = WORDS[line.mark];
        return (
          <div key={index} class="d-row">
            {numbers && !fresh && <span class={`d-no d-${kind}`}>{line.old ?? ""}</span>}
            {numbers && <span class={`d-no d-${kind}`}>{line.new ?? ""}</span>}
            <span class={`d-sign d-${kind}`}>{line.mark === "-" ? "−" : line.mark}{line.mark !== " " && <span class="sr">{SAID[line.mark]}</span>}</span>
            <span class={`d-text d-${kind}`}><Text of={line} language={language} /></span>
          </div>
        );
      })}
    </div>
  );
}

function Both({ of, language }: { of: readonly Beside[]; language: string }) {
  return (
    <div class="diff d-beside">
      {of.map(([left, right], index) => <div key={index} class="d-row"><Side of={left} side="old" language={language} /><Side of={right} side="new" language={language} /></div>)}
    </div>
  );
}

interface Props {
  name: string;
  of: readonly Hunk[];
  /** The file, where a hunk does not name its own. */
  path: string;
  sideBySide: boolean;
  first?: number;
}

/** The hunks of each file, in their order. */
function byFile(hunks: readonly Hunk[], path: string): [string, Hunk[]][] {
  const found: [string, Hunk[]][] = [];
  for (const hunk of hunks) {
    const own = hunk.path || path;
    const last = found.at(-1);
    if (last && last[0] === own) last[1].push(hunk);
    else found.push([own, [hunk]]);
  }
  return found;
}

export function Diff({ name, of, path, sideBySide, first = FIRST }: Props) {
  const files = byFile(of, path);
  return (
    <>
      {files.map(([file, hunks], place) => {
        const language = languageOf(file);
        const added = hunks.reduce((all, hunk) => all + hunk.lines.filter((line) => line[0] === "+").length, 0);
        const removed = hunks.reduce((all, hunk) => all + hunk.lines.filter((line) => line[0] === "-").length, 0);
        return (
          <div key={place} class="b-diff">
            {files.length > 1 && <p class="b-label"><Path of={file} /> <Lines added={added} removed={removed} /></p>}
            {hunks.map((hunk, index) => {
              const lines = diffLines(hunk);
              const numbers = hunk.old_start > 0 || hunk.new_start > 0;
              // a file that is new has nothing to stand beside
              const both = sideBySide && lines.some((line) => line.mark === "-") && lines.some((line) => line.mark !== "-");
              const key = `${name} ${place}.${index}`;
              return (
                <div key={index} class="d-hunk">
                  {both ? <Fold name={key} of={beside(lines)} first={first}>{(shown) => <Both of={shown} language={language} />}</Fold> : <Fold name={key} of={lines} first={first}>{(shown) => <Inline of={shown} language={language} numbers={numbers} />}</Fold>}
                </div>
              );
            })}
          </div>
        );
      })}
    </>
  );
}
