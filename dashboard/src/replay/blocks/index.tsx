/** How one event of a session looks, and the drawings beside it. Nothing here asks a server: what it needs comes through `Reach`. */
import type { VNode } from "preact";
import type { ContextLine, Line, Moment, Span } from "../../model/replay";
import type { Reach } from "./reach";

export type { Reach } from "./reach";

/** One event; a call with its result as `pair`. */
export function Block({ of }: { of: Moment; pair?: Moment; reach: Reach; sideBySide: boolean; open: boolean }): VNode {
  return <article class="block"><p>{of.title}</p><pre>{of.text}</pre></article>;
}

export function Markdown({ text }: { text: string }): VNode {
  return <p>{text}</p>;
}

export function Waterfall(_: { spans: Span[]; from: number; to: number; onPick(event: string): void }): VNode {
  return <figure class="waterfall" />;
}

export function Gauge(_: { line: ContextLine; at?: number }): VNode {
  return <figure class="gauge" />;
}

export function CostByClass(_: { lines: Line[] }): VNode {
  return <table class="classes" />;
}
