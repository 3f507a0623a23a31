/** The rows of a long table: asked for by the hundred as they come into sight, held still while somebody looks at them. */
import { useEffect, useRef, useState } from "preact/hooks";
import { changes } from "../../api/live";
import { get, Refused, type Params, url } from "../../api/client";
import type { SessionPage, Summary } from "../../model/types";

export const PAGE = 100;
/** How long a change of a session may come back as that of this page itself, in milliseconds. */
const OWN = 3000;

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
  /** Put a row in the place of the one with its id, until the next answer. */
  put: (id: string, change: Partial<Summary>) => void;
}

interface Held {
  key: string;
  first: SessionPage | null;
  pages: Map<number, Summary[]>;
  asked: Set<number>;
  error: Refused | null;
  busy: boolean;
}

export function useRows(params: Params): Rows {
  const key = url("/api/v2/sessions", params);
  const [, redraw] = useState(0);
  const draw = () => redraw((n) => n + 1);
  const held = useRef<Held>({ key: "", first: null, pages: new Map(), asked: new Set(), error: null, busy: false });
  const holding = useRef(false);
  const seen = useRef<[number, number]>([0, 0]);
  const waiting = useRef(new Set<string>());
  const own = useRef(new Map<string, number>());

  const load = async (number: number, fresh?: Held) => {
    const into = fresh ?? held.current;
    into.asked.add(number);
    try {
      const page = await get<SessionPage>(url("/api/v2/sessions", { ...params, offset: number * PAGE, limit: PAGE }));
      into.pages.set(number, page.sessions);
      into.first = page;
      into.error = null;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      into.error = error;
      into.asked.delete(number);
    }
  };

  /** All pages in sight anew, put in place at once when they are there: nothing flickers. */
  const renew = async () => {
    const fresh: Held = { key, first: null, pages: new Map(), asked: new Set(), error: null, busy: false };
    held.current.busy = true;
    draw();
    const [from, to] = seen.current;
    const same = held.current.key === key;
    const numbers = new Set(same ? [0, Math.floor(from / PAGE), Math.floor(to / PAGE)] : [0]);
    await Promise.all([...numbers].map((number) => load(number, fresh)));
    if (wanted.current !== key) return;
    if (fresh.error && held.current.first && held.current.key === key) held.current = { ...held.current, error: fresh.error, busy: false };
    else held.current = fresh;
    waiting.current.clear();
    draw();
  };

  const wanted = useRef(key);
  wanted.current = key;
  useEffect(() => void renew(), [key]);
  useEffect(
    () =>
      changes.watch(() => {
        if (!holding.current) return void renew();
        const { ids } = changes.value;
        for (const id of ids.length ? ids : ["?"]) if ((own.current.get(id) ?? 0) < performance.now()) waiting.current.add(id);
        draw();
      }),
    [key],
  );

  return {
    page: held.current.first,
    at: (index) => held.current.pages.get(Math.floor(index / PAGE))?.[index % PAGE],
    error: held.current.error,
    busy: held.current.busy || held.current.key !== key,
    waiting: waiting.current.size,
    hold: (now) => {
      holding.current = now;
      if (!now && waiting.current.size) void renew();
    },
    need: (from, to) => {
      seen.current = [from, to];
      if (held.current.key !== key || !held.current.first) return;
      for (let number = Math.floor(from / PAGE); number <= Math.floor(to / PAGE); number++) {
        if (!held.current.asked.has(number)) void load(number).then(draw);
      }
    },
    again: () => void renew(),
    put: (id, change) => {
      own.current.set(id, performance.now() + OWN);
      for (const rows of held.current.pages.values()) {
        const index = rows.findIndex((row) => row.id === id);
        if (index >= 0) rows[index] = { ...rows[index]!, ...change };
      }
      draw();
    },
  };
}
