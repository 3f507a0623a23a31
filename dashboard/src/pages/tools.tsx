/** Every tool: how often, how often in vain, how long. */
import { report, useData } from "../api/client";
import { changes } from "../api/live";
import { useStore } from "../api/store";
import { rangeWords, selection } from "../model/address";
import { count, many } from "../model/counts";
import { MARKED } from "../parts/failures";
import { Answer, Empty } from "../parts/states";
import { type Column, Table } from "../parts/table";
import { Share } from "../charts/share";
import { Agent, Count, Span, Unknown } from "../parts/values";
import { Head, Ranges, useAddress } from "../shell/page";
import { usePlace } from "../api/route";

interface Runs { n: number; p50_s: number | null; p90_s: number | null; p95_s: number | null; max_s: number | null; total_s: number | null }
interface Row { key: string; kind: string | null; agents: string[]; calls: number; failed: number; failed_share: number; share: number; run: Runs }
interface Tools { by: string; rows: Row[]; calls: number; failed: number; run: Runs; sessions: number; known: number }

const BY = [["tool", "By tool"], ["kind", "By kind"], ["agent", "By agent"]] as const;
const FEW = "fewer than five calls whose time is known";

function time(key: keyof Runs, name: string, hint: string, minor?: 1 | 2): Column<Row> {
  return { key, name, right: true, hint, ...(minor && { minor }), by: (row) => row.run[key], cell: (row) => <Span seconds={row.run[key]} why={`${FEW} (${row.run.n})`} title={`of ${row.run.n} calls`} /> };
}

function columns(by: string, top: number): Column<Row>[] {
  return [
    { key: "key", name: by === "agent" ? "Agent" : by === "kind" ? "Kind" : "Tool", wide: true, by: (row) => row.key, cell: (row) => by === "agent" ? <Agent name={row.key} /> : <><b>{row.key}</b> {by === "tool" && <span class="nil">{row.kind}</span>}</> },
    { key: "agents", name: "Agents", minor: 1, cell: (row) => <span class="marks">{row.agents.map((name) => <Agent key={name} name={name} brief />)}</span> },
    { key: "share", name: "Share", unsaid: true, minor: 1, cell: (row) => <Share of={row.calls} top={top} /> },
    { key: "calls", name: "Calls", right: true, by: (row) => row.calls, cell: (row) => <Count value={row.calls} /> },
    { key: "failed", name: MARKED, right: true, by: (row) => row.failed, hint: "Results that the agent itself marked as errors", cell: (row) => row.failed ? <b>{count(row.failed)}</b> : <span class="nil">0</span> },
    { key: "rate", name: "Rate", right: true, minor: 2, hint: "Marked errors, of all its calls", by: (row) => row.failed_share, cell: (row) => row.calls ? `${(row.failed_share * 100).toFixed(row.failed_share < 0.1 && row.failed ? 1 : 0)} %` : <Unknown why="no call" /> },
    time("p50_s", "p50", "Half of the calls took at most this", 2),
    time("p90_s", "p90", "Nine of ten calls took at most this", 2),
    time("p95_s", "p95", "Nineteen of twenty calls took at most this"),
    time("max_s", "Longest", "The longest call", 1),
    time("total_s", "In all", "All calls whose time is known", 1),
  ];
}

export function ToolsPage() {
  const [state] = useAddress();
  const { search } = usePlace();
  const by = new URLSearchParams(search).get("by") ?? "tool";
  const { counter } = useStore(changes);
  const tools = useData<Tools>(report("tools", { by, ...selection(state) }), counter);
  const of = tools.data;
  const top = Math.max(...(of?.rows ?? []).map((row) => row.calls), 1);
  return (
    <>
      <Head name="Tools" about={of && <>{many(of.calls, "call")}, {count(of.failed)} failed in {rangeWords(state)}</>}><Ranges /></Head>
      <nav class="tabs flat" aria-label="What a row stands for">
        {BY.map(([key, name]) => <a key={key} href={`/tools?${new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(search)), by: key })}`} aria-current={by === key ? "page" : undefined}>{name}</a>)}
      </nav>
      <Answer of={tools} absent="This server does not know tools over sessions yet.">
        {(data) => (
          <>
            {data.rows.length ? <Table caption="Tools" columns={columns(data.by, top)} rows={data.rows} id={(row) => row.key} sort={{ key: "calls", down: true }} noun={["tool", "tools"]} /> : <Empty title={`No tool was called in ${rangeWords(state)}`}><a href="/tools?since=all">All time</a></Empty>}
            {data.known < data.sessions && <p class="note">Of {many(data.sessions, "session")}, {data.known} were read so far.</p>}
          </>
        )}
      </Answer>
    </>
  );
}
