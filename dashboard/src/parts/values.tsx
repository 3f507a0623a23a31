/** One value each, with what is behind it on hover. */
import { createContext } from "preact";
import { useContext, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useAgent } from "../api/agents";
import { store, useStore } from "../api/store";
import { count, short, tokens as allTokens, usageWords } from "../model/counts";
import { costOf, dollars, exact, missing } from "../model/money";
import { absolute, ago, span } from "../model/times";
import type { Amounts, Money, Summary, Usage } from "../model/types";
import { leaf, stateWords } from "../model/words";

const now = store(Date.now());

/** Let relative times grow older: twice a minute while the page is seen. */
export function useClock(): void {
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && now.set(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
}

/** Whether what is not known can be pressed for its reason: where no button stands around it. */
export const Pressed = createContext(false);
/** Pixels between what is told and the edge of the window. */
const EDGE = 8;

/** The reason, below the sign that was pressed, inside the window; a key, a press elsewhere and scrolling take it away. */
function Reason({ why, under, onClose }: { why: string; under: HTMLElement; onClose: () => void }) {
  const box = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const [own, at] = [box.current!, under.getBoundingClientRect()];
    own.style.left = `${Math.max(EDGE, Math.min(at.left, document.body.clientWidth - own.offsetWidth - EDGE))}px`;
    own.style.top = `${at.bottom + 4 + own.offsetHeight > innerHeight ? at.top - own.offsetHeight - 4 : at.bottom + 4}px`;
    const key = (event: KeyboardEvent) => {
      if (event.key === "Escape") event.stopPropagation();
      onClose();
    };
    const away = (event: Event) => !under.contains(event.target as Node) && onClose();
    document.addEventListener("pointerdown", away);
    document.addEventListener("scroll", onClose, true);
    under.addEventListener("keydown", key);
    under.addEventListener("blur", onClose);
    return () => {
      document.removeEventListener("pointerdown", away);
      document.removeEventListener("scroll", onClose, true);
      under.removeEventListener("keydown", key);
      under.removeEventListener("blur", onClose);
    };
  }, [under]);
  return <span class="reason" aria-hidden="true" ref={box}>{why}</span>;
}

export function Unknown({ why }: { why: string }) {
  const pressed = useContext(Pressed);
  const [told, tell] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const inside = <>?<span class="sr"> ({why})</span></>;
  if (!pressed) return <span class="unknown" title={why}>{inside}</span>;
  return (
    <>
      <button ref={button} type="button" class="unknown" title={why} aria-expanded={told} onClick={() => tell(!told)}>{inside}</button>
      {told && button.current && <Reason why={why} under={button.current} onClose={() => tell(false)} />}
    </>
  );
}

export function When({ at }: { at: string | null }) {
  const moment = useStore(now);
  if (at === null) return <Unknown why="the log has no time for it" />;
  return (
    <time dateTime={at} title={absolute(at)}>
      {ago(at, moment)}
    </time>
  );
}

export function Span({ seconds, why = "not recorded", title, brief = false }: { seconds: number | null; why?: string; title?: string; brief?: boolean }) {
  if (seconds === null) return <Unknown why={why} />;
  const words = title ?? `${span(seconds)} (${count(seconds)} seconds)`;
  return <span title={words}>{span(seconds, brief)}</span>;
}

export function Cost({ of }: { of: Pick<Amounts, "calls" | "cost_usd" | "cost_basis" | "unpriced_calls" | "recorded_usd"> }) {
  const said = costOf(of);
  return said.known ? <span title={said.why}>{said.text}</span> : <Unknown why={said.why} />;
}

/** An amount; `unpriced` of the calls, or of what `what` says, are missing from it. */
export function Usd({ value, why, basis = "", unpriced = 0, what }: { value: Money; why: string; basis?: string; unpriced?: number; what?: string }) {
  if (value === null) return <Unknown why={why} />;
  return <span title={`${exact(value)}${basis ? `, ${basis}` : ""}${missing(unpriced, what)}`}>{dollars(value, unpriced)}</span>;
}

/** What of a session was spent for nothing: at least that, where something was found and not every call has a price. */
export function Waste({ of }: { of: Pick<Summary, "findings" | "waste_usd" | "total"> }) {
  const unpriced = of.findings && Number(of.waste_usd) ? of.total.unpriced_calls : 0;
  return <Usd value={of.waste_usd} why={of.findings ? "what was wasted has no known price" : "known when the session is read in full"} unpriced={unpriced} />;
}

export function Count({ value, why = "not recorded", quiet = false }: { value: number | null | undefined; why?: string; quiet?: boolean }) {
  if (value === null || value === undefined) return <Unknown why={why} />;
  return <span class={quiet && value === 0 ? "nil" : undefined}>{count(value)}</span>;
}

export function Tokens({ usage }: { usage: Usage | null }) {
  const all = allTokens(usage);
  return all === null ? <Unknown why="the agent recorded no tokens" /> : <span title={`${count(all)} tokens\n${usageWords(usage)}`}>{short(all)}</span>;
}

function lineCount(value: number | null): string {
  return value !== null && value >= 10_000 ? short(value) : count(value);
}

/** Lines as git counts them: the signs tell them apart, the colours only help. */
export function Lines({ added, removed, why = "no patch is recorded" }: { added: number | null; removed: number | null; why?: string }) {
  if (added === null && removed === null) return <Unknown why={why} />;
  if (!added && !removed) return <span class="nil">0</span>;
  return (
    <span class="lines" title={`${count(added)} added, ${count(removed)} removed`}>
      <span class="plus">+{lineCount(added)}</span> <span class="minus">−{lineCount(removed)}</span>
    </span>
  );
}

export function Agent({ name, brief = false }: { name: string; brief?: boolean }) {
  const { title, colour, mark } = useAgent(name);
  return (
    <span class="agent" title={title}>
      <i class={`mark k${colour}`} aria-hidden="true">
        {mark}
      </i>
      <span class={brief ? "sr" : "cut"}>{title}</span>
    </span>
  );
}

export function Folder({ path, none = "no repository" }: { path: string | null; none?: string }) {
  if (!path) return <span class="nil" title={none}>–</span>;
  return (
    <span class="cut" title={path}>
      {leaf(path)}
    </span>
  );
}

const LOUD = new Set(["running", "waiting", "interrupted", "killed"]);

/** Ended well enough is silent; what needs an eye has a sign and a word. */
export function State({ of }: { of: string }) {
  return (
    <span class={`state ${LOUD.has(of) ? of : ""}`} title={stateWords(of)}>
      {of}
    </span>
  );
}

export function Productive({ of, why }: { of: boolean | null; why?: string }) {
  if (of === null) return <Unknown why={why ?? "running, a sub-agent, or it changed nothing on purpose"} />;
  return of ? <span class="good">✓ yes</span> : <span class="ink2">– no</span>;
}
