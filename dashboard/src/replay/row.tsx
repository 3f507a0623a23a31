/** One event in the list: its number and time, how it looks, and what can be done with it. */
import { Component } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useStore } from "../api/store";
import { absolute } from "../model/times";
import type { Moment, Noted } from "../model/replay";
import { Menu } from "../parts/menu";
import { copy } from "../parts/told";
import { Block, type Reach } from "./blocks";
import type { Desk } from "./desk";
import { failing, groupOf, isRow } from "./kinds";
import { mark, Notes, Writing } from "./noting";

interface Props {
  of: Moment;
  pair: Moment | undefined;
  desk: Desk;
  current: boolean;
  linked: boolean;
  open: boolean;
  wide: boolean;
  notes: readonly Noted[];
  writing: boolean;
  observer: ResizeObserver | null;
}

/** What blocks may ask for, as a desk gives it. */
export function reachOf(desk: Desk): Reach {
  const { source, tape } = desk;
  return {
    event: (number) => tape.at(number),
    image: source.image,
    raw: source.raw,
    whole: source.whole,
    canOpen: source.canOpen,
    by: (of) => tape.head?.prompts.find((one) => one.event === of.number && of.session === tape.session)?.by,
    child: (session) => tape.head?.children.find((one) => one.id === session),
    findings: (of) => tape.head?.findings.filter((one) => one.event === Number(of.number) && one.session === of.session) ?? [],
    open: (session, event) => (session === tape.session && event ? void desk.seek(event) : source.open(session, event)),
  };
}

const reaches = new WeakMap<Desk, Reach>();

function reach(desk: Desk): Reach {
  const known = reaches.get(desk) ?? reachOf(desk);
  reaches.set(desk, known);
  return known;
}

/** `0:42`, `12:05`, `1:02:09` since the session began. */
export function since(seconds: number | null): string {
  if (seconds === null) return "";
  const whole = Math.floor(Math.abs(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, String(whole % 60).padStart(2, "0")];
  return `${seconds < 0 ? "−" : ""}${hours ? `${hours}:${String(minutes).padStart(2, "0")}` : minutes}:${rest}`;
}

/** The text of an event and of what came of it. */
export function textOf(of: Moment, pair: Moment | undefined): string {
  const whole = (one: Moment) => {
    const missing = one.size - one.text.length - one.tail.length;
    const cut = one.tail ? `${one.text}\n… ${missing > 0 ? `${missing} characters` : ""} …\n${one.tail}` : one.text;
    return cut || one.hunks.map((hunk) => [hunk.path, ...hunk.lines].filter(Boolean).join("\n")).join("\n");
  };
  return [of.title, whole(of), pair && whole(pair)].filter(Boolean).join("\n\n");
}

export function inEditor(path: string): string {
  return `vscode://file${path.startsWith("/") ? "" : "/"}${encodeURI(path.replaceAll("\\", "/"))}`;
}

/** The file that a step is about, where it names one. */
function fileOf(of: Moment, cwd: string | null): string | null {
  if (!/^(read|edit|write)$/.test(of.tool_kind ?? "") && !/^file_/.test(of.kind)) return null;
  if (!of.title || /\s{2}|\n/.test(of.title)) return null;
  if (/^(\/|[A-Za-z]:\\)/.test(of.title)) return of.title;
  return cwd ? `${cwd.replace(/\/$/, "")}/${of.title}` : null;
}

function Deeds({ of, pair, desk, onRaw }: { of: Moment; pair: Moment | undefined; desk: Desk; onRaw: () => void }) {
  const { source, tape } = desk;
  const number = Number(of.number);
  const head = tape.head;
  const file = source.served ? fileOf(of, head?.session.cwd ?? null) : null;
  return (
    <Menu label={`Event ${of.number}`} right>
      {(close) => {
        const item = (name: string, run: () => void) => <button type="button" class="option" onClick={() => (close(), run())}>{name}</button>;
        return (
          <>
            {item("Copy its text", () => void copy(textOf(of, pair), "Text"))}
            {item("Copy its address", () => void copy(source.link(tape.session, number), "Address"))}
            {item("Copy its id", () => void copy(of.id, "Id"))}
            {head?.resume && item("Copy the resume command", () => void copy(head.resume!, "Command"))}
            {head?.log && item("Copy the path of the log", () => void copy(head.log!, "Path"))}
            {source.served && head?.log && <a class="option" href={inEditor(head.log)}>Open the log in the editor</a>}
            {file && <a class="option" href={inEditor(file)}>Open the file in the editor</a>}
            {(source.served || source.shared?.passage.raw) && item("Show the record", onRaw)}
            {item("Show why (w)", () => (desk.put(number), void desk.why(number)))}
            {source.served && item("Note (m)", () => desk.writing.set(number))}
            {source.served && item("Bookmark (b)", () => void mark(desk, number))}
          </>
        );
      }}
    </Menu>
  );
}

function pretty(line: string): string {
  try {
    return JSON.stringify(JSON.parse(line), null, 2);
  } catch {
    return line;
  }
}

function Raw({ of, pair, desk, onClose }: { of: Moment; pair: Moment | undefined; desk: Desk; onClose: () => void }) {
  const [lines, setLines] = useState<string[] | null | undefined>(undefined);
  useEffect(() => {
    const both = Promise.all([desk.source.raw(of), pair ? desk.source.raw(pair) : null]);
    both.then(([own, other]) => setLines(own || other ? [...new Set([...(own ?? []), ...(other ?? [])])] : null), () => setLines(null));
  }, [of.number]);
  return (
    <div class="raw">
      <p class="ink2">{lines === undefined ? "Reading its record…" : lines?.length ? "As the log has it:" : "Its record is not to be had here."} <button type="button" class="link" onClick={onClose}>Hide</button> {lines?.length ? <button type="button" class="link" onClick={() => void copy(lines.join("\n"), "Record")}>Copy</button> : null}</p>
      {lines?.map((line, index) => <pre key={index} tabIndex={0}>{pretty(line)}</pre>)}
    </div>
  );
}

const NESTED = 40;

/** What a sub-agent did, in place. */
function Nested({ session, desk }: { session: string; desk: Desk }) {
  const tape = desk.source.tape(session);
  const [most, setMost] = useState(NESTED);
  useStore(tape.changed);
  useEffect(() => {
    if (tape.head === null) void tape.open().then(() => tape.load(1, most));
    else tape.need(1, most);
  }, [tape, most]);
  if (tape.error !== null) return <p class="ink2">{tape.error instanceof Error ? tape.error.message : "It could not be read."}</p>;
  const rows = [];
  let at = 1;
  for (; at <= tape.total && rows.length < most; at += 1) {
    const of = tape.at(at);
    if (of === undefined) break;
    if (!isRow(of) || ["models", "rest"].includes(groupOf(of))) continue;
    rows.push(<li key={at}><span class="event">{at}</span><Block of={of} {...pairOf(tape.pairOf(of))} reach={nestedReach(desk, session)} sideBySide={false} open={false} /></li>);
  }
  return (
    <div class="nested">
      <ol>{rows}</ol>
      {at <= tape.total && <button type="button" class="button" onClick={() => (setMost(most + 200), tape.need(1, at + PAGE_AHEAD))}>Show more of it</button>}
    </div>
  );
}

const PAGE_AHEAD = 300;

function nestedReach(desk: Desk, session: string): Reach {
  const tape = desk.source.tape(session);
  return { ...reach(desk), event: (number) => tape.at(number) };
}

/** A property that is either there or left out. */
export function pairOf(pair: Moment | undefined): { pair?: Moment } {
  return pair ? { pair } : {};
}

/** Pixels that the menu of an event needs below it. */
const ROOM = 400;

/** Near the lower edge of the window the menu opens upwards. */
function upward(event: MouseEvent): void {
  const place = event.currentTarget as HTMLElement;
  place.classList.toggle("up", place.getBoundingClientRect().top > innerHeight - ROOM);
}

function Inside({ of, pair, desk, open, wide, notes, writing }: Props) {
  const [raw, setRaw] = useState(false);
  const [child, setChild] = useState(false);
  const number = Number(of.number);
  const started = of.child ?? pair?.child ?? null;
  return (
    <>
      <div class="gutter">
        <a class="event" href={`#e${of.number}`} title={of.at ? absolute(of.at) : "no time is recorded"} onClick={(event) => (event.preventDefault(), void desk.seek(number))}>{of.number}</a>
        <span class="nil">{since(of.offset_s)}</span>
        {(failing(of) || failing(pair)) && <span class="bad" title="failed">✕<span class="sr"> failed</span></span>}
        {of.side && <span class="nil" title="off the main thread">side</span>}
        {of.inherited && <span class="nil" title="copied from the session that this one was forked from: not counted">copied</span>}
      </div>
      <div class="body">
        <Block of={of} {...pairOf(pair)} reach={reach(desk)} sideBySide={wide} open={open} />
        {started && desk.source.canOpen(started) && (
          <p class="child">
            <button type="button" class="button" aria-expanded={child} onClick={() => setChild(!child)}>{child ? "Hide what it did" : "Show what it did"}</button>{" "}
            <button type="button" class="link" onClick={() => desk.source.open(started)}>its own replay</button>
          </p>
        )}
        {child && started && <Nested session={started} desk={desk} />}
        {notes.length > 0 && <Notes of={notes} desk={desk} />}
        {writing && <Writing event={number} desk={desk} />}
        {raw && <Raw of={of} pair={pair} desk={desk} onClose={() => setRaw(false)} />}
      </div>
      <div class="deeds-of" onClickCapture={upward}><Deeds of={of} pair={pair} desk={desk} onRaw={() => setRaw(true)} /></div>
    </>
  );
}

/** Drawn anew only when something of it changed. */
export class Row extends Component<Props> {
  private element: HTMLElement | null = null;

  override shouldComponentUpdate(next: Readonly<Props>): boolean {
    const now = this.props;
    return (Object.keys(next) as (keyof Props)[]).some((key) => next[key] !== now[key]);
  }

  override componentDidMount(): void {
    if (this.element) this.props.observer?.observe(this.element);
  }

  override componentWillUnmount(): void {
    if (this.element) this.props.observer?.unobserve(this.element);
  }

  private clicked = (event: MouseEvent): void => {
    if ((event.target as Element).closest("a, button:not([aria-expanded]), input, textarea, .sheet") || getSelection()?.toString()) return;
    this.props.desk.put(Number(this.props.of.number));
  };

  override render() {
    const { of, current, linked } = this.props;
    return (
      <div
        ref={(element) => void (this.element = element)} class={`moment g-${groupOf(of)} ${current ? "current" : ""} ${linked ? "linked" : ""}`} data-event={of.number}
        aria-current={current ? "true" : undefined} onClick={this.clicked}
      >
        <Inside {...this.props} />
      </div>
    );
  }
}

