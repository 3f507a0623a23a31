/** Why an event happened or failed: what led to it, what came back, what became of it. Every event in it can be gone to. */
import type { ComponentChildren } from "preact";
import { Fragment } from "preact";
import { useEffect } from "preact/hooks";
import { useStore } from "../api/store";
import { many } from "../model/counts";
import type { Asked, Moment } from "../model/replay";
import { goesOn } from "../model/words";
import { Icon } from "../parts/icons";
import { Cost, Span } from "../parts/values";
import { LastLines } from "./blocks/shown";
import { aboutOf, verbOf } from "./blocks/verbs";
import { HOWS, type Step } from "./chain";
import type { Desk } from "./desk";
import { called, failing } from "./kinds";
import { cameRight, failedIn, faultWords, followers, sequelWords } from "./sequel";
import type { Tape } from "./tape";

/** Of a list of failures as many are named. */
const MOST = 6;

/** How it ended, in a word or two; nothing of what did not fail. */
function ending(of: Moment | undefined, pair: Moment | undefined): string {
  const one = pair ?? of;
  if (!one || !(failing(of) || failing(pair) || one.fault)) return "";
  if (one.refused || one.kind === "blocked") return " was refused";
  return one.interrupted || one.kind === "interrupted" ? " was stopped" : " failed";
}

/** What it says in a line: of a file that was read not the file, of an output of several lines the first. */
function firstOf(of: Moment, call: Moment | undefined): string {
  const about = aboutOf(of).trim();
  if (of.kind !== "tool_result" || of.fault || !about.includes("\n")) return about;
  return call?.tool_kind === "read" ? "the content of the file" : `${about.slice(0, about.indexOf("\n"))} …`;
}

/** What a line of the story calls an event: the list's word, and its first words; files without the folder that all lie in. A result is told by its call. */
export function parts(of: Moment | undefined, call: Moment | undefined, cwd: string | null): [string, string] {
  if (!of) return ["…", ""];
  const words = firstOf(of, call).replace(/\s+/g, " ").slice(0, 240);
  const said = cwd ? words.replaceAll(`${cwd.replace(/\/$/, "")}/`, "") : words;
  if (of.kind === "tool_result" && call) return [verbOf(call), `→ ${said}`];
  return [verbOf(of), of.kind === "assistant_response" || of.kind === "thinking" ? `“${said}”` : said];
}

interface LineProps {
  event: number;
  desk: Desk;
  /** Another session's events are gone to there. */
  tape?: Tape;
}

function Line({ event, desk, tape = desk.tape }: LineProps) {
  const cursor = useStore(desk.cursor);
  const of = tape.at(event);
  const own = tape === desk.tape;
  const pair = of && tape.pairOf(of);
  const [what, said] = parts(of, pair, tape.head?.session.cwd ?? null);
  const wrong = failing(of) || failing(pair);
  return (
    <button type="button" class={`tale ${own && desk.rowOf(event) === cursor ? "here" : ""}`} title={of && called(of)} onClick={() => (own ? void desk.seek(event) : desk.source.open(tape.session, event))}>
      <span class="event">{own ? desk.rowOf(event) : event}</span>
      <span class="what"><b>{what}</b>{wrong && <span class="bad"> ✕<span class="sr"> failed</span></span>} <span class="said">{said}</span></span>
    </button>
  );
}

function Part({ name, children }: { name: string; children: ComponentChildren }) {
  return <section><h3>{name}</h3>{children}</section>;
}

/** What went wrong without any step. */
const ALONE: Partial<Record<Moment["kind"], string>> = {
  error: "The model could not be asked, or its answer broke off.", interrupted: "The agent was interrupted.", blocked: "A step was kept from being done.",
};

/** What came back of a step that failed: how it failed, the line that says it, and the end of its output. */
function Failure({ of, pair }: { of: Moment; pair: Moment | undefined }) {
  const alone = pair ?? of;
  const words = faultWords(pair) ?? ALONE[alone.kind] ?? (failing(alone) ? "It failed." : null);
  if (!words) return of.kind === "tool_call" && !pair ? <p class="ink2">The log has no result of it: it is not known how it ended.</p> : null;
  const telling = alone.telling || (pair ? "" : alone.text.split("\n", 1)[0]!);
  const output = (alone.tail || alone.text).replace(/<\/?tool_use_error>/g, "").trim();
  const more = output.startsWith(telling) ? output.slice(telling.length) : output;
  return (
    <div class="verdict">
      <p><b>✕ {words}</b></p>
      {telling && <p class="telling">{telling}{/^exit \d+$/.test(telling) && <span class="nil"> – the command line itself ends with it: it asked for that code</span>}</p>}
      {pair && more.trim() && <LastLines text={more} most={6} />}
    </div>
  );
}

/** The steps that led to it, from the first on. */
function Chain({ chain, desk }: { chain: readonly Step[]; desk: Desk }) {
  return (
    <ol>
      {chain.map((step, place) => (
        <Fragment key={step.event}>
          {step.how && <li class="how">{HOWS[step.how] ?? step.how}{step.path && <code> {step.path}</code>}</li>}
          <li class={place === chain.length - 1 ? "asked-for" : ""}><Line event={step.event} desk={desk} /></li>
        </Fragment>
      ))}
    </ol>
  );
}

/** What went wrong in a session, or under a prompt of it. */
function Failures({ tape, desk, first = 1, last = tape.total }: { tape: Tape; desk: Desk; first?: number; last?: number }) {
  const found = tape.head ? failedIn(tape.head, first, last) : [];
  const shown = found.slice(0, MOST);
  useEffect(() => void Promise.all(shown.map((one) => tape.load(one, one))), [tape, shown.join(" ")]);
  const rows = [...new Set(shown.map((one) => { const of = tape.at(one); return of?.kind === "tool_result" && of.pair !== null ? Number(of.pair) : one; }))];
  if (!found.length) return <p class="ink2">Nothing failed in it.</p>;
  return (
    <>
      <ol>{rows.map((one) => <li key={one}><Line event={one} desk={desk} tape={tape} /></li>)}</ol>
      {found.length > shown.length && <p class="ink2">… {found.length - shown.length} more</p>}
    </>
  );
}

/** What failed in the sub-agent that a step started. */
function Behind({ session, desk }: { session: string; desk: Desk }) {
  const tape = desk.source.tape(session);
  useStore(tape.changed);
  const error = useStore(tape.trouble);
  useEffect(() => void (tape.head ?? tape.open()), [tape]);
  return (
    <Part name="What failed in its sub-agent">
      {error !== null ? <p class="ink2">{error instanceof Error ? error.message : "It could not be read."}</p> : tape.head ? <Failures tape={tape} desk={desk} /> : <p class="ink2">Reading it…</p>}
      <button type="button" class="link" onClick={() => desk.source.open(session)}>Its own replay</button>
    </Part>
  );
}

/** What followed: tried again, mended, or not, and what was said about it. */
function After({ of, pair, desk }: { of: Moment; pair: Moment | undefined; desk: Desk }) {
  const words = sequelWords(of, pair, goesOn(desk.tape.head?.session.state));
  const found = followers(of);
  if (!words && !found.length) return null;
  return (
    <Part name="What came of it">
      {words && <p class={`came ${cameRight(of) ? "good" : ""}`}><b>{words}</b></p>}
      <ol>
        {found.map((one) => (
          <Fragment key={one.event}>
            <li class="how">{one.words}</li>
            <li><Line event={one.event} desk={desk} /></li>
          </Fragment>
        ))}
      </ol>
    </Part>
  );
}

/** What a prompt led to. */
function Under({ prompt, desk }: { prompt: Asked; desk: Desk }) {
  const answer = Number(prompt.answer ?? 0);
  return (
    <>
      <Part name="What it led to">
        <p class="came">
          {many(prompt.tool_calls, "tool call")} · {prompt.failed_steps ? <b class="bad">{prompt.failed_steps} failed</b> : "none failed"} · {many(prompt.last_event - prompt.first_event, "event")}
          {" · "}<Span seconds={prompt.seconds} />{prompt.inherited ? "" : " · "}{!prompt.inherited && <Cost of={prompt} />}
        </p>
        {answer > 0 && <ol><li class="how">The last that the agent said</li><li><Line event={answer} desk={desk} /></li></ol>}
      </Part>
      <Part name="What failed under it"><Failures tape={desk.tape} desk={desk} first={prompt.first_event} last={prompt.last_event} /></Part>
    </>
  );
}

export function Why({ desk }: { desk: Desk }) {
  const chain = useStore(desk.chain);
  useStore(desk.tape.changed);
  if (!chain.length) return null;
  const event = chain.at(-1)!.event;
  const of = desk.tape.at(event);
  const pair = of && desk.tape.pairOf(of);
  const prompt = desk.tape.head?.prompts.find((one) => Number(one.event) === event);
  const child = of && (of.child ?? pair?.child ?? null);
  return (
    <aside class="why" aria-label="Why">
      <header><h2>{prompt ? `What prompt ${prompt.number} led to` : `Why event ${event}${ending(of, pair)}`}</h2><button type="button" class="icon-button" aria-label="Close" title="Close (Esc)" onClick={() => desk.chain.set([])}><Icon name="cross" /></button></header>
      {of && <Failure of={of} pair={pair} />}
      {prompt ? <ol><li class="asked-for"><Line event={event} desk={desk} /></li></ol> : <Part name="What led to it">{chain.length === 1 && <p class="ink2">Nothing on record led to it.</p>}<Chain chain={chain} desk={desk} /></Part>}
      {prompt && <Under prompt={prompt} desk={desk} />}
      {child && desk.source.canOpen(child) && <Behind session={child} desk={desk} />}
      {of && <After of={of} pair={pair} desk={desk} />}
    </aside>
  );
}
