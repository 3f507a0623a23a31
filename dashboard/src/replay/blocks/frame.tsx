/** What stands around every block: what happened in a word, what it was about, what is known of it, and a way to copy it. */
import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../../parts/icons";
import { useKept } from "./kept";
import type { Said } from "./words";

const COPIED = 1600;

/** Where a page may not write to the clipboard by itself, a selection is copied. */
async function put(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "sr";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("not copied");
  }
}

export function Copy({ text, what }: { text: () => string; what: string }) {
  const [told, setTold] = useState("");
  const run = () => {
    void put(text()).then(() => "copied", () => "this browser does not let it").then((words) => {
      setTold(words);
      setTimeout(() => setTold(""), COPIED);
    });
  };
  return (
    <button type="button" class="icon-button b-copy" aria-label={`Copy ${what}`} title={`Copy ${what}`} onClick={run}>
      {told === "copied" ? <span aria-hidden="true">✓</span> : <Icon name="copy" />}
      <span class="sr" aria-live="polite">{told}</span>
    </button>
  );
}

export function Facts({ of }: { of: readonly Said[] }) {
  if (!of.length) return null;
  return <span class="b-facts">{of.map((one, index) => <span key={index} class={one.tone || undefined} title={one.why}>{one.text}</span>)}</span>;
}

interface Props {
  /** By which it is told from others, for what a person opened. */
  name: string;
  kind: string;
  verb: string;
  title?: ComponentChildren;
  facts?: readonly Said[];
  copy: () => string;
  /** Whether it begins open; without anything inside it cannot be opened. */
  open: boolean;
  /** Shown while it is closed. */
  brief?: ComponentChildren;
  /** It is never closed. */
  always?: ComponentChildren;
  children?: ComponentChildren;
}

/** Something to show, not an empty place for it. */
function there(one: ComponentChildren): boolean {
  return Array.isArray(one) ? one.some(there) : one !== null && one !== undefined && one !== false && one !== "";
}

export function Frame({ name, kind, verb, title, facts = [], copy, open, brief, always, children }: Props): VNode {
  const [opened, setOpened] = useKept(`${name} ${open}`, open);
  const opens = there(children);
  const said = <><span class="b-verb">{verb}</span>{there(title) && <span class="b-title">{title}</span>}</>;
  return (
    <div class={`block b-${kind} ${opens && opened ? "b-open" : ""}`}>
      <div class="b-head">
        {opens ? <button type="button" class="b-turn" aria-expanded={opened} onClick={() => setOpened(!opened)}>{said}</button> : <span class="b-turn">{said}</span>}
        <Facts of={facts} />
        <Copy text={copy} what={verb.toLowerCase()} />
      </div>
      {there(always) && <div class="b-body">{always}</div>}
      {opens && opened ? <div class="b-body">{children}</div> : there(brief) && <div class="b-body b-brief">{brief}</div>}
    </div>
  );
}
