/** Notes and bookmarks at an event: shown, written and taken away where they stand. */
import { useState } from "preact/hooks";
import { send } from "../api/client";
import type { Noted } from "../model/replay";
import { Icon } from "../parts/icons";
import { doing } from "../parts/told";
import { Typed } from "../parts/typed";
import type { Desk } from "./desk";

function address(desk: Desk): string {
  return `/api/v2/sessions/${encodeURIComponent(desk.tape.session)}/annotations`;
}

async function note(desk: Desk, event: number, more: { note?: string; bookmark?: boolean }, said: string): Promise<void> {
  if (await doing(send("POST", address(desk), { event: String(event), ...more }), said)) await desk.tape.open();
}

export async function drop(desk: Desk, one: Noted): Promise<void> {
  if (await doing(send("DELETE", `${address(desk)}/${encodeURIComponent(one.annotation_id)}`), "Taken away")) await desk.tape.open();
}

let marking: Promise<void> = Promise.resolve();

/** Put a bookmark at an event, or take it away again: once the one before is there to be seen. */
export function mark(desk: Desk, event: number): Promise<void> {
  marking = marking.then(() => turn(desk, event));
  return marking;
}

async function turn(desk: Desk, event: number): Promise<void> {
  if (!desk.source.served) return;
  const there = desk.notes(event).find((one) => one.bookmark && !one.note);
  await (there ? drop(desk, there) : note(desk, event, { bookmark: true }, "Bookmarked"));
}

/** Another text in place of a note's: the new one is kept before the old one goes. */
async function rewrite(desk: Desk, one: Noted, text: string): Promise<void> {
  const more = { note: text, ...(one.label && { label: one.label }), ...(one.bookmark && { bookmark: true }), ...(one.event !== null && { event: one.event }) };
  const both = send("POST", address(desk), more).then(() => send("DELETE", `${address(desk)}/${encodeURIComponent(one.annotation_id)}`));
  if (await doing(both, "Changed")) await desk.tape.open();
}

export function Notes({ of, desk }: { of: readonly Noted[]; desk: Desk }) {
  const [editing, edit] = useState("");
  const done = (one: Noted, text: string | null) => {
    edit("");
    if (text?.trim() && text.trim() !== one.note) void rewrite(desk, one, text.trim());
  };
  return (
    <ul class="noted">
      {of.map((one) => (
        <li key={one.annotation_id}>
          <Icon name={one.bookmark ? "save" : "pen"} />
          {editing === one.annotation_id ? (
            <Typed className="note-input" label="Change this note" value={one.note} most={2000} onDone={(text) => done(one, text)} />
          ) : (
            <span>{one.note || (one.bookmark ? "bookmark" : "")}{one.label && <span class="chip">{one.label}</span>}{one.author && <span class="nil"> {one.author}</span>}</span>
          )}
          {desk.source.served && one.note && <button type="button" class="icon-button" aria-label="Change this note" title="Change this note" onClick={() => edit(one.annotation_id)}><Icon name="pen" /></button>}
          {desk.source.served && <button type="button" class="icon-button" aria-label="Take this note away" title="Take this note away" onClick={() => void drop(desk, one)}><Icon name="cross" /></button>}
        </li>
      ))}
    </ul>
  );
}

export function Writing({ event, desk }: { event: number; desk: Desk }) {
  const done = (text: string | null) => {
    desk.writing.set(null);
    if (text?.trim()) void note(desk, event, { note: text.trim() }, "Noted");
  };
  return <Typed className="note-input" label={`Note at event ${event}`} value="" most={2000} onDone={done} />;
}
