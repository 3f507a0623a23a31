/** A table of a report: sorts in the page, cuts what is long, says what it holds. */
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { many } from "../model/counts";

export interface Column<T> {
  key: string;
  name: string;
  cell: (row: T) => ComponentChildren;
  /** What to sort by; a column without it stays as it is. Null is last in either order. */
  by?: (row: T) => number | string | null;
  right?: boolean;
  /** The column that takes what width is left. */
  wide?: boolean;
  /** 1: left out below 1100 pixels, 2: below 800 as well. */
  minor?: 1 | 2;
  hint?: string;
  /** The name is only for those who hear the page. */
  unsaid?: boolean;
}

interface Props<T> {
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  id: (row: T) => string;
  sort?: { key: string; down: boolean };
  none?: string;
  foot?: ComponentChildren;
  first?: number;
  noun?: [string, string];
}

export function ordered<T>(rows: readonly T[], column: Column<T> | undefined, down: boolean): readonly T[] {
  const by = column?.by;
  if (!by) return rows;
  const side = down ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [by(a), by(b)];
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    return (left < right ? -1 : left > right ? 1 : 0) * side;
  });
}

export function classOf(column: { right?: boolean; wide?: boolean; minor?: 1 | 2 }): string {
  return [column.right && "num", column.wide && "wide", column.minor && `minor${column.minor}`].filter(Boolean).join(" ");
}

export function SortHead({ name, hint, sorted, onSort }: { name: string; hint?: string | undefined; sorted: "up" | "down" | null; onSort: () => void }) {
  return (
    <button type="button" class="sort" onClick={onSort} title={hint}>
      {name}
      <span class={`arrow ${sorted ?? ""}`} aria-hidden="true">
        {sorted === "up" ? "↑" : "↓"}
      </span>
    </button>
  );
}

const FIRST = 100;

export function Table<T>({ caption, columns, rows, id, sort, none = "Nothing here.", foot, first = FIRST, noun = ["row", "rows"] }: Props<T>) {
  const [order, setOrder] = useState(sort ?? { key: "", down: true });
  const [all, setAll] = useState(false);
  const shown = useMemo(() => ordered(rows, columns.find((column) => column.key === order.key), order.down), [rows, columns, order]);
  if (!rows.length) return <p class="none">{none}</p>;
  const turn = (key: string, right?: boolean) => setOrder(order.key === key ? { key, down: !order.down } : { key, down: Boolean(right) });
  return (
    <>
      <table>
        <caption class="sr">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => {
              const sorted = order.key === column.key ? (order.down ? "down" : "up") : null;
              return (
                <th key={column.key} scope="col" class={classOf(column)} aria-sort={sorted ? (sorted === "down" ? "descending" : "ascending") : undefined}>
                  {column.by ? (
                    <SortHead name={column.name} hint={column.hint} sorted={sorted} onSort={() => turn(column.key, column.right)} />
                  ) : (
                    <span title={column.hint} class={column.unsaid ? "sr" : undefined}>{column.name}</span>
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {(all ? shown : shown.slice(0, first)).map((row) => (
            <tr key={id(row)}>
              {columns.map((column) => (
                <td key={column.key} class={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {foot && <tfoot>{foot}</tfoot>}
      </table>
      {!all && rows.length > first && (
        <button type="button" class="button more" onClick={() => setAll(true)}>
          Show all {many(rows.length, noun[0], noun[1])}
        </button>
      )}
    </>
  );
}
