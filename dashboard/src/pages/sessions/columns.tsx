/** The columns of the sessions table: what each shows, and what the server sorts by. */
import type { ComponentChildren } from "preact";
import { sessionAt } from "../../api/route";
import { remembered } from "../../api/store";
import type { Summary } from "../../model/types";
import { MARKED, MARKED_HINT } from "../../parts/failures";
import { Agent, Cost, Count, Folder, Lines, Productive, Span, State, Tokens, Unknown, Waste, When } from "../../parts/values";

export interface SessionColumn {
  key: string;
  name: string;
  cell: (row: Summary) => ComponentChildren;
  /** The word the server sorts by. */
  sort?: string;
  right?: boolean;
  minor?: 1 | 2;
  hint?: string;
  /** Pixels. */
  width: number;
}

/** What failed or was wasted stands out by its weight; nothing of it stays quiet. */
function Loud({ value, why }: { value: number | null; why: string }) {
  return value ? <b class="loud"><Count value={value} /></b> : <Count value={value} why={why} quiet />;
}

/** A count that leads to what it counts. */
function Leads({ row, tab, children }: { row: Summary; tab: string; children: ComponentChildren }) {
  return <a class="plain" href={sessionAt(row.id, tab)}>{children}</a>;
}

const TIER = "known when the session is read in full";

export const COLUMNS: readonly SessionColumn[] = [
  { key: "agent", name: "Agent", sort: "agent", width: 116, cell: (row) => <Agent name={row.agent} /> },
  { key: "title", name: "Session", sort: "title", width: 0, cell: () => null },
  { key: "repo", name: "Repo", sort: "repo", width: 92, minor: 2, hint: "The repository; without one, the folder", cell: (row) => <Folder path={row.repo ?? row.cwd} /> },
  { key: "branch", name: "Branch", sort: "branch", width: 88, minor: 1, cell: (row) => (row.branch ? <span class="cut" title={row.branch}>{row.branch}</span> : <Unknown why="no branch is recorded" />) },
  { key: "started", name: "Started", sort: "started", width: 88, right: true, cell: (row) => <When at={row.started} /> },
  { key: "duration", name: "Duration", sort: "duration", width: 72, right: true, minor: 2, hint: "From the first to the last event", cell: (row) => <Span seconds={row.duration_s} brief /> },
  { key: "prompts", name: "Prompts", sort: "prompts", width: 64, right: true, minor: 2, cell: (row) => <Count value={row.prompts} quiet /> },
  { key: "cost", name: "Cost", sort: "cost", width: 80, right: true, hint: "With sub-agents and what the log does not hold", cell: (row) => <Cost of={row.total} /> },
  { key: "commits", name: "Commits", sort: "commits", width: 68, right: true, minor: 1, cell: (row) => (row.commits ? <Leads row={row} tab="outcome"><Count value={row.commits} /></Leads> : <Count value={row.commits} quiet />) },
  { key: "lines", name: "± Lines", sort: "lines", width: 96, right: true, minor: 1, hint: "Added and removed by edit tools", cell: (row) => <Lines added={row.lines_added} removed={row.lines_removed} /> },
  { key: "errors", name: MARKED, sort: "errors", width: 60, right: true, minor: 1, hint: MARKED_HINT, cell: (row) => <Loud value={row.total.errors} why={TIER} /> },
  { key: "findings", name: "Findings", sort: "findings", width: 64, right: true, hint: "What was spent for nothing, by rule", cell: (row) => (row.findings ? <Leads row={row} tab="findings"><Loud value={row.findings} why={TIER} /></Leads> : <Loud value={row.findings} why={TIER} />) },
  { key: "tokens", name: "Tokens", sort: "tokens", width: 64, right: true, cell: (row) => <Tokens usage={row.total.usage} /> },
  { key: "waste", name: "Waste", sort: "waste", width: 64, right: true, cell: (row) => <Waste of={row} /> },
  { key: "retries", name: "Retries", sort: "retries", width: 60, right: true, cell: (row) => <Loud value={row.retries} why={TIER} /> },
  { key: "model", name: "Models", width: 136, cell: (row) => <span class="cut" title={row.models.join("\n")}>{row.models.join(", ") || "–"}</span> },
  { key: "state", name: "State", width: 80, cell: (row) => <State of={row.state} /> },
  { key: "productive", name: "Productive", width: 80, cell: (row) => <Productive of={row.productive} /> },
  { key: "tools", name: "Tool calls", width: 72, right: true, cell: (row) => <Count value={row.total.tool_calls} quiet /> },
  { key: "ended", name: "Ended", sort: "ended", width: 92, right: true, cell: (row) => <When at={row.ended} /> },
];

export const FIRST_COLUMNS = ["agent", "title", "repo", "branch", "started", "duration", "prompts", "cost", "commits", "lines", "errors", "findings"];
export const chosenColumns = remembered<string[]>("columns", FIRST_COLUMNS);

/** The columns of a choice in their own order; the title is always there. */
export function columnsOf(keys: readonly string[]): SessionColumn[] {
  return COLUMNS.filter((column) => column.key === "title" || keys.includes(column.key));
}
