/** Every folder that was worked in, and one of them. */
import { report, url, useData } from "../api/client";
import { changes } from "../api/live";
import { sessionAt, usePlace } from "../api/route";
import { useStore } from "../api/store";
import { dayPoint, Trend } from "../charts/trend";
import { rangeWords, selection } from "../model/address";
import { many } from "../model/counts";
import { length } from "../model/money";
import { dayName } from "../model/times";
import type { Amounts, CostReport, Money, SessionPage, Summary } from "../model/types";
import { halves, leaf, title } from "../model/words";
import { MARKED } from "../parts/failures";
import { Answer, Empty } from "../parts/states";
import { type Column, Table } from "../parts/table";
import { Agent, Cost, Count, Lines, Productive, Unknown, Usd, When } from "../parts/values";
import { Share } from "../charts/share";
import { Head, Ranges, useAddress } from "../shell/page";

interface Project extends Amounts { project: string; agents: string[]; sessions: number; last_active: string | null; share: number | null; findings: number | null; waste_usd: Money; unpriced_claims: number }

function at(path: string, search: string): string {
  const query = new URLSearchParams(search);
  query.set("cwd", path);
  return `/projects?${query}`;
}

/** Findings of one project in the time that is chosen. */
function wasteOf(search: string, project: string): string {
  const query = new URLSearchParams(search);
  query.set("project", project);
  query.set("by", "rule");
  return String(query);
}

function columns(search: string): Column<Project>[] {
  return [
    { key: "project", name: "Project", wide: true, by: (row) => leaf(row.project), cell: (row) => row.project ? <a href={at(row.project, search)} title={row.project}><b>{leaf(row.project)}</b> <span class="nil">{halves(row.project)[0]}</span></a> : <Unknown why="no session of it tells its folder" /> },
    { key: "agents", name: "Agents", minor: 1, cell: (row) => <span class="marks">{row.agents.map((name) => <Agent key={name} name={name} brief />)}</span> },
    { key: "sessions", name: "Sessions", right: true, by: (row) => row.sessions, cell: (row) => <Count value={row.sessions} /> },
    { key: "calls", name: "Calls", right: true, minor: 2, by: (row) => row.calls, cell: (row) => <Count value={row.calls} /> },
    { key: "errors", name: MARKED, right: true, minor: 2, by: (row) => row.errors, cell: (row) => <Count value={row.errors} quiet /> },
    { key: "last", name: "Last", right: true, minor: 2, by: (row) => row.last_active, cell: (row) => row.last_active ? dayName(row.last_active) : <Unknown why="no call has a time" /> },
    { key: "waste", name: "Wasted", right: true, minor: 2, hint: "What was spent for nothing; Findings says how", by: (row) => (row.waste_usd === null ? null : length(row.waste_usd)), cell: (row) => <a class="plain" href={`/findings?${wasteOf(search, row.project)}`}><Usd value={row.waste_usd} why={row.findings ? "what was wasted has no known price" : "known when its sessions are read in full"} unpriced={row.unpriced_claims} what="claim" /></a> },
    { key: "share", name: "Share", unsaid: true, minor: 1, cell: (row) => <Share of={row.share ?? 0} top={1} /> },
    { key: "cost", name: "Cost", right: true, by: (row) => (row.cost_usd === null ? null : length(row.cost_usd)), cell: (row) => <Cost of={row} /> },
  ];
}

const SESSIONS: Column<Summary>[] = [
  { key: "agent", name: "Agent", cell: (row) => <Agent name={row.agent} /> },
  { key: "title", name: "Session", wide: true, by: (row) => title(row), cell: (row) => <a href={sessionAt(row.id)} title={title(row)}>{title(row)}</a> },
  { key: "branch", name: "Branch", minor: 2, cell: (row) => row.branch ?? <Unknown why="no branch is recorded" /> },
  { key: "started", name: "Started", right: true, by: (row) => row.started, cell: (row) => <When at={row.started} /> },
  { key: "lines", name: "± Lines", right: true, minor: 1, cell: (row) => <Lines added={row.lines_added} removed={row.lines_removed} /> },
  { key: "commits", name: "Commits", right: true, minor: 2, by: (row) => row.commits, cell: (row) => <Count value={row.commits} quiet /> },
  { key: "productive", name: "Productive", minor: 1, cell: (row) => <Productive of={row.productive} /> },
  { key: "cost", name: "Cost", right: true, by: (row) => (row.total.cost_usd === null ? null : length(row.total.cost_usd)), cell: (row) => <Cost of={row.total} /> },
];
const SHOWN = 200;

function OneProject({ path }: { path: string }) {
  const [state] = useAddress();
  const { counter } = useStore(changes);
  const ask = { ...selection(state), cwd: path };
  const days = useData<CostReport>(report("cost", { by: "day", ...ask }), counter);
  const sessions = useData<SessionPage>(url("/api/v2/sessions", { ...ask, limit: SHOWN, sort: "started", order: "desc" }), counter);
  const total = days.data?.totals.total;
  return (
    <>
      <Head name={leaf(path)} about={<><a href="/projects">All projects</a> · <span class="mono">{path}</span>{total && <> · <Cost of={total} /> in {rangeWords(state)}</>}</>}><Ranges /></Head>
      <Answer of={days}>{(data) => <Trend points={data.rows.map(dayPoint)} />}</Answer>
      <section>
        <h2>Sessions <small>{sessions.data && many(sessions.data.count, "session")}</small></h2>
        <Answer of={sessions}>{(data) => <Table caption="Sessions" columns={SESSIONS} rows={data.sessions} id={(row) => row.id} none={`No session in ${rangeWords(state)}.`} noun={["session", "sessions"]} />}</Answer>
      </section>
      <p class="note"><a href={`/findings?by=rule&repo=${encodeURIComponent(path)}`}>What was wasted here</a> · <a href={`/files?repo=${encodeURIComponent(path)}`}>its files</a></p>
    </>
  );
}

export function ProjectsPage() {
  const [state] = useAddress();
  const { search } = usePlace();
  const path = new URLSearchParams(search).get("cwd");
  const { counter } = useStore(changes);
  const projects = useData<{ projects: Project[] }>(path ? null : report("projects", selection(state)), counter);
  if (path) return <OneProject path={path} />;
  return (
    <>
      <Head name="Projects" about={projects.data && <>{many(projects.data.projects.length, "folder")} in {rangeWords(state)}</>}><Ranges /></Head>
      <Answer of={projects}>
        {(data) => data.projects.length ? <Table caption="Projects" columns={columns(search)} rows={data.projects} id={(row) => row.project} sort={{ key: "cost", down: true }} noun={["project", "projects"]} /> : <Empty title={`No project in ${rangeWords(state)}`}><a href="/projects?since=all">All time</a></Empty>}
      </Answer>
    </>
  );
}
