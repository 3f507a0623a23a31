/** One event in the list: its number and time, how it looks, and what can be done with it. */
import { Component } from "preact";
import { useEffect, useState } from "preact/hooks";
import { absolute, since } from "../model/times";
import type { Going, Moment, Noted } from "../model/replay";
import { Menu } from "../parts/menu";
import { copy } from "../parts/told";
import { Block } from "./blocks";
import { useKept } from "./blocks/kept";
import type { Desk } from "./desk";
import { wayTo } from "./found";
import { called, groupOf, SIGNS, signOf } from "./kinds";
import { Started } from "./nested";
import { mark, Notes, Writing } from "./noting";
import { pairOf, reach } from "./reaches";

interface Props {
  of: Moment;
  pair: Moment | undefined;
  desk: Desk;
  current: boolean;
  linked: boolean;
  goes: Going;
  /** What the head says of it, as one text. */
  beside: string;
  open: boolean;
  wide: boolean;
  notes: readonly Noted[];
  writing: boolean;
  observer: ResizeObserver | null;
  /** The height of its one line, while there is no time for more; 0: it is drawn in full. */
  brief: number;
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
            {item("Copy the text", () => void copy(textOf(of, pair), "Text"))}
            {item("Copy a link to it (y)", () => void copy(source.link(tape.session, number), "Link"))}
            {item("Copy the event's id", () => void copy(of.id, "Id"))}
            {head?.resume && item("Copy the resume command", () => void copy(head.resume!, "Command"))}
            {head?.log && item("Copy the path of the log", () => void copy(head.log!, "Path"))}
            {source.served && head?.log && <a class="option" href={inEditor(head.log)}>Open the log in the editor</a>}
            {file && <a class="option" href={inEditor(file)}>Open the file in the editor</a>}
            {(source.served || source.shared?.passage.raw) && item("Show its lines of the log", onRaw)}
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
      <p class="ink2">{lines === undefined ? "Reading its lines of the log…" : lines?.length ? "As the log has it:" : "Its lines of the log are not to be had here."} <button type="button" class="link" onClick={onClose}>Hide</button> {lines?.length ? <button type="button" class="link" onClick={() => void copy(lines.join("\n"), "Lines")}>Copy</button> : null}</p>
      {lines?.map((line, index) => <pre key={index} tabIndex={0}>{pretty(line)}</pre>)}
    </div>
  );
}

/** Pixels that the menu of an event needs below it. */
const ROOM = 400;

/** Near the lower edge of the window the menu opens upwards. */
function upward(event: MouseEvent): void {
  const place = event.currentTarget as HTMLElement;
  place.classList.toggle("up", place.getBoundingClientRect().top > innerHeight - ROOM);
}

function Inside({ of, pair, desk, goes, open, wide, notes, writing }: Props) {
  const number = Number(of.number);
  const [raw, setRaw] = useKept(`${of.session} ${of.number} raw`, false);
  const started = of.child ?? pair?.child ?? null;
  const sign = signOf(of, pair);
  return (
    <>
      <div class="gutter">
        <a class="event" href={`#e${of.number}`} title={of.at ? absolute(of.at) : "no time is recorded"} onClick={(event) => (event.preventDefault(), void desk.seek(number))}>{of.number}</a>
        <span class="nil">{since(of.offset_s)}</span>
        {sign && <span class="bad" title={SIGNS[sign]}>{sign}<span class="sr"> {SIGNS[sign]}</span></span>}
        {sign && <button type="button" class="link why-of" aria-label={`Why event ${of.number} failed`} title="Why it failed, and what came of it (w)" onClick={() => (desk.put(number), void desk.why(number))}>why?</button>}
        {of.side && <span class="nil" title="off the main thread">side</span>}
        {of.inherited && <span class="nil" title="it stands in another session too, which this one was forked from or shares a call with, and counts there">copied</span>}
      </div>
      <div class="body">
        <Block of={of} {...pairOf(pair)} reach={reach(desk)} sideBySide={wide} open={open} goes={goes} />
        {started && desk.source.canOpen(started) && <Started tape={desk.tape} way={[number]} child={started} desk={desk} />}
        {notes.length > 0 && <Notes of={notes} desk={desk} />}
        {writing && <Writing event={number} desk={desk} />}
        {raw && <Raw of={of} pair={pair} desk={desk} onClose={() => setRaw(false)} />}
      </div>
      <div class="deeds-of" onClickCapture={upward}><Deeds of={of} pair={pair} desk={desk} onRaw={() => setRaw(true)} /></div>
    </>
  );
}

/** What an event is, in a line: there is no time for more while it flies by. */
function Briefly({ of, pair }: { of: Moment; pair: Moment | undefined }) {
  const sign = signOf(of, pair);
  return (
    <>
      <div class="gutter"><a class="event" href={`#e${of.number}`}>{of.number}</a>{sign && <span class="bad">{sign}<span class="sr"> {SIGNS[sign]}</span></span>}</div>
      <div class="body">{called(of)}</div>
    </>
  );
}

/** Drawn anew only when something of it changed. */
export class Row extends Component<Props> {
  private element: HTMLElement | null = null;
  private isWatched = false;

  override shouldComponentUpdate(next: Readonly<Props>): boolean {
    const now = this.props;
    return (Object.keys(next) as (keyof Props)[]).some((key) => next[key] !== now[key]);
  }

  override componentDidMount(): void {
    this.watched();
  }

  override componentDidUpdate(): void {
    this.watched();
  }

  override componentWillUnmount(): void {
    if (this.element) this.props.observer?.unobserve(this.element);
  }

  /** What is a line only has the height that it was given. */
  private watched(): void {
    const { observer, brief } = this.props;
    if (!this.element || !observer || Boolean(brief) !== this.isWatched) return;
    this.isWatched = !brief;
    if (brief) observer.unobserve(this.element);
    else observer.observe(this.element);
  }

  private clicked = (event: MouseEvent): void => {
    if ((event.target as Element).closest("a, button:not([aria-expanded]), input, textarea, .sheet") || getSelection()?.toString()) return;
    this.props.desk.follow.set(false);
    this.props.desk.at(wayTo(event.target as Element));
  };

  private found = (element: HTMLElement | null): void => void (this.element = element);

  override render() {
    const { of, pair, current, linked, brief } = this.props;
    return (
      <div
        ref={this.found} class={`moment g-${groupOf(of)} ${current ? "current" : ""} ${linked ? "linked" : ""} ${brief ? "later" : ""}`} data-event={of.number}
        style={brief ? { height: `${brief}px` } : undefined} aria-current={current ? "true" : undefined} onClick={this.clicked}
      >
        {brief ? <Briefly of={of} pair={pair} /> : <Inside {...this.props} />}
      </div>
    );
  }
}

