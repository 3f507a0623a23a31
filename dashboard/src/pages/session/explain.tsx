/** What it did, phase by phase. */
import { report, useData } from "../../api/client";
import { replayAt } from "../../api/route";
import { many } from "../../model/counts";
import { span } from "../../model/times";
import type { Done, Explained, Phase } from "../../model/types";
import { phaseWords } from "../../model/wording";
import { leaf } from "../../model/words";
import { Answer } from "../../parts/states";
import { Cost, Lines, Span } from "../../parts/values";

const KINDS: Record<string, string> = { retry: "tried again", iteration: "after a change", again: "again" };

function Step({ of, id }: { of: Done; id: string }) {
  return (
    <li>
      <a class="event" href={replayAt(id, of.event)} title={`event ${of.event}: show it in the replay`}>{of.event}</a>
      <span class={of.failed ? "bad" : "nil"} title={of.failed ? (of.exit_code === null ? "failed" : `failed with exit code ${of.exit_code}`) : "went well"}>{of.failed ? "✕" : "·"}<span class="sr">{of.failed ? "failed" : ""}</span></span>
      <code class="cut" title={of.text}>{of.text || of.tool}</code>
      <span class="ink2">{KINDS[of.kind] && <span class="chip">{KINDS[of.kind]}</span>} {of.seconds !== null && of.seconds >= 1 && span(of.seconds)}</span>
    </li>
  );
}

function PhaseRow({ of, id }: { of: Phase; id: string }) {
  return (
    <details class="phase">
      <summary>
        <span class="no">{of.number}</span>
        <span class="cut" title={of.label}>
          {of.failed && <span class="bad" title={`failed${of.end ? `: ${of.end}` : ""}`}>✕ <span class="sr">failed: </span></span>}
          {phaseWords(of.label)}
        </span>
        <span class="num"><Cost of={of} /></span>
        <span class="num"><Span seconds={of.seconds} /></span>
        <span class="num nil">{many(of.events, "event")}</span>
      </summary>
      <div class="inside">
        {of.read.length > 0 && <p>Read {of.read.map((path, index) => <span key={path}>{index > 0 && ", "}<span title={path}>{leaf(path)}</span></span>)}{of.searched > 0 && `, searched ${of.searched} times`}</p>}
        {of.changed.length > 0 && <p>Changed {of.changed.map((file, index) => <span key={file.path}>{index > 0 && ", "}<span title={file.path}>{leaf(file.path)}</span> <Lines added={file.lines_added} removed={file.lines_removed} /></span>)}</p>}
        {of.done.length > 0 && <ul>{of.done.map((step, index) => <Step key={`${step.event}-${index}`} of={step} id={id} />)}</ul>}
        {!of.read.length && !of.changed.length && !of.done.length && <p>It only talked: events {of.first_event} to {of.last_event}.</p>}
      </div>
    </details>
  );
}

function Ending({ of }: { of: Explained }) {
  const { ending } = of;
  if (!ending) return null;
  return (
    <section>
      <h2>How it ended</h2>
      <p class="prose">{ending.text || ending.last}</p>
      {ending.tests && <p class="note">The last tests {ending.tests}{ending.edits_after_tests && "; files were changed after them"}.</p>}
    </section>
  );
}

export function Explain({ id, version }: { id: string; version: number }) {
  return (
    <Answer of={useData<Explained>(report("explain", { session: id }), version)} lines={10}>
      {(of) => (
        <>
          <section>
            <h2>
              Phases
              <small>
                {many(of.phases.length, "phase")}, {of.failed_phases} failed · {many(of.files_read, "file")} read, {of.files_changed} changed · {many(of.retries, "retry", "retries")}, {many(of.iterations, "iteration")}
              </small>
            </h2>
            {of.phases.map((phase) => <PhaseRow key={phase.number} of={phase} id={id} />)}
          </section>
          <Ending of={of} />
        </>
      )}
    </Answer>
  );
}
