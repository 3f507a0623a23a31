/** Which files were read and written, and which sessions touched one. */
import { report, useData } from "../api/client";
import { changes } from "../api/live";
import { go, sessionAt, usePlace } from "../api/route";
import { useStore } from "../api/store";
import { rangeWords, selection } from "../model/address";
import { many } from "../model/counts";
import { halves, title } from "../model/words";
import { Answer, Empty } from "../parts/states";
import { type Column, Table } from "../parts/table";
import { Share } from "../charts/share";
import { Agent, Count, Lines, When } from "../parts/values";
import { Icon } from "../parts/icons";
import { Head, Ranges, useAddress } from "../shell/page";

interface FileUse { path: string; reads: number; writes: number; lines_added: number; lines_removed: number; last: string | null; sessions: number }
interface Toucher { id: string; agent: string; root: string; title: string | null; path: string; reads: number; writes: number; lines_added: number; lines_removed: number; last?: string | null }
interface Files { files: FileUse[]; touched_by: Toucher[]; count: number; sessions: number; known: number }

function at(path: string, search: string): string {
  const query = new URLSearchParams(search);
  query.set("file", path);
  return `/files?${query}`;
}

function columns(search: string, top: number): Column<FileUse>[] {
  return [
    { key: "path", name: "File", wide: true, by: (row) => row.path, cell: (row) => <a href={at(row.path, search)} title={row.path}><b>{halves(row.path)[1]}</b> <span class="nil">{halves(row.path)[0]}</span></a> },
    { key: "share", name: "Share", unsaid: true, minor: 1, cell: (row) => <Share of={row.sessions} top={top} /> },
    { key: "sessions", name: "Sessions", right: true, by: (row) => row.sessions, cell: (row) => <Count value={row.sessions} /> },
    { key: "reads", name: "Reads", right: true, minor: 2, by: (row) => row.reads, cell: (row) => <Count value={row.reads} quiet /> },
    { key: "writes", name: "Writes", right: true, by: (row) => row.writes, cell: (row) => <Count value={row.writes} quiet /> },
    { key: "lines", name: "± Lines", right: true, minor: 2, by: (row) => row.lines_added + row.lines_removed, cell: (row) => <Lines added={row.lines_added} removed={row.lines_removed} /> },
    { key: "last", name: "Last", right: true, by: (row) => row.last, cell: (row) => <When at={row.last} /> },
  ];
}

const TOUCHED: Column<Toucher>[] = [
  { key: "agent", name: "Agent", by: (row) => row.agent, cell: (row) => <Agent name={row.agent} /> },
  { key: "title", name: "Session", wide: true, by: (row) => title(row), cell: (row) => <a href={sessionAt(row.id, "files")} title={title(row)}>{title(row)}{row.root !== row.id && <span class="chip">sub-agent</span>}</a> },
  { key: "path", name: "File", minor: 1, by: (row) => row.path, cell: (row) => <span title={row.path}>{halves(row.path)[1]}</span> },
  { key: "reads", name: "Reads", right: true, by: (row) => row.reads, cell: (row) => <Count value={row.reads} quiet /> },
  { key: "writes", name: "Writes", right: true, by: (row) => row.writes, cell: (row) => <Count value={row.writes} quiet /> },
  { key: "lines", name: "± Lines", right: true, by: (row) => row.lines_added + row.lines_removed, cell: (row) => <Lines added={row.lines_added} removed={row.lines_removed} /> },
];
const ROWS = 500;

export function FilesPage() {
  const [state] = useAddress();
  const { search } = usePlace();
  const file = new URLSearchParams(search).get("file") ?? "";
  const { counter } = useStore(changes);
  const files = useData<Files>(report("files", { file, ...selection(state), limit: ROWS }), counter);
  const look = (text: string) => go(text ? at(text, search) : "/files", { replace: true });
  const top = Math.max(...(files.data?.files ?? []).map((row) => row.sessions), 1);
  return (
    <>
      <Head name="Files" about={files.data && <>{many(files.data.count, "file")} in {rangeWords(state)}</>}><Ranges /></Head>
      <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <label class="field find big">
          <span class="sr">A file's path, or the end of it</span>
          <Icon name="search" />
          <input type="search" data-search placeholder="A path, or the end of one: src/app.py" value={file} onChange={(event) => look(event.currentTarget.value.trim())} />
        </label>
      </form>
      <Answer of={files} absent="This server does not know files over sessions yet; each session's page has its own.">
        {(data) => (
          <>
            {data.touched_by.length > 0 && <section><h2>Touched by <small>{many(data.touched_by.length, "session")}</small></h2><Table caption="Sessions that touched it" columns={TOUCHED} rows={data.touched_by} id={(row) => row.id + row.path} noun={["session", "sessions"]} /></section>}
            {data.files.length ? (
              <section><Table caption="Files" columns={columns(search, top)} rows={data.files} id={(row) => row.path} sort={{ key: "sessions", down: true }} noun={["file", "files"]} /></section>
            ) : (
              <Empty title={file ? `No session touched ${file} in ${rangeWords(state)}` : `No file was touched in ${rangeWords(state)}`}><a href={file ? at(file, "?since=all") : "/files?since=all"}>All time</a></Empty>
            )}
            {data.known < data.sessions && <p class="note">Of {many(data.sessions, "session")}, {data.known} were read so far.</p>}
          </>
        )}
      </Answer>
    </>
  );
}
