/** One session, replayed: the same in the dashboard and in a file. */
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Refused } from "../api/client";
import { turnTheme } from "../shell/theme";
import { useStore } from "../api/store";
import { goesOn, shortId, title } from "../model/words";
import { Failed, Waiting } from "../parts/states";
import { copy, tell } from "../parts/told";
import { useKeys } from "../shell/keys";
import { Bar, NOT_HERE } from "./bar";
import { Desk } from "./desk";
import { Facts } from "./facts";
import { List } from "./list";
import { mark } from "./noting";
import { Prompts, PromptTable } from "./prompts";
import { Minimap, Scrub } from "./scrub";
import type { Source } from "./source";
import { Why } from "./why";

function useViewerKeys(desk: Desk): void {
  const { filter } = desk;
  const here = (run: () => void) => (desk.view.value === "events" ? run() : tell(NOT_HERE));
  useKeys([
    { key: "j", words: "next event", run: () => void desk.step(1) },
    { key: "k", words: "event before", run: () => void desk.step(-1) },
    { key: "n", words: "next prompt", run: () => void desk.prompt(1) },
    { key: "p", words: "prompt before", run: () => void desk.prompt(-1) },
    { key: "e", words: "next failure", run: () => void desk.error(1) },
    { key: "E", words: "failure before", run: () => void desk.error(-1) },
    { key: " ", words: "play and pause", run: () => desk.playing.set(!desk.playing.value) },
    { key: "w", words: "why did this happen", run: () => void desk.why() },
    { key: "c", words: "conversation only", run: () => (desk.view.set("events"), filter.set({ ...filter.value, talk: !filter.value.talk })) },
    { key: "t", words: "table of prompts", run: () => desk.view.set(desk.view.value === "prompts" ? "events" : "prompts") },
    { key: "x", words: "only what failed", run: () => here(() => filter.set({ ...filter.value, failed: !filter.value.failed })) },
    { key: "d", words: "diffs side by side", run: () => here(() => desk.wide.set(!desk.wide.value)) },
    { key: "Enter", words: "open and close", run: () => void desk.here((event) => desk.open(event)) },
    { key: "y", words: "copy a link to the event", run: () => void desk.here((event) => void copy(desk.source.link(desk.tape.session, event), "Link")) },
    { key: "/", words: "search in this session", run: () => document.querySelector<HTMLInputElement>(".replay [data-search]")?.focus() },
    { key: "\\", words: "light or dark", run: turnTheme },
    { key: "Escape", words: "close", run: () => (desk.chain.set([]), desk.playing.set(false)) },
    ...(desk.source.served
      ? [
          { key: "f", words: "follow", run: () => desk.follow.set(!desk.follow.value) },
          { key: "m", words: "write a note", run: () => void desk.here((event) => desk.writing.set(event)) },
          { key: "b", words: "bookmark", run: () => void desk.here((event) => void mark(desk, event)) },
        ]
      : []),
  ]);
}

/** The event to look at first; 0: the first, or the end of what runs. Another object asks anew. */
export interface Wanted {
  event: number;
}

interface Props {
  source: Source;
  session: string;
  at: Wanted;
  /** Grows when the session changed. */
  version?: number;
  onMove: (event: number) => void;
  /** What stands above and beside its name. */
  crumbs?: ComponentChildren;
  links?: ComponentChildren;
}

/** How often it is asked whether what ran without a word still runs, in milliseconds. */
const STILL = 30_000;

/** New events: held in sight where it is followed, else counted. */
function useGrowth(desk: Desk, version: number): void {
  const follow = useStore(desk.follow);
  const seen = useRef(0);
  useEffect(() => {
    const told = () => {
      if (desk.follow.value) [seen.current] = [desk.tape.total, desk.end()];
      seen.current = Math.min(seen.current || desk.tape.total, desk.tape.total);
      desk.fresh.set(desk.tape.total - seen.current);
    };
    told();
    return desk.tape.changed.watch(told);
  }, [desk, follow]);
  useEffect(() => {
    if (version) void desk.tape.grow();
  }, [version, desk]);
  const runs = goesOn(useStore(desk.tape.known)?.session.state);
  useEffect(() => {
    if (!runs || !desk.source.served) return undefined;
    const timer = setInterval(() => document.visibilityState === "visible" && void desk.tape.open(), STILL);
    return () => clearInterval(timer);
  }, [desk, runs]);
}

/** The first look: at the event of the address, at the end of what runs, else at the beginning. */
function useFirst(desk: Desk, at: Wanted): void {
  const first = useRef(true);
  useEffect(() => {
    const look = () => {
      if (at.event) void desk.seek(at.event, { quiet: true });
      else if (first.current && goesOn(desk.tape.head?.session.state) && desk.source.served) desk.follow.set(true);
      else if (first.current) void desk.begin();
      first.current = false;
    };
    if (desk.tape.head) look();
    else void desk.tape.open().then(() => desk.tape.head && look());
  }, [desk, at]);
}

/** Milliseconds between two moves that are each written down, and after the last of many. */
const APART = 150;
const SETTLED = 200;

/** Of moves that follow each other at once, as while a key is held, the last is written: browsers refuse to write so many. */
function gently(write: (event: number) => void): (event: number) => void {
  let last = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (event) => {
    const now = performance.now();
    clearTimeout(timer);
    if (now - last > APART) write(event);
    else timer = setTimeout(() => write(event), SETTLED);
    last = now;
  };
}

export function Viewer({ source, session, at, version = 0, onMove, crumbs, links }: Props) {
  const move = useRef(onMove);
  move.current = onMove;
  const here = useRef(true);
  useEffect(() => () => void (here.current = false), []);
  const desk = useMemo(() => new Desk(source, source.tape(session), gently((event) => here.current && move.current(event))), [source, session]);
  const head = useStore(desk.tape.known);
  const error = useStore(desk.tape.trouble);
  useViewerKeys(desk);
  useGrowth(desk, version);
  useFirst(desk, at);
  const view = useStore(desk.view);
  const chain = useStore(desk.chain);
  const body = useRef<HTMLDivElement>(null);
  const shown = useRef(view);
  useEffect(() => {
    if (shown.current === view) return;
    shown.current = view;
    const bar = document.querySelector(".replay-bar")?.getBoundingClientRect().bottom ?? 0;
    const top = body.current?.getBoundingClientRect().top ?? bar;
    if (view === "prompts" && top < bar) scrollBy(0, top - bar);
    if (view === "events") void desk.seek(desk.cursor.value, { quiet: true, keep: true });
  }, [view]);
  const name = head ? title(head.session) : shortId(session);
  useEffect(() => {
    document.title = `${name} · replay · agent-trace`;
  }, [name]);
  const failed = error !== null && <Failed error={error instanceof Refused ? error : new Refused(0, error instanceof Error ? error.message : String(error), "")} again={() => desk.tape.again()} />;
  if (!head) return failed || <Waiting lines={12} what="Reading the session" />;
  return (
    <div class={`replay ${chain.length ? "with-why" : ""}`}>
      <header class="session-head">
        {crumbs}
        <div class="title-line"><h1>{name}</h1>{links}</div>
        <Facts desk={desk} />
      </header>
      <div class="replay-bar">
        <Scrub desk={desk} />
        <Bar desk={desk} />
      </div>
      {failed}
      <div class={`replay-body ${view}`} ref={body}>
        {view === "events" && <div class="replay-side">{chain.length ? <Why desk={desk} /> : <nav aria-label="Prompts"><Prompts desk={desk} /></nav>}</div>}
        <div class="replay-main">{view === "prompts" ? <PromptTable desk={desk} /> : <List desk={desk} />}</div>
        {view === "events" && <Minimap desk={desk} />}
      </div>
    </div>
  );
}
