/** The numbered prompts: beside the events, each opening to its steps, and as a table. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useStore } from "../api/store";
import { count, many, share, short, tokens } from "../model/counts";
import { length } from "../model/money";
import type { Asked, Share } from "../model/replay";
import { type Column, Table } from "../parts/table";
import { Cost, Count, Span, Tokens, Unknown } from "../parts/values";
import type { Desk } from "./desk";
import { called, failing } from "./kinds";

/** How much the context grew or shrank over a prompt. */
export function growth(of: Pick<Asked, "context_before" | "context_after">): number | null {
  return of.context_after === null ? null : of.context_after - (of.context_before ?? 0);
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${short(Math.abs(value))}`;
}

function filledWords(of: readonly Share[]): string {
  return of.map((one) => `${one.what}: about ${count(one.tokens)} tokens`).join("\n");
}

export function Growth({ of }: { of: Asked }) {
  const value = growth(of);
  if (value === null) return <Unknown why="the agent records no tokens for it" />;
  return <span title={[`context ${count(of.context_before)} → ${count(of.context_after)} tokens`, filledWords(of.filled)].filter(Boolean).join("\n")}>{signed(value)}</span>;
}

const STEPS = 100;

function Steps({ of, desk }: { of: Asked; desk: Desk }) {
  const { tape } = desk;
  useStore(tape.changed);
  const cursor = useStore(desk.cursor);
  const [most, setMost] = useState(STEPS);
  useEffect(() => tape.need(of.first_event, Math.min(of.last_event, of.first_event + most * 4)), [of.first_event, of.last_event, most]);
  const rows = [];
  let at = of.first_event;
  for (; at <= of.last_event && rows.length < most; at += 1) {
    const one = tape.at(at);
    if (one === undefined) break;
    if (one.kind !== "tool_call" && one.kind !== "error" && one.kind !== "compacted") continue;
    const [number, wrong, pair] = [at, failing(one) || failing(tape.pairOf(one)), tape.pairOf(one)];
    rows.push(
      <li key={at}>
        <button type="button" class={`step ${number === cursor ? "here" : ""}`} title={called(one)} onClick={() => void desk.seek(number)}>
          <span class={wrong ? "bad" : "nil"}>{wrong ? "✕" : "·"}{wrong && <span class="sr">failed</span>}</span>
          <span class="cut">{called(one)}</span>
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

/** The prompt that an event belongs to; 0: it came before the first. */
export function promptAt(prompts: readonly Asked[], event: number): number {
  let found = 0;
  for (const one of prompts) if (one.first_event <= event) found = one.number;
  return found;
}

const MANY = 300;

/** The prompt that is looked at; others than it are not drawn anew when the cursor moves. */
function useNow(desk: Desk): number {
  const number = () => promptAt(desk.tape.head?.prompts ?? [], desk.cursor.value);
  const [now, set] = useState(number);
  useEffect(() => {
    set(number());
    return desk.cursor.watch(() => set(number()));
  }, [desk]);
  return now;
}

export function Prompts({ desk }: { desk: Desk }) {
  const head = useStore(desk.tape.known);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [all, setAll] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const prompts = head?.prompts ?? [];
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
          <button type="button" class="turn" aria-expanded={open.has(one.number)} aria-label={`Steps of prompt ${one.number}`} onClick={() => turn(one.number)}>{one.number}</button>
          <button type="button" class="ask" title={`event ${one.event}`} onClick={() => void desk.seek(Number(one.event))}>
            <span class="words">{one.text.trim() || "(no text)"}</span>
            <span class="figures-of">
              <Cost of={one} /> <Span seconds={one.seconds} brief /> <Growth of={one} />
              {one.failed_steps > 0 && <b class="bad" title={many(one.failed_steps, "failed step")}>✕ {one.failed_steps}<span class="sr"> failed</span></b>}
              {one.inherited && <span title="copied from the session that this one was forked from: not counted">copied</span>}
              {one.by !== "person" && <span>{one.by === "parent" ? "task" : "program"}</span>}
            </span>
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
    { key: "number", name: "No", by: (row) => row.number, cell: (row) => row.number },
    { key: "text", name: "Prompt", wide: true, cell: (row) => <button type="button" class="link-row" title={row.text} onClick={() => void desk.seek(Number(row.event))}>{row.text.trim().slice(0, 300) || "(no text)"}</button> },
    { key: "took", name: "Took", right: true, by: (row) => row.seconds, cell: (row) => <Span seconds={row.seconds} brief /> },
    { key: "calls", name: "Calls", right: true, minor: 1, by: (row) => row.calls, cell: (row) => <Count value={row.calls} quiet /> },
    { key: "tools", name: "Tools", right: true, minor: 2, by: (row) => row.tool_calls, cell: (row) => <Count value={row.tool_calls} quiet /> },
    { key: "failed", name: "Failed", right: true, by: (row) => row.failed_steps, cell: (row) => (row.failed_steps ? <b class="bad">✕ {row.failed_steps}</b> : <span class="nil">0</span>) },
    { key: "tokens", name: "Tokens", right: true, minor: 1, by: (row) => tokens(row.usage), cell: (row) => <Tokens usage={row.usage} /> },
    { key: "context", name: "Context", right: true, minor: 2, hint: "How much the context grew, and what filled it", by: growth, cell: (row) => <Growth of={row} /> },
    { key: "filled", name: "Filled mostly by", minor: 1, cell: (row) => <Mostly of={row.filled} /> },
    { key: "cost", name: "Cost", right: true, by: (row) => (row.cost_usd === null ? null : length(row.cost_usd)), cell: (row) => <Cost of={row} /> },
  ];
}

function Mostly({ of }: { of: readonly Share[] }) {
  const [first] = of;
  if (!first) return <span class="nil">–</span>;
  const whole = of.reduce((sum, one) => sum + one.tokens, 0);
  return <span title={filledWords(of)}>{first.what} <span class="nil">{share(first.tokens, whole)}</span></span>;
}

export function PromptTable({ desk }: { desk: Desk }) {
  useStore(desk.tape.known);
  return <div class="scroll prompt-table"><Table caption="Prompts" columns={columns(desk)} rows={desk.tape.head?.prompts ?? []} id={(row) => String(row.number)} none="Nobody prompted it." noun={["prompt", "prompts"]} /></div>;
}
