/** The rows of a long table: asked for by the hundred as they come into sight, held still while somebody looks at them. */
import { useEffect, useRef, useState } from "preact/hooks";
import { changes } from "../../api/live";
import { get, Refused, type Params, url } from "../../api/client";
import { inTurn } from "../../api/turn";
import type { SessionPage, Summary } from "../../model/types";

export const PAGE = 100;
/** How long after the server had it a change may come back as that of this page itself, in milliseconds. */
const OWN = 3000;

export type Put = (id: string, change: Partial<Summary>, sent?: Promise<unknown>) => void;

export interface Rows {
  page: SessionPage | null;
  at: (index: number) => Summary | undefined;
  error: Refused | null;
  busy: boolean;
  /** Sessions that changed while the rows were held still. */
  waiting: number;
  /** Whether rows hold still. */
  hold: (held: boolean) => void;
  /** Ask for the rows from one to another. */
  need: (from: number, to: number) => void;
  /** Show what is new now. */
  again: () => void;
  /** Change a row until the next answer; `sent`, which never fails: until the next one that was asked for after the server had it. */
  put: Put;
}

interface Held {
  key: string;
  first: SessionPage | null;
  pages: Map<number, Summary[]>;
  asked: Set<number>;
  error: Refused | null;
  busy: boolean;
}

/** What this page itself changed of a session, and when the server had it; null: not yet. */
interface Own {
  change: Partial<Summary>;
  had: number | null;
}

/** Whether a change that is told of now may be this one. */
function isOwn(of: Own | undefined): boolean {
  return of !== undefined && (of.had === null || performance.now() < of.had + OWN);
}

export function useRows(params: Params): Rows {
  const key = url("/api/v2/sessions", params);
  const [, redraw] = useState(0);
  const draw = () => redraw((n) => n + 1);
  const held = useRef<Held>({ key: "", first: null, pages: new Map(), asked: new Set(), error: null, busy: false });
  const holding = useRef(false);
  const seen = useRef<[number, number]>([0, 0]);
  const waiting = useRef(new Set<string>());
  const own = useRef(new Map<string, Own>());
  // whoever was given a deed before the filter changed still does it with what holds now
  const wanted = useRef({ key, params });
  wanted.current = { key, params };

  /** An answer that was made before a change of this page reached the server does not take it back. */
  const changed = (row: Summary, asked: number): Summary => {
    const mine = own.current.get(row.id);
    return mine && (mine.had === null || mine.had > asked) ? { ...row, ...mine.change } : row;
  };

  const load = async (number: number, into: Held, of: Params) => {
    const asked = performance.now();
    into.asked.add(number);
    try {
      const page = await get<SessionPage>(url("/api/v2/sessions", { ...of, offset: number * PAGE, limit: PAGE }));
      into.pages.set(number, page.sessions.map((row) => changed(row, asked)));
      into.first = page;
      into.error = null;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      into.error = error;
      into.asked.delete(number);
    }
  };

  /** All pages in sight anew, put in place at once when they are there: nothing flickers. */
  const renewed = async () => {
    const { key: now, params: of } = wanted.current;
    const fresh: Held = { key: now, first: null, pages: new Map(), asked: new Set(), error: null, busy: false };
    held.current.busy = true;
    draw();
    const [from, to] = seen.current;
    const same = held.current.key === now;
    const numbers = new Set(same ? [0, Math.floor(from / PAGE), Math.floor(to / PAGE)] : [0]);
    const told = new Set(waiting.current);
    await Promise.all([...numbers].map((number) => load(number, fresh, of)));
    if (wanted.current.key !== now) return;
    if (fresh.error && held.current.first && same) held.current = { ...held.current, error: fresh.error, busy: false };
    else held.current = fresh;
    // what was told while the answer was on its way may not be in it
    for (const id of told) waiting.current.delete(id);
    draw();
  };

  /** An answer on its way is waited for: of two at once the older could come last; another filter's is not. */
  const turn = useRef<{ key: string; renew: () => Promise<void> } | null>(null);
  const renew = () => {
    const now = wanted.current.key;
    if (turn.current?.key !== now) turn.current = { key: now, renew: inTurn(async () => (wanted.current.key === now ? renewed() : undefined)) };
    void turn.current.renew();
  };
  useEffect(renew, [key]);
  useEffect(
    () =>
      changes.watch(() => {
        if (!holding.current) return renew();
        const { ids } = changes.value;
        for (const id of ids.length ? ids : ["?"]) if (!isOwn(own.current.get(id))) waiting.current.add(id);
        draw();
      }),
    [],
  );

  return {
    page: held.current.first,
    at: (index) => held.current.pages.get(Math.floor(index / PAGE))?.[index % PAGE],
    error: held.current.error,
    busy: held.current.busy || held.current.key !== key,
    waiting: waiting.current.size,
    hold: (now) => {
      holding.current = now;
      if (!now && waiting.current.size) renew();
    },
    need: (from, to) => {
      seen.current = [from, to];
      if (held.current.key !== key || !held.current.first) return;
      for (let number = Math.floor(from / PAGE); number <= Math.floor(to / PAGE); number++) {
        if (!held.current.asked.has(number)) void load(number, held.current, params).then(draw);
      }
    },
    again: renew,
    put: (id, change, sent) => {
      const before = own.current.get(id);
      const mine: Own = { change: { ...(isOwn(before) && before?.change), ...change }, had: sent ? null : performance.now() };
      own.current.set(id, mine);
      void sent?.then(() => (mine.had = performance.now()));
      for (const rows of held.current.pages.values()) {
        const index = rows.findIndex((row) => row.id === id);
        if (index >= 0) rows[index] = { ...rows[index]!, ...change };
      }
      draw();
    },
  };
}
