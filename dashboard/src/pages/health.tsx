/** What agent-trace found on this machine, what it keeps, and what does not go well. */
import { report, useData } from "../api/client";
import { bytes, count, many } from "../model/counts";
import { absolute } from "../model/times";
import type { AgentRow, Status } from "../model/types";
import { Answer } from "../parts/states";
import { type Column, Table } from "../parts/table";
import { Agent, Count, Unknown, When } from "../parts/values";
import { Head } from "../shell/page";

interface Home { agent: string; title: string; path: string; found: boolean; logs: number; size: number; sessions: number; versions: string[] }
interface Doctor {
  problems: unknown[];
  unread_reasons: Record<string, unknown>;
  machine: {
    version: string; python: string; platform: string; zone: string; home: string; homes: Home[];
    index: { path: string; size: number; log_size: number; logs: number; sessions: number; subagents: number; calls: number; documents: number; due_bytes: number; damage: string };
    archive: { path: string; mode: string; copies: number; size: number; raw_size: number; missing: unknown[]; damaged: unknown[] };
    unread: unknown[]; torn: unknown[]; unreadable: unknown[]; duplicates: unknown[];
    features: { name: string; present: boolean; detail: string }[];
    settings: { name: string; value: string; origin: string }[];
  };
}

/** Whatever a problem is made of, as one line. */
export function said(of: unknown): string {
  if (typeof of === "string") return of;
  if (of === null || typeof of !== "object") return String(of);
  const parts = Object.entries(of).filter(([, value]) => value !== null && value !== "" && !(Array.isArray(value) && !value.length));
  const words = parts.find(([key]) => /^(text|summary|message|what|detail)$/.test(key));
  return words ? [String(words[1]), ...parts.filter(([key]) => /^(hint|fix|todo|next)$/.test(key)).map(([, value]) => String(value))].join(" · ") : parts.map(([key, value]) => `${key.replaceAll("_", " ")} ${Array.isArray(value) ? value.map(said).join(", ") : said(value)}`).join(" · ");
}

function Problems({ of }: { of: readonly unknown[] }) {
  if (!of.length) return <p class="lead"><span class="good">✓</span> Nothing is wrong</p>;
  return <ul>{of.map((one, index) => <li class="problem" key={index}>{said(one)}</li>)}</ul>;
}

const HOMES: Column<Home>[] = [
  { key: "agent", name: "Agent", by: (row) => row.agent, cell: (row) => <Agent name={row.agent} /> },
  { key: "path", name: "Folder", wide: true, by: (row) => row.path, cell: (row) => <code title={row.path}>{row.path}</code> },
  { key: "versions", name: "Versions", minor: 1, cell: (row) => row.versions.length > 3 ? <span title={row.versions.join(", ")}>{row.versions.slice(-2).join(", ")} and {row.versions.length - 2} more</span> : row.versions.join(", ") || <Unknown why="its logs name no version" /> },
  { key: "logs", name: "Logs", right: true, minor: 2, by: (row) => row.logs, cell: (row) => <Count value={row.logs} quiet /> },
  { key: "size", name: "Size", right: true, minor: 2, by: (row) => row.size, cell: (row) => bytes(row.size) },
  { key: "sessions", name: "Sessions", right: true, by: (row) => row.sessions, cell: (row) => <Count value={row.sessions} quiet /> },
];

const AGENTS: Column<AgentRow>[] = [
  { key: "agent", name: "Agent", wide: true, by: (row) => row.title, cell: (row) => <Agent name={row.name} /> },
  { key: "found", name: "On this machine", cell: (row) => (row.found ? <span class="good">✓ found</span> : <span class="nil">–</span>) },
  { key: "sessions", name: "Sessions", right: true, by: (row) => row.sessions, cell: (row) => <Count value={row.sessions} quiet /> },
  { key: "subagents", name: "Sub-agents", right: true, minor: 2, by: (row) => row.subagents, cell: (row) => <Count value={row.subagents} quiet /> },
  { key: "last", name: "Last", right: true, by: (row) => row.last, cell: (row) => (row.last ? <When at={row.last} /> : <span class="nil">–</span>) },
];

function Server() {
  const of = useData<Status>("/api/v2/status");
  return (
    <Answer of={of} lines={2}>
      {(status) => (
        <dl class="facts">
          <div><dt>Version</dt><dd>{status.version}</dd></div>
          <div><dt>Runs since</dt><dd><When at={status.started} /></dd></div>
          <div><dt>Logs last looked at</dt><dd><When at={status.last_sync} /></dd></div>
          <div><dt>Still to be read</dt><dd>{status.due_bytes ? bytes(status.due_bytes) : "nothing"}</dd></div>
          <div><dt>Zone</dt><dd>{status.zone}</dd></div>
          <div><dt>Home</dt><dd><code>{status.home}</code></dd></div>
        </dl>
      )}
    </Answer>
  );
}

export function HealthPage() {
  const doctor = useData<Doctor>(report("doctor"));
  const agents = useData<{ agents: AgentRow[] }>(report("agents"));
  return (
    <>
      <Head name="Health" about="What is found, read and kept"><button type="button" class="button" onClick={doctor.again} disabled={doctor.busy}>{doctor.busy ? "Looks…" : "Look again"}</button></Head>
      <Server />
      <Answer of={doctor} lines={8}>
        {({ machine, problems }) => (
          <>
            <section><h2>Problems</h2><Problems of={problems} /></section>
            <div class="two">
              <section>
                <h2>Index <small>{bytes(machine.index.size + machine.index.log_size)}</small></h2>
                <p>{many(machine.index.sessions, "session")}, {many(machine.index.subagents, "sub-agent")}, {count(machine.index.calls)} calls out of {many(machine.index.logs, "log")}; {count(machine.index.documents)} texts can be searched.</p>
                <p class="note mono">{machine.index.path}</p>
              </section>
              <section>
                <h2>Archive <small>{machine.archive.mode}</small></h2>
                <p>{many(machine.archive.copies, "copy", "copies")} of logs in {bytes(machine.archive.size)}, {bytes(machine.archive.raw_size)} before they were compressed.</p>
                <p class="note mono">{machine.archive.path}</p>
              </section>
            </div>
            <section><h2>Homes</h2><Table caption="Homes" columns={HOMES} rows={machine.homes.filter((home) => home.found)} id={(row) => `${row.agent} ${row.path}`} sort={{ key: "sessions", down: true }} none="No agent's logs were found." /></section>
            <div class="two">
              <section><h2>Features</h2><Table caption="Features" rows={machine.features} id={(row) => row.name} columns={[{ key: "name", name: "Feature", wide: true, cell: (row) => row.name }, { key: "present", name: "Here", cell: (row) => (row.present ? <span class="good">✓ yes</span> : <span class="bad">✕ no</span>) }, { key: "detail", name: "Detail", right: true, cell: (row) => <span class="wrap">{row.detail}</span> }]} /></section>
              <section><h2>Settings in force <small><a href="/settings">change</a></small></h2><Table caption="Settings" rows={machine.settings} id={(row) => row.name} first={20} columns={[{ key: "name", name: "Setting", wide: true, cell: (row) => row.name.replaceAll("_", " ") }, { key: "value", name: "Value", cell: (row) => <span class="wrap">{String(row.value)}</span> }, { key: "origin", name: "From", cell: (row) => <span class="nil">{row.origin}</span> }]} /></section>
            </div>
            <p class="note">agent-trace {machine.version} on Python {machine.python}, {machine.platform}</p>
          </>
        )}
      </Answer>
      <section><h2>Agents</h2><Answer of={agents}>{(data) => <Table caption="Agents" columns={AGENTS} rows={data.agents} id={(row) => row.name} sort={{ key: "sessions", down: true }} />}</Answer></section>
      <p class="note">Asked {absolute(new Date().toISOString())}.</p>
    </>
  );
}
