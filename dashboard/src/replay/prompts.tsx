/** The numbered prompts: beside the events, each opening to its steps, and as a table. */
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useStore } from "../api/store";
import { count, many, share, short, tokens } from "../model/counts";
import { length } from "../model/money";
import type { Asked, Before, Head, Share } from "../model/replay";
import { partWords } from "../model/wording";
import type { Amounts } from "../model/types";
import { untold } from "../model/words";
import { FAILED, failures } from "../parts/failures";
import { classOf, type Column, Table } from "../parts/table";
import { Cost, Count, Span, Tokens, Unknown } from "../parts/values";
import { BY } from "./blocks/said";
import type { Desk } from "./desk";
import { called, SIGNS, signOf } from "./kinds";
import { apart } from "./scrub";

/** How much the context grew or shrank over a prompt. */
export function growth(of: Pick<Asked, "context_before" | "context_after">): number | null {
  return of.context_after === null ? null : of.context_after - (of.context_before ?? 0);
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${short(Math.abs(value))}`;
}

function filledWords(of: readonly Share[]): string {
  return of.map((one) => `${partWords(one.what)[0]}: about ${count(one.tokens)} tokens`).join("\n");
}

export function Growth({ of }: { of: Asked }) {
  const value = growth(of);
  if (value === null) return <Unknown why={untold(of, "the agent records no tokens for it")} />;
  return <span title={[`context ${count(of.context_before)} → ${count(of.context_after)} tokens`, filledWords(of.filled)].filter(Boolean).join("\n")}>{signed(value)}</span>;
}

const STEPS = 100;

function Steps({ of, desk }: { of: Asked; desk: Desk }) {
  const { tape } = desk;
  useStore(tape.changed);
  const cursor = useStore(desk.cursor);
  const [most, setMost] = useState(STEPS);
  useEffect(() => tape.need(of.first_event, Math.min(of.last_event, of.first_event + most * 4)), [of, most]);
  const rows = [];
  let at = of.first_event;
  for (; at <= of.last_event && rows.length < most; at += 1) {
    const one = tape.at(at);
    if (one === undefined) break;
    if (one.kind !== "tool_call" && one.kind !== "error" && one.kind !== "compacted") continue;
    const [number, wrong, pair] = [at, signOf(one, tape.pairOf(one)), tape.pairOf(one)];
    rows.push(
      <li key={at}>
        <button type="button" class={`step ${number === cursor ? "here" : ""}`} title={called(one)} onClick={() => void desk.seek(number)}>
          <span class={wrong ? "bad" : "nil"} title={wrong ? SIGNS[wrong] : undefined}>{wrong || "·"}{wrong && <span class="sr">{SIGNS[wrong]}</span>}</span>
          <span class="cut">{called(one, tape.head?.session.cwd)}</span>
          {pair?.run_s != null && <span class="nil num"><Span seconds={pair.run_s} brief /></span>}
        </button>
      </li>,
    );
  }
  if (!rows.length && at > of.last_event) return <p class="none">It only answered.</p>;
  return (
    <>
      <ol class="steps">{rows}</ol>
      {at <= of.last_event && <button type="button" class="link" onClick={() => setMost(most + 400)}>more steps</button>}
    </>
  );
}

/** What was done before the first prompt, as a row among them: its number is 0. */
function early(of: Before): Asked {
  return {
    ...of, number: 0, event: String(of.first_event), id: "", at: null, offset_s: null, text: "", tail: "", size: 0, by: "person", inherited: false, answer: null,
    context_before: null, context_after: null, filled: [],
  };
}

/** The prompts, and where something was done before the first, that before it: together they are all that the session did. */
export function stretches(head: Pick<Head, "before" | "prompts">): readonly Asked[] {
  if (!head.before) return head.prompts;
  const row = early(head.before);
  const place = head.prompts.findIndex((one) => one.first_event > row.first_event);
  return place < 0 ? [...head.prompts, row] : [...head.prompts.slice(0, place), row, ...head.prompts.slice(place)];
}

/** What a person reads in the place of a prompt. */
function wordsOf(of: Asked): string {
  return of.number ? of.text.trim() || "(no text)" : "before the first prompt";
}

/** The prompt that an event belongs to; 0: it came before the first. */
export function promptAt(prompts: readonly Asked[], event: number): number {
  let found = 0;
  for (const one of prompts) if (one.first_event <= event) found = one.number;
  return found;
}

const MANY = 300;

/** Milliseconds between two moves of a drag at most. */
const REST = 120;

/** The prompt that is looked at; others than it are not drawn anew when the cursor moves. Of those that a drag flies past none is told. */
function useNow(desk: Desk): number {
  const number = () => promptAt(desk.tape.head ? stretches(desk.tape.head) : [], desk.cursor.value);
  const [now, set] = useState(number);
  useEffect(() => {
    let last = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const moved = () => {
      clearTimeout(timer);
      if (performance.now() - last > REST) set(number());
      else timer = setTimeout(() => set(number()), REST);
      last = performance.now();
    };
    set(number());
    const stop = desk.cursor.watch(moved);
    return () => (clearTimeout(timer), stop());
  }, [desk]);
  return now;
}

/** Drawn once: there are hundreds of them, and the cursor moves often. */
function Figures({ of }: { of: Asked }) {
  return useMemo(
    () => (
      <span class="figures-of">
        <Cost of={of} /> <Span seconds={of.seconds} brief /> {of.number > 0 && <span>context <Growth of={of} /></span>}
        {of.failed_steps > 0 && <b class="bad" title={many(of.failed_steps, "failed step")}>✕ {of.failed_steps}<span class="sr"> failed</span></b>}
        {of.inherited && <span title="it stands in another session too, which this one was forked from or shares a call with, and counts there">copied</span>}
        {of.by !== "person" && <span title={BY[of.by]?.why}>{BY[of.by]?.text}</span>}
      </span>
    ),
    [of],
  );
}

export function Prompts({ desk }: { desk: Desk }) {
  const head = useStore(desk.tape.known);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [all, setAll] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const prompts = head ? stretches(head) : [];
  const now = useNow(desk);
  useEffect(() => {
    const [box, row] = [list.current, list.current?.querySelector<HTMLElement>("[aria-current]")];
    if (!box || !row || box.scrollHeight <= box.clientHeight) return;
    const [top, bottom] = [row.offsetTop - box.offsetTop, row.offsetTop - box.offsetTop + Math.min(row.offsetHeight, 80)];
    if (top < box.scrollTop || bottom > box.scrollTop + box.clientHeight) box.scrollTop = top - 40;
  }, [now]);
  const turn = (number: number) => setOpen((old) => new Set(old.has(number) ? [...old].filter((one) => one !== number) : [...old, number]));
  if (!prompts.length) return <p class="none">Nobody prompted it.</p>;
  const from = all ? 0 : Math.max(0, Math.min(now - MANY / 2, prompts.length - MANY));
  const shown = all ? prompts : prompts.slice(from, from + MANY);
  return (
    <ol class="asked" ref={list} tabIndex={0} aria-label="Prompts">
      {from > 0 && <li><button type="button" class="link" onClick={() => setAll(true)}>{count(from)} prompts before</button></li>}
      {shown.map((one) => (
        <li key={one.number} class={one.failed_steps || one.errors ? "wrong" : undefined} aria-current={one.number === now ? "true" : undefined}>
          <button type="button" class="turn" aria-expanded={open.has(one.number)} aria-label={one.number ? `Steps of prompt ${one.number}` : "Steps before the first prompt"} onClick={() => turn(one.number)}>{one.number || ""}</button>
          <button type="button" class="ask" title={`event ${one.event}`} onClick={() => void desk.seek(Number(one.event))}>
            <span class={one.number ? "words" : "words ink2"}>{wordsOf(one)}</span>
            <Figures of={one} />
          </button>
          {open.has(one.number) && <Steps of={one} desk={desk} />}
        </li>
      ))}
      {from + shown.length < prompts.length && <li><button type="button" class="link" onClick={() => setAll(true)}>{count(prompts.length - from - shown.length)} prompts behind</button></li>}
    </ol>
  );
}

function columns(desk: Desk): Column<Asked>[] {
  return [
    { key: "number", name: "No", by: (row) => row.number, cell: (row) => row.number || "" },
    { key: "text", name: "Prompt", wide: true, cell: (row) => <button type="button" class={`link-row cut ${row.number ? "" : "ink2"}`} title={row.text} onClick={() => void desk.seek(Number(row.event))}>{wordsOf(row).slice(0, 300)}</button> },
    { key: "took", name: "Took", right: true, by: (row) => row.seconds, cell: (row) => <Span seconds={row.seconds} brief /> },
    { key: "calls", name: "Model calls", right: true, minor: 1, by: (row) => row.calls, cell: (row) => <Copied of={row}><Count value={row.calls} quiet /></Copied> },
    { key: "tools", name: "Tool calls", right: true, minor: 2, by: (row) => row.tool_calls, cell: (row) => <Copied of={row}><Count value={row.tool_calls} quiet /></Copied> },
    { key: "failed", name: FAILED, right: true, by: (row) => row.failed_steps, cell: (row) => <Copied of={row}><Wrong count={row.failed_steps} /></Copied> },
    { key: "tokens", name: "Tokens", right: true, minor: 1, by: (row) => tokens(row.usage), cell: (row) => <Copied of={row}><Tokens usage={row.usage} /></Copied> },
    { key: "context", name: "Context grew by", right: true, minor: 2, hint: "How many tokens more the model had to read at the end of the prompt than at its beginning", by: growth, cell: (row) => row.number > 0 && <Growth of={row} /> },
    { key: "filled", name: "Mostly from", minor: 1, hint: "What the context grew by, and how much of that: estimated from the lengths of texts", cell: (row) => <Mostly of={row} /> },
    { key: "cost", name: "Cost", right: true, by: (row) => (row.cost_usd === null ? null : length(row.cost_usd)), cell: (row) => <Copied of={row}><Cost of={row} /></Copied> },
  ];
}

/** What was copied from the session that this one was forked from is not counted here. */
function Copied({ of, children }: { of: Asked; children: ComponentChildren }) {
  return of.inherited ? <span class="nil" title="copied from the session that this one was forked from: counted there">–</span> : <>{children}</>;
}

function Wrong({ count: value }: { count: number | null }) {
  return value ? <b class="bad">✕ {count(value)}</b> : <Count value={value} quiet />;
}

function Mostly({ of }: { of: Asked }) {
  const [first] = of.filled;
  if (!first || (growth(of) ?? 1) <= 0) return <span class="nil" title={filledWords(of.filled)}>{(growth(of) ?? 1) <= 0 ? "it did not grow" : ""}</span>;
  const whole = of.filled.reduce((sum, one) => sum + Math.max(one.tokens, 0), 0);
  return <span title={filledWords(of.filled)}>{partWords(first.what)[0]} <span class="nil">{share(first.tokens, whole)}</span></span>;
}

/** The sums below the table: the same figures as in the head. */
function Sums({ head, columns: all }: { head: Head; columns: readonly Column<Asked>[] }) {
  const { session } = head;
  const own = session.failed_steps;
  const { all: failed, inside } = failures(head);
  const rows: [string, Amounts, number | null][] = [[apart(session) || head.children.length ? "Together, its own" : "Together", session.own, own]];
  if (head.children.length) rows.push([`By ${many(head.children.length, "sub-agent")}`, session.subagents, inside]);
  const unlogged = "Not in the log";
  if (session.unlogged) rows.push([unlogged, session.unlogged, null]);
  if (rows.length > 1) rows.push(["The session", session.total, failed]);
  const cell = (key: string, name: string, of: Amounts, failed: number | null): ComponentChildren => {
    if (key === "text") return name;
    if (name === unlogged && /^(calls|tools|failed)$/.test(key)) return null;
    if (key === "calls") return <Count value={of.calls} quiet />;
    if (key === "tools") return <Count value={of.tool_calls} quiet />;
    if (key === "failed") return <Wrong count={failed} />;
    if (key === "tokens") return <Tokens usage={of.usage} />;
    return key === "cost" ? <Cost of={of} /> : null;
  };
  return <>{rows.map(([name, of, failed]) => <tr key={name}>{all.map((column) => <td key={column.key} class={classOf(column)}>{cell(column.key, name, of, failed)}</td>)}</tr>)}</>;
}

export function PromptTable({ desk }: { desk: Desk }) {
  const head = useStore(desk.tape.known);
  const all = columns(desk);
  const rows = head ? stretches(head) : [];
  return <div class="scroll prompt-table"><Table caption="Prompts" columns={all} rows={rows} id={(row) => String(row.number)} none="Nobody prompted it." noun={["prompt", "prompts"]} foot={head && rows.length > 0 ? <Sums head={head} columns={all} /> : undefined} /></div>;
}
