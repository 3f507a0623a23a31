/** What a tool was given or gave back, as names and values. */
import type { VNode } from "preact";
import { Fold } from "./folded";
import type { Value } from "./read/given";

/** Values that lie deeper are shown as JSON. */
export const DEEPEST = 3;
const MOST = 40;
const LONG = 600;

export function isPlain(value: Value): value is string | number | boolean | null {
  return value === null || typeof value !== "object";
}

function Text({ of, name }: { of: string; name: string }) {
  const lines = of.split("\n");
  if (lines.length === 1 && of.length <= LONG) return <span class="f-text">{of || <span class="nil">empty</span>}</span>;
  if (lines.length === 1) return <Fold name={name} of={of.match(/[^]{1,600}/g) ?? []} first={1} what="pieces">{(shown) => <span class="f-text">{shown.join("")}</span>}</Fold>;
  return <Fold name={name} of={lines} first={12}>{(shown) => <pre class="f-text">{shown.join("\n")}</pre>}</Fold>;
}

export function FieldValue({ of, name, depth = 0 }: { of: Value; name: string; depth?: number }): VNode {
  if (typeof of === "string") return <Text of={of} name={name} />;
  if (isPlain(of)) return <span class="t-number">{String(of)}</span>;
  if (depth >= DEEPEST) return <code>{JSON.stringify(of).slice(0, LONG)}</code>;
  if (Array.isArray(of)) {
    if (!of.length) return <span class="nil">none</span>;
    if (of.every((one) => isPlain(one) && String(one).length < 40) && of.length <= 12) return <span class="f-text">{of.map(String).join(", ")}</span>;
    return <Fold name={name} of={of} first={12} what="entries">{(shown, from) => <ol class="f-list" start={from + 1}>{shown.map((one, index) => <li key={index}><FieldValue of={one} name={`${name}.${from + index}`} depth={depth + 1} /></li>)}</ol>}</Fold>;
  }
  return <Fields of={of} name={name} depth={depth + 1} />;
}

export function Fields({ of, name, depth = 0, without = [] }: { of: { [key: string]: Value }; name: string; depth?: number; without?: readonly string[] }): VNode {
  const rows = Object.entries(of).filter(([key]) => !without.includes(key));
  if (!rows.length) return <span class="nil">nothing</span>;
  return (
    <Fold name={`${name} fields`} of={rows} first={MOST} what="fields">
      {(shown) => <dl class="f-rows">{shown.map(([key, value]) => <div key={key}><dt>{key}</dt><dd><FieldValue of={value} name={`${name}.${key}`} depth={depth} /></dd></div>)}</dl>}
    </Fold>
  );
}

/** The same in a line. */
export function briefly(value: Value, most = 160): string {
  const words = isPlain(value) ? String(value) : Array.isArray(value) ? `${value.length} entries` : Object.entries(value).map(([key, one]) => `${key}: ${isPlain(one) ? String(one).replace(/\s+/g, " ").slice(0, 80) : Array.isArray(one) ? `[${one.length}]` : "{…}"}`).join("  ");
  return words.length > most ? `${words.slice(0, most)}…` : words;
}
