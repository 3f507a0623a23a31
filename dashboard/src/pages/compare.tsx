/** Two sessions side by side. */
import { useState } from "preact/hooks";
import { report, url, useData } from "../api/client";
import { go, sessionAt, usePlace } from "../api/route";
import { count } from "../model/counts";
import { compared, dollars } from "../model/money";
import { span } from "../model/times";
import type { Money, SessionPage, Summary } from "../model/types";
import { title } from "../model/words";
import { FAILED, MARKED } from "../parts/failures";
import { Icon } from "../parts/icons";
import { Menu } from "../parts/menu";
import { Answer, Empty, Waiting } from "../parts/states";
import { Agent, Unknown, Usd, When } from "../parts/values";
import { Head } from "../shell/page";

type Value = string | number | null;
type Figures = Record<string, Value>;
interface Compared {
  a: Summary;
  b: Summary;
  verdict: { verdict: string; why: string; criteria: { name: string; better: string }[]; left_out: string[] };
  a_figures: Figures;
  b_figures: Figures;
  diverged_at: number | null;
}

type Form = (value: Value) => string;
const asCount: Form = (value) => count(value as number | null);
const asSpan: Form = (value) => span(value as number | null);
const asWord: Form = (value) => (value === null || value === "" ? "?" : String(value));
const asMoney: Form = (value) => dollars(value as Money);

/** Which way is better: -1 less, 1 more, 0 neither. */
const ROWS: readonly [string, string, Form, -1 | 0 | 1][] = [
  ["ended", "How it ended", asWord, 0], ["tests", "Last tests", asWord, 0], ["cost_usd", "Cost", asMoney, -1], ["waste_usd", "Wasted", asMoney, -1],
  ["active_s", "Active", asSpan, -1], ["duration_s", "From first to last", asSpan, 0], ["errors", MARKED, asCount, -1], ["failed_steps", FAILED, asCount, -1],
  ["retries", "Retries", asCount, -1], ["iterations", "Iterations", asCount, 0], ["commits", "Commits", asCount, 0], ["pull_requests", "Pull requests", asCount, 0],
  ["prompts", "Prompts", asCount, 0], ["calls", "Calls", asCount, 0], ["tool_calls", "Tool calls", asCount, 0], ["tokens", "Tokens", asCount, -1],
  ["phases", "Phases", asCount, 0], ["failed_phases", "Failed phases", asCount, -1], ["files_read", "Files read", asCount, 0], ["files_changed", "Files changed", asCount, 0],
  ["lines_added", "Lines added", asCount, 0], ["lines_removed", "Lines removed", asCount, 0], ["redundant_reads", "Read again for nothing", asCount, -1],
  ["context_resets", "Context resets", asCount, -1], ["subagents", "Sub-agents", asCount, 0],
];

/** Calls of a side whose price is not known: they are missing from its money. */
function unpricedOf(form: Form, of: Figures): number {
  return form === asMoney ? Number(of.unpriced_calls ?? 0) : 0;
}

function better(form: Form, way: -1 | 0 | 1, a: Value, b: Value): "a" | "b" | null {
  if (!way || a === null || b === null) return null;
  const side = form === asMoney ? compared(a as Money, b as Money) : Math.sign(Number(a) - Number(b));
  return side === 0 ? null : side === way ? "a" : "b";
}

function Shown({ form, of, value, wins }: { form: Form; of: Figures; value: Value; wins: boolean }) {
  if (value === null || value === undefined) return <Unknown why="not known of this session" />;
  const shown = form === asMoney ? <Usd value={value as Money} why="" unpriced={value === "0" ? 0 : unpricedOf(form, of)} /> : form(value);
  return <span class={wins ? "better" : undefined}>{shown}</span>;
}

function Pick({ label, id, now, onPick }: { label: string; id: string | null; now: Summary | null; onPick: (id: string) => void }) {
  const [text, setText] = useState("");
  const found = useData<SessionPage>(url("/api/v2/sessions", { q: text, limit: 30, sort: "started", order: "desc" }));
  return (
    <div class="pick">
      <h2>{label}</h2>
      <Menu label={now ? title(now) : id ? id : "Choose a session"}>
        {(close) => (
          <>
            <input type="text" class="narrow" aria-label="Find a session" placeholder="Title, id, repo, branch" value={text} onInput={(event) => setText(event.currentTarget.value)} />
            <ul class="options">
              {found.data?.sessions.map((row) => (
                <li key={row.id}><button type="button" class="option" onClick={() => (close(), onPick(row.id))}><Agent name={row.agent} brief /> <span class="cut">{title(row)}</span> <span class="num"><When at={row.started} /></span></button></li>
              ))}
            </ul>
          </>
        )}
      </Menu>
      {now && <p class="ink2"><Agent name={now.agent} /> · <When at={now.started} /> · <a href={sessionAt(now.id)}>open</a></p>}
    </div>
  );
}

function verdictWords(of: Compared): string {
  const words: Record<string, string> = { A: "A was better", B: "B was better", alike: "Neither was better", mixed: "It depends", not_comparable: "They were not asked the same" };
  return words[of.verdict.verdict] ?? of.verdict.verdict;
}

function Sides({ of }: { of: Compared }) {
  return (
    <>
      <p class="lead">{verdictWords(of)} <span class="ink2">{of.verdict.why}</span></p>
      <table class="side-by-side">
        <caption class="sr">Both sessions in figures</caption>
        <thead><tr><th scope="col">Figure</th><th scope="col" class="num">A</th><th scope="col" class="num">B</th></tr></thead>
        <tbody>
          {ROWS.map(([key, name, form, way]) => {
            const [a, b] = [of.a_figures[key] ?? null, of.b_figures[key] ?? null];
            const whole = unpricedOf(form, of.a_figures) + unpricedOf(form, of.b_figures) === 0;
            const wins = whole ? better(form, way, a, b) : null;
            return <tr key={key}><th scope="row">{name}</th><td class="num"><Shown form={form} of={of.a_figures} value={a} wins={wins === "a"} /></td><td class="num"><Shown form={form} of={of.b_figures} value={b} wins={wins === "b"} /></td></tr>;
          })}
        </tbody>
      </table>
      {of.diverged_at !== null && <p class="note">They go different ways from phase {of.diverged_at} on.</p>}
    </>
  );
}

export function ComparePage() {
  const { search } = usePlace();
  const query = new URLSearchParams(search);
  const [a, b] = [query.get("a"), query.get("b")];
  const of = useData<Compared>(a && b ? report("compare", { session: a, other: b }) : null);
  const put = (side: "a" | "b", id: string | null) => {
    const next = new URLSearchParams(search);
    if (id) next.set(side, id);
    go(`/compare?${next}`);
  };
  const swap = () => a && b && go(`/compare?${new URLSearchParams({ a: b, b: a })}`);
  return (
    <>
      <Head name="Compare" about="Two sessions side by side" />
      <div class="picks">
        <Pick label="A" id={a} now={of.data?.a ?? null} onPick={(id) => put("a", id)} />
        <button type="button" class="icon-button" aria-label="Change sides" title="Change sides" onClick={swap} disabled={!a || !b}><Icon name="swap" /></button>
        <Pick label="B" id={b} now={of.data?.b ?? null} onPick={(id) => put("b", id)} />
      </div>
      {a && b ? <Answer of={of} missing absent="One of the two is not there">{(data) => <Sides of={data} />}</Answer> : <Empty title="Choose two sessions">Best are two that were asked the same: another agent, another model, another day.</Empty>}
      {of.busy && of.data && <Waiting lines={1} />}
    </>
  );
}
