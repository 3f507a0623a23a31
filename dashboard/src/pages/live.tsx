/** What runs now, as it happens. */
import { useEffect, useRef, useState } from "preact/hooks";
import { get, url, useData } from "../api/client";
import { changes } from "../api/live";
import { replayAt, sessionAt } from "../api/route";
import { useStore } from "../api/store";
import { inTurn } from "../api/turn";
import { many } from "../model/counts";
import type { SessionPage, Summary } from "../model/types";
import { goesOn, leaf, title } from "../model/words";
import { marked } from "../parts/failures";
import { Answer, Empty } from "../parts/states";
import { Agent, Cost, Lines, Span, State, Tokens, When } from "../parts/values";
import { Head } from "../shell/page";

interface Told { number: string; at: string | null; kind: string; tool: string | null; title: string; text: string; failed: boolean }
const LAST = 6;
const SHOWN = 200;
const RUNNING = 50;
const LATELY = 12;
const QUIET = new Set(["attachment", "llm_request", "llm_response", "session_start", "unknown", "thinking"]);

/** The last events of a session: how many there are is asked first, for a page is counted from the front. */
function useLast(session: Summary): Told[] {
  const [events, setEvents] = useState<Told[]>([]);
  const again = useRef<() => void>(() => undefined);
  useEffect(() => {
    const stop = new AbortController();
    const at = `/api/v2/sessions/${encodeURIComponent(session.id)}/events`;
    const read = async () => {
      const { total } = await get<{ total: number }>(url(at, { after: 0, limit: 1 }), stop.signal);
      const page = await get<{ events: Told[] }>(url(at, { after: Math.max(0, total - LAST * 4), limit: LAST * 4 }), stop.signal);
      setEvents(page.events.filter((event) => !QUIET.has(event.kind)).slice(-LAST));
    };
    again.current = inTurn(async () => (stop.signal.aborted ? undefined : read().catch(() => undefined)));
    return () => stop.abort();
  }, [session.id]);
  useEffect(() => again.current(), [session.id, session.ended]);
  return events;
}

function Running({ of }: { of: Summary }) {
  const events = useLast(of);
  return (
    <li>
      <span class="title"><Agent name={of.agent} brief /> <a class="cut" href={sessionAt(of.id)}><b>{title(of)}</b></a> <State of={of.state} /> <a class="link" href={replayAt(of.id)}>follow it</a></span>
      <b class="num"><Cost of={of.total} /></b>
      <p class="ink2 cut">{leaf(of.repo ?? of.cwd)}{of.branch && ` · ${of.branch}`} · {of.models.join(", ")}</p>
      <p class="ink2 num"><Tokens usage={of.total.usage} /> tokens · <Span seconds={of.active_s} /> active</p>
      <p class="now">{many(of.prompts, "prompt")} · {many(of.total.tool_calls, "tool call")} · {marked(of.total.errors)} · <Lines added={of.lines_added} removed={of.lines_removed} /> lines · last <When at={of.ended} /></p>
      {events.length > 0 && (
        <ol class="feed">
          {events.map((event) => (
            <li key={event.number}>
              <a class="event" href={replayAt(of.id, event.number)}>{event.number}</a>
              <span class={event.failed ? "bad" : "nil"}>{event.failed ? "✕ failed" : event.kind.replaceAll("_", " ")}</span>
              <span class="cut" title={event.title || event.text}>{event.tool && <b>{event.tool} </b>}{event.title || event.text.slice(0, SHOWN)}</span>
              <span class="nil num"><When at={event.at} /></span>
            </li>
          ))}
        </ol>
      )}
    </li>
  );
}

export function LivePage() {
  const { counter } = useStore(changes);
  const running = useData<SessionPage>(url("/api/v2/sessions", { state: "running", limit: RUNNING, sort: "started", order: "desc" }), counter);
  const waiting = useData<SessionPage>(url("/api/v2/sessions", { state: "waiting", limit: RUNNING, sort: "started", order: "desc" }), counter).data;
  const lately = useData<SessionPage>(url("/api/v2/sessions", { limit: LATELY, sort: "ended", order: "desc" }), counter);
  return (
    <>
      <Head name="Live" about={running.data && <>{many(running.data.count, "session")} running{waiting?.count ? <> · {many(waiting.count, "session")} waiting for a permission</> : null}</>} />
      <Answer of={running}>
        {(data) => data.sessions.length || waiting?.sessions.length ? <ul class="runners" aria-live="polite">{[...(waiting?.sessions ?? []), ...data.sessions].map((row) => <Running key={row.id} of={row} />)}</ul> : <Empty title="Nothing runs now">Start an agent, and its session appears here within a second or two.</Empty>}
      </Answer>
      <section>
        <h2>Lately</h2>
        <Answer of={lately}>
          {(data) => (
            <ul class="lately">
              {data.sessions.filter((row) => !goesOn(row.state)).map((row) => (
                <li key={row.id}><Agent name={row.agent} /><a class="cut" href={sessionAt(row.id)}>{title(row)}</a><State of={row.state} /><span class="num"><Cost of={row.total} /></span><span class="num"><When at={row.ended} /></span></li>
              ))}
            </ul>
          )}
        </Answer>
      </section>
    </>
  );
}
