/** The sessions table: only the rows in sight are in the page, however many there are. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { go, sessionAt } from "../../api/route";
import { useStore } from "../../api/store";
import type { State as Address } from "../../model/address";
import { many } from "../../model/counts";
import type { Summary } from "../../model/types";
import { title } from "../../model/words";
import { Icon } from "../../parts/icons";
import { classOf, SortHead } from "../../parts/table";
import { Typed } from "../../parts/typed";
import { State } from "../../parts/values";
import { useKeys } from "../../shell/keys";
import { chosenColumns, columnsOf, type SessionColumn } from "./columns";
import { hide, rename, star } from "./deeds";
import type { Rows } from "./rows";

const MORE = 12;
const NOTABLE = new Set(["running", "waiting", "interrupted", "killed"]);

function rowHeight(): number {
  return matchMedia("(max-width: 640px)").matches ? 76 : 36;
}

/** Which rows are in sight, with some before and after. */
function useSight(count: number, body: { current: HTMLElement | null }): [number, number] {
  const [sight, setSight] = useState<[number, number]>([0, 40]);
  useLayoutEffect(() => {
    const look = () => {
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const first = Math.floor(-top / rowHeight());
      const next: [number, number] = [Math.max(0, first - MORE), first + Math.ceil(innerHeight / rowHeight()) + MORE];
      setSight((old) => (old[0] === next[0] && old[1] === next[1] ? old : next));
    };
    const print = () => setSight([0, count]);
    look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    addEventListener("beforeprint", print);
    addEventListener("afterprint", look);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
      removeEventListener("beforeprint", print);
      removeEventListener("afterprint", look);
    };
  }, [count]);
  return [Math.min(sight[0], count), Math.min(sight[1], count)];
}

function Title({ row, editing, onEdit, rows }: { row: Summary; editing: boolean; onEdit: (id: string | null) => void; rows: Rows }) {
  if (editing) {
    const done = (text: string | null) => {
      onEdit(null);
      if (text !== null) void rename(row, text, rows.put);
    };
    return <Typed className="rename" label="Title" value={row.title ?? ""} onDone={done} />;
  }
  return (
    <span class="title">
      <a href={sessionAt(row.id)} class="cut" title={row.branch ? `${title(row)}\nbranch ${row.branch}` : title(row)}>{title(row)}</a>
      {row.starred && <span class="starred" title="starred"><Icon name="star" full /><span class="sr">starred</span></span>}
      {NOTABLE.has(row.state) && <State of={row.state} />}
      {row.hidden && <span class="chip">hidden</span>}
      {row.partial && <span class="chip" title="Only a part of its calls lies in the time or is of the model that was chosen">part</span>}
      {row.labels.map((label) => <span class="chip" key={label}>{label}</span>)}
      <span class="deeds">
        <button type="button" class="icon-button" aria-pressed={row.starred} aria-label={`Star ${title(row)}`} title="Star (s)" onClick={() => void star(row, rows.put)}><Icon name="star" full={row.starred} /></button>
        <button type="button" class="icon-button" aria-label={`Rename ${title(row)}`} title="Rename (e)" onClick={() => onEdit(row.id)}><Icon name="pen" /></button>
        <button type="button" class="icon-button" aria-label={`${row.hidden ? "Show" : "Hide"} ${title(row)}`} title={`${row.hidden ? "Show again" : "Hide"} (x)`} onClick={() => void hide(row, rows.put, rows.again)}><Icon name="hide" /></button>
      </span>
    </span>
  );
}

function Heads({ columns, address, onSort }: { columns: SessionColumn[]; address: Address; onSort: (key: string, down: boolean) => void }) {
  const now = address.sort ?? "started";
  const down = (address.order ?? "desc") === "desc";
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const sorted = column.sort === now ? (down ? "down" : "up") : null;
          return (
            <th key={column.key} scope="col" class={`${classOf(column)} col-${column.key}`} style={column.width ? { width: `${column.width}px` } : undefined} aria-sort={sorted ? (sorted === "down" ? "descending" : "ascending") : undefined}>
              {column.sort ? <SortHead name={column.name} hint={column.hint} sorted={sorted} onSort={() => onSort(column.sort!, sorted ? !down : Boolean(column.right))} /> : <span title={column.hint}>{column.name}</span>}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

export function SessionTable({ rows, address, onSort }: { rows: Rows; address: Address; onSort: (key: string, down: boolean) => void }) {
  const columns = columnsOf(useStore(chosenColumns));
  const body = useRef<HTMLTableSectionElement>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const [current, showCurrent] = useState(-1);
  const at = useRef(-1);
  const setCurrent = (index: number) => {
    at.current = index;
    showCurrent(index);
  };
  const [inside, setInside] = useState({ pointer: false, focus: false });
  const count = rows.page?.count ?? 0;
  const [from, to] = useSight(count, body);
  useEffect(() => rows.need(from, Math.max(from, to - 1)), [from, to, rows.page]);
  useLayoutEffect(() => rows.hold(inside.pointer || inside.focus || editing !== null), [inside, editing]);

  // a row that leaves the page with the pointer or the focus in it tells nobody
  const { hold } = rows;
  useEffect(() => () => hold(false), []);

  /** The row that is to have the focus as soon as it is drawn, where nobody moved on since: at once, or another row's link would hear the next key. */
  const aim = useRef(-1);
  const take = () => {
    if (aim.current !== at.current) aim.current = -1;
    if (aim.current < 0) return;
    const [now, link] = [document.activeElement, body.current?.querySelector<HTMLElement>(`[data-row="${aim.current}"] a`)];
    const free = now === null || now === document.body || body.current?.contains(now);
    if (free && !link) (now as HTMLElement | null)?.blur();
    if (free && !link) return;
    aim.current = -1;
    if (free) link?.focus({ preventScroll: true });
  };
  useLayoutEffect(take);
  const move = (by: number) => {
    const next = Math.max(0, Math.min(count - 1, at.current + by));
    setCurrent(next);
    const top = (body.current?.getBoundingClientRect().top ?? 0) + next * rowHeight();
    if (top < 132 || top > innerHeight - 72) scrollBy(0, top - innerHeight / 2);
    aim.current = next;
    take();
  };
  const here = (deed: (row: Summary) => void) => () => {
    const row = rows.at(at.current);
    if (row) deed(row);
  };
  useKeys([
    { key: "j", words: "next session", run: () => move(1) },
    { key: "k", words: "session before", run: () => move(-1) },
    { key: "Enter", words: "open it", run: here((row) => go(sessionAt(row.id))) },
    { key: "s", words: "star it", run: here((row) => void star(row, rows.put)) },
    { key: "e", words: "rename it", run: here((row) => setEditing(row.id)) },
    { key: "x", words: "hide it", run: here((row) => void hide(row, rows.put, rows.again)) },
  ]);

  const shown = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
  return (
    <div
      class="sessions" onPointerEnter={(event) => event.pointerType !== "touch" && setInside((now) => ({ ...now, pointer: true }))} onPointerLeave={() => setInside((now) => ({ ...now, pointer: false }))}
      onFocusIn={() => setInside((now) => ({ ...now, focus: true }))}
      onFocusOut={(event) => !event.currentTarget.contains(event.relatedTarget as Node | null) && setInside((now) => ({ ...now, focus: false }))}
    >
      <div class="new" role="status">
        {rows.waiting > 0 && <button type="button" class="button" onClick={rows.again}>{many(rows.waiting, "session")} changed · show</button>}
      </div>
      <table class="fixed" aria-rowcount={count + 1} aria-busy={rows.busy}>
        <caption class="sr">Sessions</caption>
        <Heads columns={columns} address={address} onSort={onSort} />
        <tbody ref={body}>
          {from > 0 && <tr class="gap" aria-hidden="true"><td style={{ height: `${from * rowHeight()}px` }} /></tr>}
          {shown.map((index) => {
            const row = rows.at(index);
            return (
              <tr key={row?.id ?? index} data-row={index} aria-rowindex={index + 2} class={index === current ? "current" : undefined} onFocusIn={() => setCurrent(index)}>
                {row ? columns.map((column) => (
                  <td key={column.key} class={`${classOf(column)} col-${column.key}`}>
                    {column.key === "title" ? <Title row={row} editing={editing === row.id} onEdit={setEditing} rows={rows} /> : column.cell(row)}
                  </td>
                )) : <td class="later">…</td>}
              </tr>
            );
          })}
          {to < count && <tr class="gap" aria-hidden="true"><td style={{ height: `${(count - to) * rowHeight()}px` }} /></tr>}
        </tbody>
      </table>
    </div>
  );
}
