/** Which session this is: its name, what it is about, its figures. */
import { useState } from "preact/hooks";
import { send } from "../../api/client";
import { go, replayAt } from "../../api/route";
import { many } from "../../model/counts";
import { absolute } from "../../model/times";
import type { Shown, Summary } from "../../model/types";
import { shortId, title, untold } from "../../model/words";
import { Icon } from "../../parts/icons";
import { Failures } from "../../parts/failures";
import { copy } from "../../parts/told";
import { Typed } from "../../parts/typed";
import { Agent, Cost, Count, Folder, Lines, Productive, Span, State, Tokens, Unknown, Waste, When } from "../../parts/values";
import { useKeys } from "../../shell/keys";
import { sessionAt } from "../../api/route";
import { hide, relabel, rename, star } from "../sessions/deeds";

type Put = (id: string, change: Partial<Summary>) => void;

function Labels({ of, put }: { of: Shown; put: Put }) {
  const [adding, setAdding] = useState(false);
  const add = (text: string | null) => {
    setAdding(false);
    const label = text?.trim();
    if (label) void relabel(of, [label], [], put);
  };
  return (
    <div class="labels">
      {of.labels.map((label) => (
        <span class="chip" key={label}>
          {label}
          <button type="button" aria-label={`Take away the label ${label}`} onClick={() => void relabel(of, [], [label], put)}>✕</button>
        </span>
      ))}
      {adding ? (
        <Typed label="New label" value="" most={60} onDone={add} />
      ) : (
        <button type="button" class="link" onClick={() => setAdding(true)}>+ label</button>
      )}
    </div>
  );
}

function Name({ of, put }: { of: Shown; put: Put }) {
  const [editing, setEditing] = useState(false);
  const finish = (text: string | null) => {
    setEditing(false);
    if (text !== null) void rename(of, text, put);
  };
  useKeys([
    { key: "s", words: "star it", run: () => void star(of, put) },
    { key: "e", words: "rename it", run: () => setEditing(true) },
    { key: "r", words: "replay it", run: () => go(replayAt(of.id)) },
    { key: "u", words: "back to the sessions", run: () => go("/") },
  ]);
  return (
    <div class="title-line">
      {editing ? (
        <Typed label="Title" value={of.title ?? ""} onDone={finish} />
      ) : (
        <h1>{title(of)}</h1>
      )}
      <button type="button" class="icon-button" aria-pressed={of.starred} aria-label="Star" title="Star (s)" onClick={() => void star(of, put)}><Icon name="star" full={of.starred} /></button>
      <button type="button" class="icon-button" aria-label="Rename" title="Rename (e)" onClick={() => setEditing(true)}><Icon name="pen" /></button>
      <button type="button" class="icon-button" aria-pressed={of.hidden} aria-label={of.hidden ? "Show in lists" : "Hide from lists"} title={of.hidden ? "Show in lists" : "Hide from lists"} onClick={() => void hide(of, put, () => undefined)}><Icon name="hide" /></button>
      <a class="icon-button" href={`/compare?a=${encodeURIComponent(of.id)}`} aria-label="Compare with another session" title="Compare with another session"><Icon name="swap" /></a>
      <a class="button" href={replayAt(of.id)} title="Event by event (r)">Replay</a>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

const NOT_READ = "known when the session is read in full";

export function SessionHead({ of, put }: { of: Shown; put: Put }) {
  return (
    <header class="session-head">
      <p class="crumbs">
        <a href="/">Sessions</a> / {of.parent && <><a href={sessionAt(of.parent)}>{shortId(of.parent)}</a> / </>}
        <button type="button" class="link mono" title="Copy the whole id" onClick={() => void copy(of.id, "Id")}>{shortId(of.id)}</button>
      </p>
      <Name of={of} put={put} />
      <Labels of={of} put={put} />
      <dl class="facts">
        <Fact name="Agent"><Agent name={of.agent} /></Fact>
        <Fact name="State"><State of={of.state} /></Fact>
        <Fact name="Cost"><b><Cost of={of.total} /></b></Fact>
        <Fact name="Tokens"><Tokens usage={of.total.usage} /></Fact>
        <Fact name="Prompts"><Count value={of.prompts} /></Fact>
        <Fact name="Tool calls"><Count value={of.total.tool_calls} /></Fact>
        <Failures of={of} children={of.children} />
        <Fact name="Commits"><Count value={of.commits} /></Fact>
        <Fact name="Lines"><Lines added={of.lines_added} removed={of.lines_removed} /></Fact>
        <Fact name="Productive"><Productive of={of.productive} /></Fact>
        <Fact name="Findings"><Count value={of.findings} why={NOT_READ} /></Fact>
        <Fact name="Wasted"><Waste of={of} /></Fact>
        <Fact name="Started"><When at={of.started} /></Fact>
        <Fact name="Took"><Span seconds={of.duration_s} title={`from ${absolute(of.started)} to ${absolute(of.ended)}`} /></Fact>
        <Fact name="Active"><Span seconds={of.active_s} title="gaps of at most five minutes, and running tools" /></Fact>
        <Fact name="Models">{of.models.length ? of.models.join(", ") : <Unknown why={untold(of.own, "no model is recorded")} />}</Fact>
        <Fact name="Folder"><Folder path={of.cwd} none="no folder is recorded" /></Fact>
        <Fact name="Branch">{of.branch ?? <Unknown why="no branch is recorded" />}</Fact>
        {of.children.length > 0 && <Fact name="Sub-agents"><a href={sessionAt(of.id, "agents")}>{many(of.children.length, "sub-agent")}</a></Fact>}
      </dl>
      {of.unread_lines > 0 && <p class="note">{many(of.unread_lines, "line")} of its log could not be read; the figures are of the others. <a href="/health">Health</a></p>}
      {of.missing && <p class="note">{of.missing}</p>}
    </header>
  );
}

/** A note at an event: what a person wants to find again. */
export async function note(id: string, event: string | null, text: string): Promise<void> {
  await send("POST", `/api/v2/sessions/${encodeURIComponent(id)}/annotations`, event ? { event, note: text } : { note: text });
}
