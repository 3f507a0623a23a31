/** What a person does with a session: star, rename, hide, label. */
import { send } from "../../api/client";
import type { Summary } from "../../model/types";
import { title } from "../../model/words";
import { doing } from "../../parts/told";
import type { Put } from "./rows";


function at(id: string, what: string): string {
  return `/api/v2/sessions/${encodeURIComponent(id)}/${what}`;
}

/** Shown at once; taken back where the server does not do it. */
async function put(row: Summary, change: Partial<Summary>, show: Put, work: Promise<boolean>): Promise<boolean> {
  show(row.id, change, work);
  const done = await work;
  if (!done) show(row.id, Object.fromEntries(Object.keys(change).map((name) => [name, row[name as keyof Summary]])));
  return done;
}

export async function star(row: Summary, show: Put): Promise<void> {
  await put(row, { starred: !row.starred }, show, doing(send("PUT", at(row.id, "star"), { on: !row.starred })));
}

export async function rename(row: Summary, name: string, show: Put): Promise<void> {
  const next = name.trim();
  if (next === (row.title ?? "")) return;
  await put(row, { title: next || row.title }, show, doing(send("PUT", at(row.id, "title"), { title: next || null }), next ? "Renamed" : "Its own title is back"));
}

export async function hide(row: Summary, show: Put, after: () => void): Promise<void> {
  const on = !row.hidden;
  const back = () => void doing(send("PUT", at(row.id, "hidden"), { on: !on })).then(after);
  const work = doing(send("PUT", at(row.id, "hidden"), { on }), `${on ? "Hidden" : "Shown again"}: ${title(row)}`, back);
  if (await put(row, { hidden: on }, show, work)) after();
}

export async function relabel(row: Summary, add: string[], remove: string[], show: Put): Promise<void> {
  const labels = [...new Set([...row.labels.filter((one) => !remove.includes(one)), ...add])];
  await put(row, { labels }, show, doing(send("PUT", at(row.id, "labels"), { add, remove })));
}
