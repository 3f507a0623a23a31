/** What was spent for nothing, the dearest first, with what to do about it. */
import { report, useData } from "../api/client";
import { changes } from "../api/live";
import { sessionAt } from "../api/route";
import { useStore } from "../api/store";
import { changed, rangeWords, selection } from "../model/address";
import { count, many, share } from "../model/counts";
import { span } from "../model/times";
import type { Money } from "../model/types";
import { rule, shortest, title } from "../model/words";
import { Answer, Empty } from "../parts/states";
import { Agent, Usd, When } from "../parts/values";
import { Head, Ranges, useAddress } from "../shell/page";
import { Advice } from "./session/tabs";
import { usePlace } from "../api/route";

interface Part { key: string; findings: number; sessions: number; tokens: number; unpriced_claims: number; waste_usd: Money; waste_s: number; fixes: string[] }
interface Row extends Part { share: number | null; parts: Part[]; newest: { id: string; agent: string; title: string | null; ended: string | null }[] }
interface Waste { by: string; rows: Row[]; findings: number; unpriced_claims: number; waste_usd: Money; waste_s: number; sessions: number; known: number }

const BY = [["rule", "By rule"], ["project", "By project"], ["session", "By session"]] as const;
const PRICE = "what it claims has no known price";

/** Folders by as little as tells them apart. */
function projectNames(of: Waste): Map<string, string> {
  return shortest(of.by === "rule" ? of.rows.flatMap((row) => row.parts.map((part) => part.key)) : of.rows.map((row) => row.key));
}

/** What tokens that were spent for nothing cost; a rule may find what costs nothing, or what another rule counts already. */
function Claimed({ of }: { of: Part }) {
  if (!of.tokens) return <span class="nil" title="it claims no tokens of its own: they are counted under another rule, or only time was lost">–</span>;
  return <Usd value={of.waste_usd} why={PRICE} unpriced={of.unpriced_claims} what="claim" />;
}

/** What stands behind a row's dollars: its share of all, its tokens, its time. */
function behind(of: Row): string {
  const tokens = of.tokens > 0 ? `${count(of.tokens)} tokens` : "";
  return [of.share ? share(of.share, 1) : "", tokens, of.waste_s >= 1 ? span(of.waste_s) : ""].filter(Boolean).join(" · ");
}

function Wasted({ by, of, names }: { by: string; of: Row; names: Map<string, string> }) {
  const project = (key: string) => names.get(key) ?? key;
  const named = by === "session" ? (of.newest[0] ? title(of.newest[0]) : of.key) : by === "rule" ? rule(of.key) : project(of.key);
  return (
    <li class="finding">
      <h2 title={of.key}>{by === "session" ? <a href={sessionAt(of.key)}>{named}</a> : named}</h2>
      <b class="wasted"><Claimed of={of} /></b>
      <p class="ink2">
        {many(of.findings, "finding")} in {many(of.sessions, "session")}
        {of.parts.length > 0 && <> · {of.parts.slice(0, 3).map((part, index) => <span key={part.key} title={part.key}>{index > 0 && ", "}{by === "rule" ? project(part.key) : rule(part.key)}{part.tokens > 0 && <> <Claimed of={part} /></>}</span>)}</>}
      </p>
      <span class="wasted nil behind">{behind(of)}</span>
      {of.fixes.slice(0, 2).map((fix) => <Advice key={fix} text={fix} />)}
      {by !== "session" && of.newest.length > 0 && (
        <p class="newest">{of.newest.slice(0, 3).map((one) => <a key={one.id} href={sessionAt(one.id, "findings")} title={title(one)}><Agent name={one.agent} brief /> <span class="cut">{title(one)}</span> <span class="nil"><When at={one.ended} /></span></a>)}</p>
      )}
    </li>
  );
}

export function FindingsPage() {
  const [state, set] = useAddress();
  const { search } = usePlace();
  const by = new URLSearchParams(search).get("by") ?? "rule";
  const { counter } = useStore(changes);
  const waste = useData<Waste>(report("waste", { by, ...selection(state) }), counter);
  const of = waste.data;
  return (
    <>
      <Head name="Findings" about={of && <>{many(of.findings, "finding")}, wasted <Usd value={of.waste_usd} why={PRICE} unpriced={of.unpriced_claims} what="claim" /> in {rangeWords(state)}</>}><Ranges /></Head>
      <nav class="tabs flat" aria-label="What a row stands for">
        {BY.map(([key, name]) => <a key={key} href={`/findings?${new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(search)), by: key })}`} aria-current={by === key ? "page" : undefined}>{name}</a>)}
      </nav>
      <Answer of={waste} absent="This server does not rank findings yet; each session's page has its own.">
        {(data) => (
          <>
            {data.rows.length ? <ul>{data.rows.map((row) => <Wasted key={row.key} by={data.by} of={row} names={projectNames(data)} />)}</ul> : (
              <Empty title={`Nothing was found in ${rangeWords(state)} that was spent for nothing`}>
                {state.since !== "all" && <button type="button" class="link" onClick={() => set(changed(state, "since", "all"))}>Look at all time</button>}
              </Empty>
            )}
            {data.known < data.sessions && <p class="note">Of {many(data.sessions, "session")}, {data.known} were looked at so far; the others are read in the background.</p>}
          </>
        )}
      </Answer>
    </>
  );
}
