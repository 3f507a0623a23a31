/** Cost, findings, outcome, files, sub-agents and notes of one session. */
import { useState } from "preact/hooks";
import { report, send, useData } from "../../api/client";
import { replayAt, sessionAt } from "../../api/route";
import { count, many } from "../../model/counts";
import { compared, length } from "../../model/money";
import { clock } from "../../model/times";
import type { Annotation, Finding, Found, Outcome, Prompt, SessionCost, Shown, Summary, TouchedFile } from "../../model/types";
import { halves, rule, title, UNPRINTED } from "../../model/words";
import { MARKED } from "../../parts/failures";
import { Icon } from "../../parts/icons";
import { Answer, Empty } from "../../parts/states";
import { type Column, Table } from "../../parts/table";
import { copy, doing } from "../../parts/told";
import { Agent, Cost, Count, Lines, Productive, Span, Tokens, Unknown, Usd, Waste, When } from "../../parts/values";
import { CostByClass } from "../../replay/blocks/classes";
import { note } from "./head";

export function Prompts({ id, of }: { id: string; of: readonly Prompt[] }) {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const turn = (event: number) => setOpen((now) => new Set(now.has(event) ? [...now].filter((one) => one !== event) : [...now, event]));
  if (!of.length) return <Empty title="Nobody prompted this session">A sub-agent is given its task by another session.</Empty>;
  return (
    <ol class="prompts">
      {of.map((prompt) => (
        <li key={prompt.event} class={open.has(prompt.event) ? "open" : undefined}>
          <a class="event" href={replayAt(id, prompt.event)} title={`event ${prompt.event}: show it in the replay`}>{prompt.event}</a>
          <div>
            <p class="text" onClick={() => turn(prompt.event)}>{prompt.text}</p>
            {prompt.text.length > 280 && <button type="button" class="link" onClick={() => turn(prompt.event)}>{open.has(prompt.event) ? "less" : "all of it"}</button>}
          </div>
          <span class="num"><Cost of={prompt} /></span>
          <span class="num nil">{prompt.at ? <time dateTime={prompt.at} title={prompt.at}>{clock(prompt.at)}</time> : <Unknown why="no time is recorded" />}</span>
        </li>
      ))}
    </ol>
  );
}

export function CostTab({ id, version }: { id: string; version: number }) {
  return (
    <Answer of={useData<SessionCost>(report("session-cost", { session: id }), version)}>
      {(of) => (
        <section>
          <h2>Calls by model and price <small>its own <Cost of={of.own} /> · sub-agents <Cost of={of.subagents} /> · not in the log {of.unlogged ? <Cost of={of.unlogged} /> : <Unknown why="the agent keeps no record of its own to compare with" />}</small></h2>
          <CostByClass lines={[...of.lines].sort((a, b) => compared(b.cost_usd, a.cost_usd))} />
        </section>
      )}
    </Answer>
  );
}

export function Advice({ text }: { text: string }) {
  return (
    <p class="fix">
      <span>{text}</span>
      <button type="button" class="icon-button" aria-label="Copy the advice" title="Copy the advice" onClick={() => void copy(text, "Advice")}><Icon name="copy" /></button>
    </p>
  );
}

function FindingRow({ of }: { of: Finding }) {
  return (
    <li class="finding">
      <h3>{rule(of.rule)} {of.event !== null && <a class="event" href={replayAt(of.session, of.event)}>event {of.event}</a>} <span class="chip" title="how sure it is">{Math.round(of.confidence * 100)} %</span></h3>
      <span class="wasted"><Usd value={of.usd} why="its tokens have no known price" /></span>
      <p>{of.summary}</p>
      <span class="wasted nil behind">{of.tokens !== null && of.tokens > 0 && `${count(of.tokens)} tokens`}{of.seconds ? <> <Span seconds={of.seconds} /></> : null}</span>
      <Advice text={of.fix} />
    </li>
  );
}

export function FindingsTab({ id, version }: { id: string; version: number }) {
  return (
    <Answer of={useData<Found>(report("findings", { session: id }), version)}>
      {(of) => of.findings.length ? (
        <section>
          <h2>{many(of.findings.length, "finding")} <small>wasted <Waste of={{ ...of.session, findings: of.findings.length, waste_usd: of.total_waste_usd ?? of.waste_usd }} /></small></h2>
          <ul>{of.findings.map((finding, index) => <FindingRow key={index} of={finding} />)}</ul>
        </section>
      ) : (
        <Empty title="Nothing was found that was spent for nothing">{many(of.rules.length, "rule")} looked at it.</Empty>
      )}
    </Answer>
  );
}

export function OutcomeTab({ id, version, unpriced }: { id: string; version: number; unpriced: number }) {
  return (
    <Answer of={useData<{ outcome: Outcome }>(report("outcome", { session: id }), version)}>
      {({ outcome: of }) => (
        <>
          <p class="lead">Productive: <Productive of={of.productive} why={of.why} /> <span class="ink2">{of.why}</span></p>
          <section>
            <h2>Commits <small>{many(of.standing, "stands", "stand")}, <Usd value={of.cost_per_commit_usd} why="no commit stands, or no price is known" unpriced={unpriced} /> each</small></h2>
            <Table caption="Commits" rows={of.commits} id={(row) => `${row.sha}-${row.event}`} none="It made no commit."
              columns={[
                { key: "sha", name: "Commit", cell: (row) => (row.sha ? <code>{row.sha.slice(0, 8)}</code> : <Unknown why={`its name: ${UNPRINTED}`} />) },
                { key: "subject", name: "Subject", wide: true, cell: (row) => row.subject },
                { key: "branch", name: "Branch", minor: 2, cell: (row) => row.branch ?? <Unknown why="its output does not name it" /> },
                { key: "lines", name: "± Lines", right: true, minor: 1, cell: (row) => <Lines added={row.lines_added} removed={row.lines_removed} why={UNPRINTED} /> },
                { key: "fate", name: "Fate", cell: (row) => row.fate },
                { key: "at", name: "When", right: true, cell: (row) => <When at={row.at} /> },
              ]} />
          </section>
          {of.pull_requests.length > 0 && <PullRequests id={id} of={of} />}
          <section>
            <h2>Tests</h2>
            <Table caption="Tests" rows={of.tests} id={(row) => String(row.event)} none="It ran no tests that we know."
              columns={[
                { key: "event", name: "Event", cell: (row) => row.event },
                { key: "program", name: "Program", wide: true, cell: (row) => row.program },
                { key: "result", name: "Result", cell: (row) => <span class={row.result === "passed" ? "good" : "bad"}>{row.result === "passed" ? "✓" : "✕"} {row.result}</span> },
                { key: "passed", name: "Passed", right: true, cell: (row) => <Count value={row.passed} why="not said" /> },
                { key: "failed", name: "Failed", right: true, cell: (row) => <Count value={row.failed} why="not said" /> },
                { key: "at", name: "When", right: true, cell: (row) => <When at={row.at} /> },
              ]} />
          </section>
        </>
      )}
    </Answer>
  );
}

function PullRequests({ id, of }: { id: string; of: Outcome }) {
  const [busy, setBusy] = useState(false);
  const refresh = async () => {
    setBusy(true);
    await doing(send("POST", `/api/v2/outcomes/${encodeURIComponent(id)}/refresh`), "Asked for the state of its pull requests");
    setBusy(false);
  };
  return (
    <section>
      <h2>Pull requests <small><button type="button" class="link" disabled={busy} onClick={() => void refresh()} title="Asks the code host now; nothing is asked by itself">Ask for their state</button></small></h2>
      <Table caption="Pull requests" rows={of.pull_requests} id={(row) => String(row.url ?? row.number)} columns={[
        { key: "number", name: "Number", cell: (row) => row.number ?? <Unknown why="its output does not say" /> },
        { key: "title", name: "Title", wide: true, cell: (row) => row.title ?? row.url ?? "" },
        { key: "state", name: "State, as recorded", cell: (row) => row.state ?? <Unknown why="never asked for" /> },
      ]} />
    </section>
  );
}

const FILES: Column<TouchedFile>[] = [
  { key: "path", name: "File", wide: true, by: (row) => row.path, cell: (row) => <a href={`/files?file=${encodeURIComponent(row.path)}`} title={row.path}><span class="ink2">{halves(row.path)[0]}</span>{halves(row.path)[1]}</a> },
  { key: "reads", name: "Reads", right: true, by: (row) => row.reads, cell: (row) => <Count value={row.reads} quiet /> },
  { key: "writes", name: "Writes", right: true, by: (row) => row.writes, cell: (row) => <Count value={row.writes} quiet /> },
  { key: "lines", name: "± Lines", right: true, by: (row) => (row.lines_added ?? 0) + (row.lines_removed ?? 0), cell: (row) => <Lines added={row.lines_added} removed={row.lines_removed} /> },
];

export function FilesTab({ of }: { of: readonly TouchedFile[] }) {
  return <section><h2>{many(of.length, "file")}</h2><Table caption="Files" columns={FILES} rows={of} id={(row) => row.path} sort={{ key: "lines", down: true }} none="It touched no file." noun={["file", "files"]} /></section>;
}

const CHILDREN: Column<Summary>[] = [
  { key: "agent", name: "Agent", cell: (row) => <Agent name={row.agent} /> },
  { key: "title", name: "Task", wide: true, by: (row) => title(row), cell: (row) => <a href={sessionAt(row.id)} title={title(row)}>{title(row)}</a> },
  { key: "took", name: "Took", right: true, by: (row) => row.duration_s, cell: (row) => <Span seconds={row.duration_s} /> },
  { key: "tokens", name: "Tokens", right: true, minor: 2, cell: (row) => <Tokens usage={row.total.usage} /> },
  { key: "errors", name: MARKED, right: true, by: (row) => row.total.errors, cell: (row) => <Count value={row.total.errors} quiet /> },
  { key: "cost", name: "Cost", right: true, by: (row) => (row.total.cost_usd === null ? null : length(row.total.cost_usd)), cell: (row) => <Cost of={row.total} /> },
];

export function AgentsTab({ of }: { of: readonly Summary[] }) {
  return <section><h2>{many(of.length, "sub-agent")}</h2><Table caption="Sub-agents" columns={CHILDREN} rows={of} id={(row) => row.id} none="It started no sub-agent." /></section>;
}

export function NotesTab({ of, again }: { of: Shown; again: () => void }) {
  const [text, setText] = useState("");
  const [event, setEvent] = useState("");
  const keep = async () => {
    const [said, at] = [text.trim(), event.trim()];
    if (!said) return;
    // at once: what is typed before the answer is the next note, and this one is not kept twice
    setText("");
    setEvent("");
    if (await doing(note(of.id, at || null, said), "Noted")) return again();
    setText((now) => now || said);
    setEvent((now) => now || at);
  };
  const drop = async (one: Annotation) => {
    if (await doing(send("DELETE", `/api/v2/sessions/${encodeURIComponent(of.id)}/annotations/${encodeURIComponent(one.annotation_id)}`), "Taken away")) again();
  };
  return (
    <section>
      <h2>Notes</h2>
      <ul class="prompts">
        {of.annotations.map((one) => (
          <li key={one.annotation_id}>
            {one.event === null ? <span class="event" /> : <a class="event" href={replayAt(of.id, one.event)}>{one.event}</a>}
            <p class="text">{one.note}{one.label && <span class="chip">{one.label}</span>}{one.bookmark && <span class="chip">bookmark</span>}</p>
            <span />
            <button type="button" class="icon-button" aria-label="Take this note away" onClick={() => void drop(one)}><Icon name="cross" /></button>
          </li>
        ))}
      </ul>
      <form class="keep" onSubmit={(submitted) => (submitted.preventDefault(), void keep())}>
        <input type="text" aria-label="Event" placeholder="Event" style={{ width: "72px" }} value={event} onInput={(typed) => setEvent(typed.currentTarget.value)} />
        <input type="text" aria-label="Note" placeholder="What should be found again" value={text} onInput={(typed) => setText(typed.currentTarget.value)} />
        <button class="button" disabled={!text.trim()}>Note</button>
      </form>
    </section>
  );
}
