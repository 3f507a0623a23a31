/** Everything that was said, run, read and changed. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { report, useData } from "../api/client";
import { go, replayAt, usePlace } from "../api/route";
import { rangeWords, selection } from "../model/address";
import { count, many } from "../model/counts";
import type { Hit } from "../model/types";
import { title } from "../model/words";
import { Icon } from "../parts/icons";
import { Answer, Empty } from "../parts/states";
import { Agent, When } from "../parts/values";
import { useResting } from "../parts/typed";
import { useKeys } from "../shell/keys";
import { Head, Ranges, useAddress } from "../shell/page";

interface Found { query: string; hits: Hit[]; more: boolean; searched: number }
const TYPED = 150;
const HITS = 50;
const KINDS: readonly [string, string][] = [["", "all"], ["user_prompt", "prompts"], ["assistant_response", "answers"], ["tool_call", "calls"], ["tool_result", "results"], ["error", "errors"]];

/** A text in pieces: those that were looked for lie between « and ». */
export function pieces(text: string): { text: string; found: boolean }[] {
  return text.split(/(«[^»]*»)/).filter(Boolean).map((part) => (part.startsWith("«") && part.endsWith("»") ? { text: part.slice(1, -1), found: true } : { text: part, found: false }));
}

/** What is asked while somebody types: words that begin so. A query in the form of one, quoted or with signs, stays as it is. */
export function typed(text: string): string {
  const plain = /^[\p{L}\p{N}_\s]*[\p{L}\p{N}_]{3,}$/u.test(text) && !/\b(AND|OR|NOT|NEAR)\b/.test(text);
  return plain ? `${text}*` : text;
}

function Text({ of }: { of: string }) {
  return <>{pieces(of).map((part, index) => (part.found ? <mark key={index}>{part.text}</mark> : part.text))}</>;
}

function HitRow({ of, current, index }: { of: Hit; current: boolean; index: number }) {
  return (
    <li class={current ? "current" : undefined} data-hit={index}>
      <span class="cut"><Agent name={of.agent} brief /> <a href={replayAt(of.session, of.number)}>{title({ title: of.title, id: of.session })}</a> <span class="ink2">{of.kind.replaceAll("_", " ")}{of.tool && ` · ${of.tool}`}</span>{of.failed && <span class="bad"> ✕ failed</span>}</span>
      <span class="ink2"><span class="event">event {of.number}</span> <When at={of.at} /></span>
      <pre><Text of={of.text} /></pre>
    </li>
  );
}

export function SearchPage() {
  const [state] = useAddress();
  const { search } = usePlace();
  const query = new URLSearchParams(search);
  const [at, setAt] = useState(-1);
  /** What Enter was pressed for before its hits were here. */
  const awaited = useRef<string | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const kind = query.get("kind") ?? "";
  const put = (name: string, value: string) => {
    const next = new URLSearchParams(location.search);
    if (value) next.set(name, value);
    else next.delete(name);
    go(`/search?${next}`, { replace: true });
  };
  const wanted = state.q?.trim() ?? "";
  const ask = { text: typed(wanted), limit: HITS, ...(kind === "error" ? { errors: true } : { kind }), ...selection(state, "all") };
  const found = useData<Found>(wanted ? report("search", ask) : null);
  const hits = found.data?.hits ?? [];
  useLayoutEffect(() => setAt(-1), [wanted, kind]);
  useEffect(() => list.current?.querySelector(`[data-hit="${at}"]`)?.scrollIntoView({ block: "nearest" }), [at]);
  const { text, type, rest } = useResting(wanted, TYPED, (next) => put("q", next));
  const move = (by: number) => setAt((now) => Math.max(0, Math.min(hits.length - 1, now + by)));
  const show = (hit: Hit | undefined) => hit && go(replayAt(hit.session, hit.number));
  const open = () => {
    const now = rest();
    if (now === wanted && found.data) show(hits[Math.max(at, 0)]);
    else awaited.current = now;
  };
  useLayoutEffect(() => {
    if (awaited.current === null || awaited.current !== wanted || !found.data) return;
    awaited.current = null;
    show(hits[0]);
  });
  useKeys([
    { key: "j", words: "next hit", run: () => move(1) },
    { key: "k", words: "hit before", run: () => move(-1) },
    { key: "Enter", words: "open it", run: open },
  ]);
  const keys = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter") open();
    else if (event.key === "Escape") (event.currentTarget as HTMLElement).blur();
    else return;
    event.preventDefault();
  };
  return (
    <>
      <Head name="Search" about={found.data && wanted && <>{hits.length}{found.data.more && "+"} {hits.length === 1 ? "hit" : "hits"} in {rangeWords(state, "all")}</>}><Ranges first="all" /></Head>
      <label class="field find big-find">
        <span class="sr">What to look for</span>
        <Icon name="search" />
        <input type="search" data-search autoFocus placeholder="Words that were said, run, read or changed" value={text} onInput={(event) => ((awaited.current = null), type(event.currentTarget.value))} onKeyDown={keys} />
        <kbd aria-hidden="true">/</kbd>
      </label>
      <div class="ranges kinds" role="group" aria-label="Kind of event">
        {KINDS.map(([key, name]) => <button key={key} type="button" aria-pressed={kind === key} onClick={() => put("kind", key)}>{name}</button>)}
      </div>
      {!wanted && <Empty title="Search everything">Every prompt, answer, command, result and path of every session. ↓ and ↑ move, Enter opens.</Empty>}
      {wanted && (
        <Answer of={found}>
          {(data) => data.hits.length ? <ul class="hits" ref={list}>{data.hits.map((hit, index) => <HitRow key={`${hit.session}-${hit.event}-${index}`} of={hit} index={index} current={index === at} />)}</ul> : <Empty title={`Nothing holds “${wanted}”`}>{many(data.searched, "event")} were searched.</Empty>}
        </Answer>
      )}
      {found.data?.more && <p class="note">There are more hits: {count(HITS)} are shown, the newest first.</p>}
    </>
  );
}
