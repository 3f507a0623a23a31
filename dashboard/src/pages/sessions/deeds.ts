/** What a person does with a session: star, rename, hide, label. */
import { send } from "../../api/client";
import type { Summary } from "../../model/types";
import { title } from "../../model/words";
import { doing } from "../../parts/told";

type Put = (id: string, change: Partial<Summary>) => void;

function at(id: string, what: string): string {
  return `/api/v2/sessions/${encodeURIComponent(id)}/${what}`;
}

export async function star(row: Summary, put: Put): Promise<void> {
  put(row.id, { starred: !row.starred });
  if (!(await doing(send("PUT", at(row.id, "star"), { on: !row.starred })))) put(row.id, { starred: row.starred });
}

export async function rename(row: Summary, name: string, put: Put): Promise<void> {
  const next = name.trim();
  if (next === (row.title ?? "")) return;
  put(row.id, { title: next || row.title });
  if (!(await doing(send("PUT", at(row.id, "title"), { title: next || null }), next ? "Renamed" : "Its own title is back"))) put(row.id, { title: row.title });
}

export async function hide(row: Summary, put: Put, after: () => void): Promise<void> {
  const on = !row.hidden;
  put(row.id, { hidden: on });
  const back = () => void doing(send("PUT", at(row.id, "hidden"), { on: !on })).then(after);
  if (await doing(send("PUT", at(row.id, "hidden"), { on }), `${on ? "Hidden" : "Shown again"}: ${title(row)}`, back)) after();
  else put(row.id, { hidden: row.hidden });
}

export async function relabel(row: Summary, add: string[], remove: string[], put: Put): Promise<void> {
  const labels = [...new Set([...row.labels.filter((one) => !remove.includes(one)), ...add])];
  put(row.id, { labels });
  if (!(await doing(send("PUT", at(row.id, "labels"), { add, remove })))) put(row.id, { labels: row.labels });
}
