/** Markdown as elements: never as markup, so that nothing in it can do anything. */
import type { ComponentChildren, VNode } from "preact";
import { count } from "../../model/counts";
import type { Inline } from "./read/inline";
import { markdown, type Align, type Item, type Part } from "./read/markdown";
import { Code } from "./shown";

function Words({ of }: { of: readonly Inline[] }) {
  return <>{of.map((one, index) => <Word key={index} of={one} />)}</>;
}

/** A link that says nothing of where it was followed from. */
export function Away({ to, children }: { to: string; children: ComponentChildren }) {
  return <a class="b-away" href={to} rel="noreferrer noopener" target="_blank" title={to}>{children}</a>;
}

function Word({ of }: { of: Inline }): VNode {
  if (of.kind === "text") return <>{of.text}</>;
  if (of.kind === "code") return <code>{of.text}</code>;
  if (of.kind === "break") return <br />;
  if (of.kind === "link") return <Away to={of.href}><Words of={of.inside} /></Away>;
  if (of.kind === "image") return of.href ? <Away to={of.href}>picture: {of.alt || of.href}</Away> : <span class="ink2">picture: {of.alt || "without words"}</span>;
  const inside = <Words of={of.inside} />;
  return of.kind === "strong" ? <strong>{inside}</strong> : of.kind === "em" ? <em>{inside}</em> : <del>{inside}</del>;
}

function Entry({ of, tight, name }: { of: Item; tight: boolean; name: string }) {
  const first = of.inside[0];
  const flat = tight && first?.kind === "paragraph";
  return (
    <li class={of.checked === null ? undefined : "m-task"}>
      {of.checked !== null && <span class={of.checked ? "good" : "nil"}>{of.checked ? "☑" : "☐"}<span class="sr">{of.checked ? " done: " : " open: "}</span></span>}
      <div>{flat && <Words of={first.inside} />}<Parts of={flat ? of.inside.slice(1) : of.inside} name={name} /></div>
    </li>
  );
}

function Cell({ of, align }: { of: readonly Inline[]; align: Align | undefined }) {
  return <td class={align ? `m-${align}` : undefined}><Words of={of} /></td>;
}

function Grid({ of }: { of: Extract<Part, { kind: "table" }> }) {
  return (
    <div class="m-scroll" tabIndex={0} role="region" aria-label="Table">
      <table class="m-table">
        <thead><tr>{of.head.map((cell, index) => <th key={index} scope="col" class={of.aligns[index] ? `m-${of.aligns[index]}` : undefined}><Words of={cell} /></th>)}</tr></thead>
        <tbody>{of.rows.map((row, index) => <tr key={index}>{row.map((cell, place) => <Cell key={place} of={cell} align={of.aligns[place]} />)}</tr>)}</tbody>
      </table>
      {of.more > 0 && <p class="nil">{count(of.more)} more rows: copy the text to have them</p>}
    </div>
  );
}

function Piece({ of, name }: { of: Part; name: string }): VNode {
  switch (of.kind) {
    case "heading":
      return <p class={`m-head m-head${of.level}`}><Words of={of.inside} /></p>;
    case "paragraph":
      return <p><Words of={of.inside} /></p>;
    case "code":
      return <Code name={name} text={of.text} of={of.language} />;
    case "quote":
      return <blockquote><Parts of={of.inside} name={name} /></blockquote>;
    case "list": {
      const items = of.items.map((item, index) => <Entry key={index} of={item} tight={of.tight} name={`${name}.${index}`} />);
      return of.start === null ? <ul>{items}</ul> : <ol start={of.start}>{items}</ol>;
    }
    case "table":
      return <Grid of={of} />;
    case "rule":
      return <hr />;
    case "plain":
      return <Code name={name} text={of.text} of="" />;
  }
}

function Parts({ of, name }: { of: readonly Part[]; name: string }) {
  return <>{of.map((part, index) => <Piece key={index} of={part} name={`${name}.${index}`} />)}</>;
}

const MOST = 200;
const read = new Map<string, Part[]>();

/** Texts are read once, however often their row comes into sight. */
function partsOf(text: string): Part[] {
  const known = read.get(text);
  if (known) return known;
  const found = markdown(text);
  if (read.size >= MOST) read.delete(read.keys().next().value!);
  if (text.length < 50_000) read.set(text, found);
  return found;
}

export function Markdown({ text, name = "" }: { text: string; name?: string }): VNode {
  return <div class="markdown"><Parts of={partsOf(text)} name={name || text.slice(0, 80)} /></div>;
}
