/** What it cost: by day and in sum, by model, project, branch and agent, when, and how the month will end. */
import { anyColour, useAgents } from "../api/agents";
import { report, useData } from "../api/client";
import { changes } from "../api/live";
import { useStore } from "../api/store";
import { Donut, type Slice } from "../charts/donut";
import { type Cell, Heat } from "../charts/heat";
import { Share } from "../charts/share";
import { dayPoint, Trend } from "../charts/trend";
import { rangeWords, selection, write } from "../model/address";
import { count, many, tokens } from "../model/counts";
import { costOf, length, whole } from "../model/money";
import { clock, monthName } from "../model/times";
import type { CostReport, CostRow, Money } from "../model/types";
import { shortest } from "../model/words";
import { Answer, Empty } from "../parts/states";
import { type Column, Table } from "../parts/table";
import { Cost, Count, Tokens, Unknown, Usd, When } from "../parts/values";
import { Figure } from "./sessions/figures";
import { Head, Ranges, useAddress } from "../shell/page";

const BY = [["model", "Models"], ["project", "Projects"], ["branch", "Branches"], ["agent", "Agents"], ["tool", "Tools"]] as const;
type By = (typeof BY)[number][0];
const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

interface Forecast {
  month: string; spent_usd: Money; spent_basis: string | null; unpriced_calls: number; today_usd: Money; today_unpriced_calls: number;
  pace_usd: Money; pace_days: number; pace_unpriced_calls: number; projected_usd: Money; before_usd: Money; before_unpriced_calls: number; remaining_days: number;
}
interface HeatReport { cells: { weekday: string | number; hour: number; sessions: number; calls: number; cost_usd: Money; unpriced_calls: number }[] }
interface Outcomes { rows: { unpriced_calls: number }[]; produced: { sessions: number; known: number; asked: number; productive: number; commits: number; cost_per_commit_usd: Money } }
type Ask = Record<string, string>;

/** What a time cost; nothing was called in it where nothing is unpriced either. */
function Spent({ value, unpriced }: { value: Money; unpriced: number }) {
  if (value === null && unpriced === 0) return <span class="nil" title="no calls to a model">–</span>;
  return <Usd value={value} why="none of its calls has a known price" unpriced={unpriced} />;
}

function Outlook({ version }: { version: number }) {
  const of = useData<Forecast>(report("forecast"), version);
  return (
    <Answer of={of} lines={2} absent="No forecast from this server.">
      {(month) => (
        <dl class="row-of-figures">
          <Figure name={`Spent in ${monthName(month.month)}`} value={<Usd value={month.spent_usd} why="no call of this month has a known price" basis={month.spent_basis ?? ""} unpriced={month.unpriced_calls} />}><p class="change">today <Spent value={month.today_usd} unpriced={month.today_unpriced_calls} /></p></Figure>
          <Figure name="A day" value={<Usd value={month.pace_usd} why="fewer than three complete days with data" unpriced={month.pace_unpriced_calls} />}><p class="change">mean of the last {many(month.pace_days, "full day")}</p></Figure>
          <Figure name="Month’s end" value={<Usd value={month.projected_usd} why="fewer than three complete days with data" basis="spent so far and the mean of the last seven full days for each day that is left" unpriced={month.unpriced_calls + month.pace_unpriced_calls} />}><p class="change">{Math.ceil(month.remaining_days)} days left</p></Figure>
          <Figure name="Last month" value={<Spent value={month.before_usd} unpriced={month.before_unpriced_calls} />} />
        </dl>
      )}
    </Answer>
  );
}

function Produced({ ask, version }: { ask: Ask; version: number }) {
  return (
    <Answer of={useData<Outcomes>(report("outcomes", ask), version)} lines={2}>
      {({ produced: of, rows }) => (
        <dl class="row-of-figures">
          <Figure name="Productive" value={of.asked ? `${Math.round((of.productive / of.asked) * 100)} %` : <Unknown why="no session that was to change something" />} title="Sessions with a standing commit or a pull request, of those that were to change something"><p class="change">{of.productive} of {of.asked}</p></Figure>
          <Figure name="A commit costs" value={<Usd value={of.cost_per_commit_usd} why="no commit stands, or none of the calls has a known price" basis="all that the selected sessions cost, by their standing commits" unpriced={rows.reduce((all, row) => all + row.unpriced_calls, 0)} />}><p class="change">{many(of.commits, "commit")}</p></Figure>
        </dl>
      )}
    </Answer>
  );
}

function useSlices(by: By, rows: readonly CostRow[], address: ReturnType<typeof useAddress>[0]): Slice[] {
  const agents = useAgents();
  const names = shortest(rows.map((row) => row.key));
  return rows.map((row, index) => {
    const key = row.key || "(none)";
    const filter = by === "agent" || by === "model" || by === "branch" ? by : by === "project" ? "repo" : null;
    return {
      key, value: whole(row).cost_usd, unpriced: whole(row).unpriced_calls,
      name: by === "agent" ? (agents[key]?.title ?? key) : by === "project" ? (names.get(row.key) ?? key) : key,
      colour: by === "agent" ? (agents[key]?.colour ?? anyColour(key)) : (index % 7) + 1,
      ...(filter && { href: `/${write({ ...address, [filter]: row.key })}` }),
    };
  });
}

function Parts({ by, name, ask, version }: { by: By; name: string; ask: Ask; version: number }) {
  const of = useData<CostReport>(report("cost", { by, ...ask }), version);
  const [address] = useAddress();
  const slices = useSlices(by, of.data?.rows ?? [], address);
  const top = Math.max(...(of.data?.rows ?? []).map((row) => length(whole(row).cost_usd)), 0);
  const names = new Map(slices.map((slice) => [slice.key, slice]));
  const columns: Column<CostRow>[] = [
    { key: "name", name: name.replace(/e?s$/, ""), wide: true, by: (row) => row.key, cell: (row) => { const slice = names.get(row.key || "(none)"); return slice?.href ? <a href={slice.href} title={row.key}>{slice.name}</a> : <span title={row.key}>{slice?.name ?? row.key}</span>; } },
    { key: "share", name: "Share", unsaid: true, minor: 1, cell: (row) => <Share of={length(whole(row).cost_usd)} top={top} /> },
    { key: "calls", name: by === "tool" ? "Tool calls" : "Calls", right: true, by: (row) => (by === "tool" ? row.tool_calls : row.calls), cell: (row) => <>{row.unlogged && by !== "tool" && <span class="chip" title="its tokens and cost hold calls that are in the agent's own account alone: nobody counted those">and unlogged</span>} <Count value={by === "tool" ? row.tool_calls : row.calls} /></> },
    { key: "tokens", name: "Tokens", right: true, minor: 2, by: (row) => tokens(whole(row).usage), cell: (row) => <Tokens usage={whole(row).usage} /> },
    { key: "cost", name: "Cost", right: true, by: (row) => (whole(row).cost_usd === null ? null : length(whole(row).cost_usd)), cell: (row) => <Cost of={whole(row)} /> },
  ];
  return (
    <section>
      <h2>{name}</h2>
      <Answer of={of}>
        {(data) => (
          <>
            {by !== "tool" && <Donut slices={slices} label={name} />}
            <Table caption={name} columns={columns} rows={data.rows} id={(row) => row.key} sort={{ key: "cost", down: true }} first={8} noun={["row", "rows"]} none="Nothing in this time." />
          </>
        )}
      </Answer>
    </section>
  );
}

function cellsOf(of: HeatReport): Cell[] {
  return of.cells.map((cell) => ({
    weekday: typeof cell.weekday === "number" ? cell.weekday : Math.max(0, DAYS.indexOf(cell.weekday)),
    hour: cell.hour,
    value: length(cell.cost_usd),
    words: `${costOf({ calls: cell.calls, cost_usd: cell.cost_usd, cost_basis: null, unpriced_calls: cell.unpriced_calls, recorded_usd: null }).text}, ${count(cell.calls)} calls, ${many(cell.sessions, "session")}`,
  }));
}

const WINDOWS: Column<CostRow>[] = [
  { key: "key", name: "Began", wide: true, by: (row) => row.key, cell: (row) => <><When at={row.key} /> <span class="nil">{clock(row.key)}</span></> },
  { key: "calls", name: "Calls", right: true, by: (row) => row.calls, cell: (row) => <Count value={row.calls} /> },
  { key: "tokens", name: "Tokens", right: true, by: (row) => tokens(whole(row).usage), cell: (row) => <Tokens usage={whole(row).usage} /> },
  { key: "cost", name: "Cost", right: true, by: (row) => (whole(row).cost_usd === null ? null : length(whole(row).cost_usd)), cell: (row) => <Cost of={whole(row)} /> },
];

export function CostPage() {
  const [state] = useAddress();
  const { counter } = useStore(changes);
  const ask = selection(state);
  const days = useData<CostReport>(report("cost", { by: "day", ...ask }), counter);
  const heat = useData<HeatReport>(report("heatmap", ask), counter);
  const windows = useData<CostReport>(report("cost", { by: "window", ...ask }), counter);
  const all = days.data?.totals.total;
  return (
    <>
      <Head name="Cost" about={all && <><Cost of={all} /> in {rangeWords(state)}, {count(all.calls)} calls</>}><Ranges /></Head>
      <Answer of={days} lines={8}>
        {(data) => data.rows.length ? (
          <Trend points={data.rows.map(dayPoint)} />
        ) : (
          <Empty title={`Nothing was spent in ${rangeWords(state)}`}><a href="/cost?since=all">All time</a></Empty>
        )}
      </Answer>
      {days.data && days.data.unpriced.length > 0 && <p class="note">Without a known price, and in no sum: {days.data.unpriced.join(", ")}. <a href="/settings#prices">Prices</a></p>}
      <div class="two">
        <section><h2>This month <small>whatever time is chosen</small></h2><Outlook version={counter} /></section>
        <section><h2>What came of it</h2><Produced ask={ask} version={counter} /></section>
      </div>
      <div class="two">{BY.slice(0, 2).map(([by, name]) => <Parts key={by} by={by} name={name} ask={ask} version={counter} />)}</div>
      <div class="two">{BY.slice(2, 4).map(([by, name]) => <Parts key={by} by={by} name={name} ask={ask} version={counter} />)}</div>
      <div class="two">
        <section><h2>When <small>cost by hour and weekday</small></h2><Answer of={heat} absent="No heat map from this server.">{(data) => <Heat cells={cellsOf(data)} caption="Cost by weekday and hour" />}</Answer></section>
        <section><h2>Five-hour windows</h2><Answer of={windows}>{(data) => <Table caption="Five-hour windows" columns={WINDOWS} rows={data.rows} id={(row) => row.key} sort={{ key: "key", down: true }} first={8} none="No window in this time." noun={["window", "windows"]} />}</Answer></section>
      </div>
    </>
  );
}
