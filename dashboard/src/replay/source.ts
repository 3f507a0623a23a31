/** Where sessions come from: our own server, or the file that the page is. */
import { get, getAtOnce, report, url } from "../api/client";
import { go, replayAt } from "../api/route";
import { moment, type Moment, type ReplayDocument, type Shared } from "../model/replay";
import { type Sought, soughtIn } from "./sought";
import { type Feed, Tape } from "./tape";

export interface Source {
  /** Whether there is a server that can be asked, and told things. */
  served: boolean;
  tape(session: string): Tape;
  /** A URL of an event's picture, or null. */
  image(of: Moment): string | null;
  /** The records of an event; null: they are not here. */
  raw(of: Moment): Promise<string[] | null>;
  /** The event with its whole texts; null: they are not here. */
  whole(of: Moment): Promise<Moment | null>;
  /** Why no whole texts are here; empty: they can be asked for. */
  absent: string;
  canOpen(session: string): boolean;
  /** Show another session. */
  open(session: string, event?: number): void;
  /** The address of an event, to be kept or sent. */
  link(session: string, event: number): string;
  /** Where a text stands in a session and in what it started; throws Refused. */
  find(session: string, text: string, signal: AbortSignal): Promise<Sought>;
  shared: Shared | null;
}

function kept(feed: (session: string) => Feed): (session: string) => Tape {
  const tapes = new Map<string, Tape>();
  return (session) => {
    const known = tapes.get(session) ?? new Tape(session, feed(session));
    tapes.set(session, known);
    return known;
  };
}

/** Our own server. */
export function served(): Source {
  const path = (session: string, params: Record<string, string | number | boolean>) => report("replay-document", { session, ...params });
  const ask = (session: string, params: Record<string, string | number | boolean>) => get<ReplayDocument>(path(session, params));
  const at = (of: Moment, what: string) => `/api/v2/sessions/${encodeURIComponent(of.session)}/${what}/${encodeURIComponent(of.number)}`;
  return {
    served: true,
    shared: null,
    absent: "",
    tape: kept((session) => ({
      head: () => ask(session, { only: "head" }),
      page: (first, limit) => ask(session, { only: "events", first, limit }),
      atOnce: (first, limit) => getAtOnce<ReplayDocument>(path(session, { only: "events", first, limit })),
    })),
    image: (of) => of.image || (of.kind === "attachment" && of.title === "image" ? at(of, "images") : null),
    async raw(of) {
      const answer = await fetch(at(of, "raw"));
      return answer.ok ? (await answer.text()).split("\n").filter(Boolean) : null;
    },
    async whole(of) {
      const found = await ask(of.session, { only: "events", first: Number(of.number), limit: 1, full: true }).catch(() => null);
      const sent = found?.events[0];
      return sent ? moment(sent) : null;
    },
    canOpen: () => true,
    open: (session, event) => go(replayAt(session, event)),
    link: (session, event) => location.origin + replayAt(session, event),
    find: (session, text, signal) => get<Sought>(url(`/api/v2/sessions/${encodeURIComponent(session)}/found`, { text }), signal),
  };
}

/** The file that the page is. */
export function filed(shared: Shared): Source {
  const documents = new Map(shared.documents.map((one) => [one.session, one]));
  const mine = (of: Moment, line: string) => of.id !== "" && line.includes(of.id);
  const missing = (session: string) => new Error(shared.missing[session] ?? "this session is not in the file");
  return {
    served: false,
    shared,
    absent: shared.passage.full ? "" : "not in this file: agent-trace share --full puts them in",
    tape: kept((session) => {
      const found = documents.get(session);
      const asked = () => (found ? Promise.resolve(found) : Promise.reject(missing(session)));
      return { head: asked, page: asked };
    }),
    image: (of) => (/^data:image\/(png|jpeg|gif|webp);base64,/.test(of.image) ? of.image : null),
    raw: (of) => Promise.resolve(shared.raw[of.session]?.filter((line) => mine(of, line)) ?? null),
    whole: (of) => Promise.resolve(shared.passage.full ? of : null),
    canOpen: (session) => documents.has(session),
    open(session, event) {
      location.hash = anchor(session === shared.root ? "" : session, event ?? 1);
    },
    link: (session, event) => `${location.href.split("#", 1)[0]}#${anchor(session === shared.root ? "" : session, event)}`,
    find: (session, text, signal) => soughtIn(documents, session, text, signal),
  };
}

/** `e12`, or `e12&s=ID` of another session of the file. */
export function anchor(session: string, event: number): string {
  return session ? `e${event}&s=${encodeURIComponent(session)}` : `e${event}`;
}

/** The session and the event of an address's end; an event of 0: it names none. */
export function anchored(hash: string): { session: string; event: number } {
  const found = /^#?(?:e(\d+))?(?:&?s=([^&]*))?$/.exec(hash);
  const event = Number(found?.[1] ?? 0);
  try {
    return { session: decodeURIComponent(found?.[2] ?? ""), event };
  } catch {
    return { session: "", event };
  }
}

/** What is packed in the file. */
export async function unpacked(text: string): Promise<Shared> {
  const binary = atob(text.trim());
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  if (bytes.length < 2 || bytes[0] !== 0x1f) throw new Error("the data of this file are not what they were");
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const data = JSON.parse(await new Response(stream).text()) as Shared;
  if (data.format !== "agent-trace-share" || !data.documents?.length) throw new Error("this file holds no session");
  return data;
}

