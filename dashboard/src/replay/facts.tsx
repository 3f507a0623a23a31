/** What is known of the session as a whole: its figures in a line, and a sheet of each thing behind them. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useStore } from "../api/store";
import { count, many, share, short } from "../model/counts";
import { absolute, dated } from "../model/times";
import type { CommitRow, FoundHere, Head, PlanItem, PullRow, WorkedOn } from "../model/replay";
import { besideWords } from "../model/wording";
import { halves, rule, shortId, title, untold, UNPRINTED } from "../model/words";
import { Failures } from "../parts/failures";
import { type Column, Table } from "../parts/table";
import { copy } from "../parts/told";
import { Agent, Cost, Count, Lines, Pressed, Span, State, Tokens, Unknown, Usd, When } from "../parts/values";
import { CostByClass, Gauge, Shares, Waterfall } from "./blocks";
import type { Desk } from "./desk";
import type { Tape } from "./tape";
import { called } from "./kinds";
import { Mark } from "./marks";
import { Notes } from "./noting";
import { Legend } from "./scrub";

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

/** The part of what was sent that came from a cache; null where it is not recorded. */
export function cached(head: Head): string | null {
  const usage = head.session.total.usage;
  if (!usage || usage.cache_read === null) return null;
  const sent = (usage.input ?? 0) + usage.cache_read + (usage.cache_write_5m ?? 0) + (usage.cache_write_1h ?? 0);
  return sent ? share(usage.cache_read, sent) : null;
}

/** How many items of the plan are done, as the agent says it. */
export function planDone(plan: readonly PlanItem[]): number {
  return plan.filter((one) => one.done !== null || /^(completed?|done)$/.test(one.status)).length;
}

/** An address of a page elsewhere, or nothing where it is none. */
export function web(url: string | null): string | null {
  return url && /^https?:\/\/[^\s]+$/i.test(url) ? url : null;
}

function At({ event, desk, session }: { event: number; desk: Desk; session?: string }) {
  const other = session && session !== desk.tape.session ? session : null;
  const number = other ? event : desk.rowOf(event);
  if (other && !desk.source.canOpen(other)) return <span class="event">{number}</span>;
  return <button type="button" class="link" title={other ? "in a sub-agent" : "go to this event"} onClick={() => (other ? desk.source.open(other, event) : void desk.seek(event))}>event {number}</button>;
}

function Pull({ of }: { of: PullRow }) {
  const state = (of.today?.state ?? of.state ?? "").toLowerCase();
  const name = of.number === null ? "PR" : `#${of.number}`;
  const why = `${of.title ?? "pull request"}\n${of.today ? `asked ${absolute(of.today.as_of)}` : "as the session last saw it"}`;
  const inside = <>{name} <b class={state === "merged" || state === "open" ? "good" : state === "closed" ? "bad" : ""}>{state || "?"}</b></>;
  const url = web(of.url);
  return url ? <a class="badge" href={url} target="_blank" rel="noreferrer noopener" title={why}>{inside}</a> : <span class="badge" title={why}>{inside}</span>;
}

const SHA = 8;

/** The event of the commit before one, in the same session; 0: none was. */
function before(all: readonly CommitRow[], index: number): number {
  const { session, event } = all[index]!;
  return Math.max(0, ...all.filter((one) => one.session === session && one.event < event).map((one) => one.event));
}

/** Files that edit tools changed between two events, with their lines. */
export function edited(tape: Tape, after: number, until: number): { path: string; added: number; removed: number }[] {
  const found = new Map<string, { path: string; added: number; removed: number }>();
  for (let number = after + 1; number < until; number += 1) {
    const of = tape.at(number);
    if (of?.kind !== "tool_call" || !/^(edit|write)$/.test(of.tool_kind ?? "") || of.inherited) continue;
    const result = tape.pairOf(of);
    if (!result || result.went_wrong || result.refused) continue;
    const path = result.hunks[0]?.path || of.title;
    const sum = found.get(path) ?? { path, added: 0, removed: 0 };
    found.set(path, { path, added: sum.added + result.lines_added, removed: sum.removed + result.lines_removed });
  }
  return [...found.values()];
}

const NEAR = 3000;

/** What was edited since the commit before: what a commit holds, as far as the session shows it; of no edit that it was something else. */
function Edited({ desk, after, until, untold }: { desk: Desk; after: number; until: number; untold: boolean }) {
  const { tape } = desk;
  useStore(tape.changed);
  const from = Math.max(after, until - NEAR);
  useEffect(() => tape.need(from + 1, until), [from, until, tape]);
  const files = edited(tape, from, until);
  if (files.length) return <p class="edited">edited before it: {files.map((one, index) => <span key={one.path} title={one.path}>{index > 0 && ", "}<code>{halves(one.path)[1] || one.path}</code> <Lines added={one.added} removed={one.removed} /></span>)}</p>;
  return untold && tape.at(from + 1) && tape.at(until) ? <p class="edited">no edit before it: a command wrote what it holds</p> : null;
}

/** How much a commit changed, as git printed it. */
function Changed({ of }: { of: CommitRow }) {
  const known = of.lines_added !== null || of.lines_removed !== null;
  const files = of.files === null ? null : many(of.files, "file");
  if (known) return <><Lines added={of.lines_added} removed={of.lines_removed} />{files && <> in {files}</>}</>;
  return <>{files && <>{files}, </>}± lines <Lines added={null} removed={null} why={UNPRINTED} /></>;
}

function Commit({ of, after, desk }: { of: CommitRow; after: number; desk: Desk }) {
  const message = of.message?.trim();
  const own = of.session === desk.tape.session;
  return (
    <li class="commit">
      <span class="mono">{of.sha ? <button type="button" class="link mono" title="Copy the commit's name" onClick={() => void copy(of.sha!, "Commit")}>{of.sha.slice(0, SHA)}</button> : <Unknown why={`its name: ${UNPRINTED}`} />}</span>
      <div>
        <b>{of.subject ?? "(no message)"}</b>
        {message && message !== of.subject?.trim() && <p class="message">{message}</p>}
        <p class="changed">
          {of.branch && <span>{of.branch}</span>}
          <span><Changed of={of} /></span>
          {!of.stands && <b class="bad">{of.fate.replaceAll("_", " ")}</b>}
          {of.git?.reverted_by && <b class="bad">reverted later</b>}
        </p>
        {own && <Edited desk={desk} after={after} until={of.event} untold={of.lines_added === null} />}
      </div>
      <At event={of.event} desk={desk} session={of.session} />
    </li>
  );
}

/** So many files are named. */
const FILES = 12;

function Outcome({ head, desk }: { head: Head; desk: Desk }) {
  const of = head.outcome;
  if (!of) return <p class="none">{head.outcome_missing || "It is not known what came of it."}</p>;
  return (
    <>
      <p class="ink2">{of.why}{of.branch && <> · on <b>{of.branch}</b></>}{of.cost_per_commit_usd !== null && <> · <Usd value={of.cost_per_commit_usd} why="" /> a commit</>}</p>
      <ul class="commits">{of.commits.map((one, index) => <Commit key={index} of={one} after={before(of.commits, index)} desk={desk} />)}</ul>
      {of.files.length > 0 && <p class="edited">{many(of.files.length, "file")} changed: {of.files.slice(0, FILES).map((one, index) => <span key={one} title={one}>{index > 0 && ", "}<code>{inside(one, head.session.cwd)}</code></span>)}{of.files.length > FILES && ` and ${count(of.files.length - FILES)} more`}</p>}
      {of.pull_requests.length > 0 && <p class="badges">{of.pull_requests.map((one, index) => <span key={index}><Pull of={one} /> <span class="ink2">{one.title}</span></span>)}</p>}
      {of.tests.length > 0 && <ul class="plain shares">{of.tests.map((one, index) => <li key={index}><span class={one.result === "failed" ? "bad" : one.result === "passed" ? "good" : ""}>{one.result}</span> {one.program}{one.passed !== null && <span class="nil"> {one.passed} passed</span>}{one.failed ? <span class="bad"> {one.failed} failed</span> : null} <At event={one.event} desk={desk} session={one.session} /></li>)}</ul>}
      {of.undone.length > 0 && <ul class="plain">{of.undone.map((one, index) => <li key={index}><span class="bad">{one.how.replaceAll("_", " ")}</span> {one.paths.join(", ")} <At event={one.event} desk={desk} session={one.session} /></li>)}</ul>}
    </>
  );
}

/** A path without the folder that the session ran in. */
function inside(path: string, cwd: string | null): string {
  const folder = `${cwd?.replace(/\/$/, "")}/`;
  return cwd && path.startsWith(folder) ? path.slice(folder.length) : path;
}

const files = (cwd: string | null): Column<WorkedOn>[] => [
  { key: "path", name: "File", wide: true, by: (row) => row.path, cell: (row) => <span title={row.path}><span class="ink2">{halves(inside(row.path, cwd))[0]}</span>{halves(inside(row.path, cwd))[1]}</span> },
  { key: "reads", name: "Reads", right: true, by: (row) => row.reads, cell: (row) => <Count value={row.reads} quiet /> },
  { key: "writes", name: "Writes", right: true, by: (row) => row.writes, cell: (row) => <Count value={row.writes} quiet /> },
  { key: "lines", name: "± Lines", right: true, by: (row) => row.lines_added + row.lines_removed, cell: (row) => <Lines added={row.lines_added} removed={row.lines_removed} /> },
];

function Plan({ of, desk }: { of: readonly PlanItem[]; desk: Desk }) {
  return (
    <ol class="plan">
      {of.map((one, index) => {
        const done = planDone([one]) > 0;
        return <li key={index}><span class={done ? "good" : "nil"}>{done ? "✓" : /progress/.test(one.status) ? "▸" : "○"}</span> <span>{one.text}</span> <span class="nil">{one.status.replaceAll("_", " ")}</span> {(one.done ?? one.begun) !== null && <At event={(one.done ?? one.begun)!} desk={desk} />}</li>;
      })}
    </ol>
  );
}

function Findings({ of, desk }: { of: readonly FoundHere[]; desk: Desk }) {
  return (
    <ul class="plain found">
      {of.map((one, index) => (
        <li key={index}>
          <b>{rule(one.rule)}</b> <Usd value={one.usd} why="its tokens have no known price" /> {one.event !== null && <At event={one.event} desk={desk} session={one.session} />}
          <p>{one.summary}</p>
          <p class="ink2">{one.fix}</p>
        </li>
      ))}
    </ul>
  );
}

function ContextSheet({ head, desk }: { head: Head; desk: Desk }) {
  const cursor = useStore(desk.cursor);
  const { context } = head;
  if (!context.points.length) return <p class="none">How full the context was is not known: {untold(head.session.own, "the agent records no tokens")}.</p>;
  return (
    <>
      <Gauge line={context} at={cursor} />
      {context.shares.length > 0 && <><p class="b-label">What filled it at the end: estimated</p><Shares of={context.shares} /></>}
    </>
  );
}

/** How a step is called, where its event is loaded. */
function nameOf(desk: Desk, event: string): string | undefined {
  const of = desk.tape.at(Number(event));
  return of && called(of, desk.tape.head?.session.cwd);
}

function Timeline({ desk }: { desk: Desk }) {
  const { tape } = desk;
  useStore(tape.changed);
  const cursor = useStore(desk.cursor);
  const prompt = tape.head?.prompts.find((one) => one.first_event <= cursor && cursor <= one.last_event);
  const [from, to] = prompt ? [prompt.first_event, prompt.last_event] : [1, tape.total];
  tape.need(from, Math.min(to, from + 2000));
  const spans = [...tape.spans.values()].filter((one) => Number(one.event) >= from && Number(one.event) <= to);
  if (!spans.length) return <p class="none">No step {prompt ? `of prompt ${prompt.number}` : ""} has a time of its own.</p>;
  return (
    <>
      <p class="ink2">{prompt ? `Prompt ${prompt.number}` : "All"}: {many(spans.length, "step")}</p>
      <Waterfall spans={spans} from={Math.min(...spans.map((one) => one.start_s))} to={Math.max(...spans.map((one) => one.end_s))} name={(event) => nameOf(desk, event)} onPick={(event) => void desk.seek(Number(event))} />
    </>
  );
}

const LINKED = { resume: "goes on from", fork: "began as a copy of", clear: "began after /clear in", cleared: "went on after /clear in", copy: "was copied into" } as const;

function Related({ head, desk }: { head: Head; desk: Desk }) {
  const name = (session: string) => (desk.source.canOpen(session) ? <button type="button" class="link mono" onClick={() => desk.source.open(session)}>{shortId(session)}</button> : <span class="mono">{shortId(session)}</span>);
  return (
    <ul class="plain">
      {head.session.parent && <li>started by {name(head.session.parent)}</li>}
      {head.links.map((one, index) => <li key={index}>{LINKED[one.how]} {one.session ? name(one.session) : "another session, which the log does not name"} {one.event && <At event={Number(one.event)} desk={desk} />}</li>)}
      {head.children.map((one) => <li key={one.id} class="started"><Agent name={one.agent} brief /> <span>{desk.source.canOpen(one.id) ? <button type="button" class="link" onClick={() => desk.source.open(one.id)}>{title(one)}</button> : title(one)} <small class="nil"><Cost of={one.total} /> · <Span seconds={one.duration_s} brief /> · {many(one.failed_steps, "failed step")}</small>{head.unread.includes(one.id) && <span class="bad"> its log is gone</span>}</span></li>)}
    </ul>
  );
}

interface Sheet {
  key: string;
  name: ComponentChildren;
  body: () => ComponentChildren;
}

function sheets(head: Head, desk: Desk): Sheet[] {
  const { outcome, context } = head;
  const related = head.links.length + head.children.length + (head.session.parent ? 1 : 0);
  const session = head.annotations.filter((one) => one.event === null);
  const all: (Sheet | false)[] = [
    { key: "cost", name: "Cost in detail", body: () => <CostByClass lines={[...head.classes]} /> },
    { key: "context", name: <>Context {context.peak?.percent != null && <b>{share(context.peak.percent, 100)}</b>}</>, body: () => <ContextSheet head={head} desk={desk} /> },
    { key: "time", name: "Waterfall", body: () => <Timeline desk={desk} /> },
    head.files.length > 0 && { key: "files", name: <>Files <b>{head.files.length}</b></>, body: () => <Table caption="Files" columns={files(head.session.cwd)} rows={head.files} id={(row) => row.path} sort={{ key: "lines", down: true }} first={30} noun={["file", "files"]} /> },
    { key: "outcome", name: <>Outcome <b>{outcome ? many(outcome.standing, "commit") : "not known"}</b></>, body: () => <Outcome head={head} desk={desk} /> },
    head.plan.length > 0 && { key: "plan", name: <>Plan <b>{planDone(head.plan)} of {head.plan.length}</b></>, body: () => <Plan of={head.plan} desk={desk} /> },
    head.findings.length > 0 && { key: "findings", name: <>Findings <b>{head.findings.length}</b></>, body: () => <Findings of={head.findings} desk={desk} /> },
    head.loaded.length > 0 && { key: "loaded", name: <>Memory and skills <b>{head.loaded.length}</b></>, body: () => <ul class="plain">{head.loaded.map((one, index) => <li key={index}><span class="chip" title={one.kind}>{besideWords(one.kind)}</span> {one.text.split("\n", 1)[0]!.slice(0, 160)} <span class="nil">{short(one.size)} characters</span> <At event={Number(one.event)} desk={desk} /></li>)}</ul> },
    related > 0 && { key: "related", name: <>Related <b>{related}</b></>, body: () => <Related head={head} desk={desk} /> },
    head.annotations.length > 0 && { key: "notes", name: <>Notes <b>{head.annotations.length}</b></>, body: () => <><Notes of={session} desk={desk} /><ul class="plain">{head.annotations.filter((one) => one.event !== null).map((one) => <li key={one.annotation_id}><At event={Number(one.event)} desk={desk} /> {one.note || one.label || "bookmark"}</li>)}</ul></> },
    { key: "marks", name: "Legend", body: () => <Legend /> },
  ];
  return all.filter((one): one is Sheet => one !== false);
}

const FEW = 3;

/** A while ago on the page; on paper and in a file, which are read whenever, the date. */
function Started({ at, served }: { at: string | null; served: boolean }) {
  if (at === null || !served) return at === null ? <When at={null} /> : <time dateTime={at} title={absolute(at)}>{dated(at)}</time>;
  return <><span class="on-screen"><When at={at} /></span><time class="on-paper" dateTime={at}>{dated(at)}</time></>;
}

/** What came of it, in a line: the branch, the newest commits, the pull requests. */
function Made({ head, desk, onMore }: { head: Head; desk: Desk; onMore: () => void }) {
  const of = head.outcome;
  if (!of || (!of.commits.length && !of.pull_requests.length)) return null;
  const standing = of.commits.filter((one) => one.stands);
  return (
    <p class="made">
      {of.branch && <span class="mono ink2">{of.branch}</span>}
      {standing.slice(-FEW).map((one, index) => (
        <button type="button" class="badge" key={index} title={`${one.message ?? one.subject ?? ""}\n${many(one.files, "file")}, +${count(one.lines_added)} −${count(one.lines_removed)}\ngo to event ${one.session === desk.tape.session ? desk.rowOf(one.event) : one.event}`} onClick={() => (one.session === desk.tape.session ? void desk.seek(one.event) : desk.source.open(one.session, one.event))}>
          <Mark kind="commit" /><span class="sr">commit</span>{one.sha && <> <span class="mono">{one.sha.slice(0, SHA)}</span></>} <span class="cut">{one.subject}</span>
        </button>
      ))}
      {standing.length > FEW && <button type="button" class="link" onClick={onMore}>and {many(standing.length - FEW, "earlier commit")}</button>}
      {of.pull_requests.map((one, index) => <Pull key={`p${index}`} of={one} />)}
    </p>
  );
}

export function Facts({ desk }: { desk: Desk }) {
  const head = useStore(desk.tape.known)!;
  const [open, setOpen] = useState("");
  const one = head.session;
  const rate = cached(head);
  const all = sheets(head, desk);
  const now = all.find((sheet) => sheet.key === open);
  return (
    <Pressed.Provider value>
      <dl class="facts">
        <Fact name="Agent"><Agent name={one.agent} /></Fact>
        <Fact name="State"><State of={one.state} /></Fact>
        <Fact name="Cost"><b><Cost of={one.total} /></b>{head.children.length > 0 && one.subagents.cost_usd !== null && <small class="nil"> (sub-agents <Cost of={one.subagents} /> of it)</small>}</Fact>
        <Fact name="Tokens"><Tokens usage={one.total.usage} /></Fact>
        <Fact name="From cache">{rate ?? <Unknown why={untold(one.own, "the agent does not record it")} />}</Fact>
        <Fact name="Context at most">{head.context.peak ? <span title={`${count(head.context.peak.tokens)} of ${count(head.context.limit)} tokens at event ${head.context.peak.event}`}>{head.context.peak.percent === null ? short(head.context.peak.tokens) : share(head.context.peak.percent, 100)}</span> : <Unknown why={untold(one.own, "the agent records no tokens")} />}</Fact>
        <Fact name="Models">{one.models.length ? one.models.join(", ") : <Unknown why={untold(one.own, "no model is recorded")} />}</Fact>
        <Fact name="Prompts"><Count value={one.prompts} /></Fact>
        <Fact name="Tool calls"><Count value={one.total.tool_calls} />{Number(one.subagents.tool_calls) > 0 && <small class="nil"> ({count(one.subagents.tool_calls)} by sub-agents)</small>}</Fact>
        <Failures of={one} children={head.children} />
        <Fact name="Files"><Count value={head.files.length} quiet /></Fact>
        <Fact name="Lines"><Lines added={one.lines_added} removed={one.lines_removed} /></Fact>
        <Fact name="Started"><Started at={one.started} served={desk.source.served} /></Fact>
        <Fact name="Took"><Span seconds={one.duration_s} /></Fact>
        {head.waste_usd !== null && <Fact name="Wasted"><Usd value={head.waste_usd} why="" /></Fact>}
      </dl>
      {one.source_changed && <p class="ink2" role="status">Its log was rewritten, cut or deleted since: what was read before is kept, and shown here.</p>}
      <Made head={head} desk={desk} onMore={() => setOpen("outcome")} />
      <nav class="sheets" aria-label="More of it">
        {all.map((sheet) => <button type="button" key={sheet.key} aria-expanded={sheet.key === open} onClick={() => setOpen(sheet.key === open ? "" : sheet.key)}>{sheet.name}</button>)}
      </nav>
      {now && <div class="sheet-of" data-sheet={now.key}>{now.body()}</div>}
    </Pressed.Provider>
  );
}
