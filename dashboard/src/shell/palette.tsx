/** ⌘K: pages, sessions and text, from the keyboard. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { get, report, url } from "../api/client";
import { go, replayAt, sessionAt } from "../api/route";
import type { Hit, SessionPage } from "../model/types";
import { title } from "../model/words";
import { typed } from "../pages/search";
import { Dialog } from "../parts/dialog";
import { Agent, When } from "../parts/values";
import { PAGES } from "./places";
import { turnTheme } from "./theme";

interface Choice {
  key: string;
  group: string;
  name: string;
  more: preact.ComponentChildren;
  run: () => void;
}

const WAIT = 120;
const SESSIONS = 8;
const HITS = 5;

function ownChoices(text: string): Choice[] {
  const wanted = text.toLowerCase();
  const pages = PAGES.map((page) => ({ key: page.path, group: "Pages", name: page.name, more: page.words, run: () => go(page.path) }));
  const deeds = [{ key: "theme", group: "Pages", name: "Light or dark", more: "turn the colours", run: turnTheme }];
  return [...pages, ...deeds].filter((choice) => `${choice.name} ${choice.more}`.toLowerCase().includes(wanted));
}

async function asked(text: string, signal: AbortSignal): Promise<Choice[]> {
  const sessions = get<SessionPage>(url("/api/v2/sessions", { q: text, limit: SESSIONS, sort: "started", order: "desc" }), signal);
  const hits = text.length > 2 ? get<{ hits: Hit[] }>(report("search", { text: typed(text.trim()), limit: HITS }), signal) : Promise.resolve({ hits: [] });
  const [found, said] = await Promise.allSettled([sessions, hits]);
  const rows = found.status === "fulfilled" ? found.value.sessions : [];
  const texts = said.status === "fulfilled" ? said.value.hits : [];
  return [
    ...rows.map((row) => ({ key: row.id, group: "Sessions", name: title(row), more: <><Agent name={row.agent} brief /> <When at={row.started} /></>, run: () => go(sessionAt(row.id)) })),
    ...texts.map((hit, index) => ({ key: `hit${index}`, group: "Text", name: hit.text.replace(/[«»]/g, "").slice(0, 120), more: <Agent name={hit.agent} brief />, run: () => go(replayAt(hit.session, hit.number)) })),
  ];
}

export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [far, setFar] = useState<{ text: string; choices: Choice[] }>({ text: "", choices: [] });
  /** Whether Enter was pressed before the answer to what was typed was here. */
  const awaited = useRef(false);
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => asked(text, stop.signal).then((found) => !stop.signal.aborted && setFar({ text, choices: found }), () => undefined), WAIT);
    return () => (clearTimeout(timer), stop.abort());
  }, [text]);
  const own = ownChoices(text);
  const choices = [...own, ...far.choices];
  const now = Math.min(at, choices.length - 1);
  useEffect(() => list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }), [now]);
  const run = (choice: Choice | undefined) => {
    onClose();
    choice?.run();
  };
  useLayoutEffect(() => {
    if (awaited.current && far.text === text) run(choices[0] ?? searchFor(text));
  }, [far]);
  const enter = () => {
    // what is still shown was found for another text
    if (far.text !== text && !own.length && at === 0) awaited.current = true;
    else run(choices[now] ?? searchFor(text));
  };
  const key = (event: KeyboardEvent) => {
    const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const move = moves[event.key];
    if (move) setAt((now + move + choices.length) % Math.max(choices.length, 1));
    else if (event.key === "Enter") enter();
    else return;
    event.preventDefault();
  };
  return (
    <Dialog label="Go to" onClose={onClose} high>
      <input
        class="palette-input" type="text" role="combobox" aria-label="Go to a page or session" aria-expanded="true" aria-controls="choices"
        aria-activedescendant={choices.length ? `choice${now}` : undefined} placeholder="Go to a page, a session, or search all text" autoFocus
        autocomplete="off" spellcheck={false} value={text} onInput={(event) => ((awaited.current = false), setText(event.currentTarget.value), setAt(0))} onKeyDown={key}
      />
      <ul id="choices" role="listbox" aria-label="Choices" class="choices" ref={list}>
        {choices.map((choice, index) => (
          <li key={choice.group + choice.key} id={`choice${index}`} role="option" aria-selected={index === now} onPointerMove={() => setAt(index)} onClick={() => run(choice)}>
            <span class="cut">{choice.name}</span>
            <span class="ink2">{choice.more}</span>
            <span class="group">{choice.group}</span>
          </li>
        ))}
      </ul>
      {!choices.length && <p class="none">Nothing found. Enter searches all text.</p>}
    </Dialog>
  );
}

function searchFor(text: string): Choice {
  return { key: "search", group: "Text", name: text, more: "", run: () => go(url("/search", { q: text })) };
}
