/** What a person sees of what a tool was given or gave back, so that it can be looked for. The server has the same words: `reports/_given.py`. */
import type { Sent } from "../../../model/replay";
import { briefly, DEEPEST, isPlain } from "../fields";
import { given, unescaped, type Value } from "./given";

/** Each name and value alone; `depth`: as in `FieldValue`, which has an object's own at one more. */
export function* said(of: Value, names: boolean, depth = 0): Generator<string> {
  if (isPlain(of)) {
    yield String(of);
    return;
  }
  if (depth === DEEPEST) yield JSON.stringify(of);
  if (Array.isArray(of) && of.every(isPlain)) {
    yield of.map(String).join(", ");
    yield of.map(String).join(" ");
  } else if (Array.isArray(of)) for (const one of of) yield* said(one, names, depth + 1);
  else
    for (const [name, one] of Object.entries(of)) {
      if (names) yield name;
      yield* said(one, names, depth + 1);
    }
}

/** Kinds of tools whose row says in its own words what the call is about: names of arguments are not in it. */
const OWN_WORDS = /^(?:shell|read|search|fetch|plan|ask|skill)$/;

/** The text of an event as its row shows it. */
export function* saidOf(of: Sent): Generator<string> {
  const [text, tail] = [of.text ?? "", of.tail ?? ""];
  const isCall = of.kind === "tool_call";
  const found = isCall || /^\s*[{[]/.test(text) ? given(text) : null;
  if (found && isCall) {
    const names = !of.title || !OWN_WORDS.test(of.tool_kind ?? "");
    // a call shows its names at once
    yield* said(found.value, names, Array.isArray(found.value) ? 0 : -1);
    if (names) yield briefly(found.value);
    yield unescaped(tail);
    return;
  }
  yield text;
  yield tail;
  if (!found || found.cut || tail) return;
  yield* said(found.value, true);
  yield briefly(found.value);
}
