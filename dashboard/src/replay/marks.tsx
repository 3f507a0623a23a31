/** Marks of what happened: a shape each, and a word; colour only helps. */
import type { MarkerKind } from "../model/replay";

interface Shape {
  word: string;
  path: string;
  tone: "" | "bad" | "good" | "care" | "accent";
}

/** In a square of eight. */
export const SHAPES: Record<MarkerKind, Shape> = {
  prompt: { word: "prompt", path: "M3.2 0h1.6v8H3.2z", tone: "accent" },
  failed: { word: "failed step", path: "M1 2 2 1l2 2 2-2 1 1-2 2 2 2-1 1-2-2-2 2-1-1 2-2z", tone: "bad" },
  refused: { word: "refused", path: "M4 .5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM2 3.3h4v1.4H2z", tone: "bad" },
  error: { word: "error", path: "M4 .5 8 7.5H0z", tone: "bad" },
  retry: { word: "retry", path: "M4 1a3 3 0 1 0 3 3H5.8A1.8 1.8 0 1 1 4 2.2V4l3-2.4L4 0z", tone: "care" },
  interruption: { word: "interruption", path: "M1 1h2.2v6H1zM4.8 1H7v6H4.8z", tone: "care" },
  compaction: { word: "compaction", path: "M0 1h8L4 7z", tone: "care" },
  clear: { word: "clear", path: "M0 1h8L4 7zM2.2 2.2h3.600L4 5z", tone: "care" },
  model: { word: "another model", path: "M4 0 8 4 4 8 0 4z", tone: "accent" },
  commit: { word: "commit", path: "M4 .8a3.2 3.2 0 1 0 0 6.400A3.2 3.2 0 0 0 4 .8z", tone: "good" },
  finding: { word: "finding", path: "M4 .3 5.1 3l2.7.2-2.1 1.8.7 2.700L4 6.2 1.6 7.700l.7-2.700L.2 3.2 2.9 3z", tone: "care" },
  note: { word: "note", path: "M1 0h6v8L4 5.6 1 8z", tone: "accent" },
  blocked: { word: "blocked", path: "M1 1h6v6H1z", tone: "bad" },
};

export function Mark({ kind }: { kind: MarkerKind }) {
  const { path, tone } = SHAPES[kind] ?? SHAPES.error;
  return <svg class={`sign ${tone}`} viewBox="0 0 8 8" width="8" height="8" aria-hidden="true"><path d={path} fill-rule="evenodd" /></svg>;
}
