/** The figures above the table: each with what it was in the time before. */
import type { ComponentChildren } from "preact";
import { count, share } from "../../model/counts";
import { change, costOf, dollars, length } from "../../model/money";
import type { Figures as Of, Overview } from "../../model/types";
import { Unknown } from "../../parts/values";
import { Days } from "../../charts/days";

function Change({ now, before, words }: { now: number | null; before: number | null | undefined; words: string }) {
  if (before === undefined) return null;
  const percent = change(now, before);
  if (percent === null) return <p class="change" title={`before: ${words}`}>before: {words}</p>;
  const sign = percent > 0 ? "▲" : percent < 0 ? "▼" : "=";
  return <p class="change" title={`before: ${words}`}><b>{sign} {Math.abs(percent)} %</b> <span>was {words}</span></p>;
}

export function Figure({ name, value, children, title }: { name: string; value: ComponentChildren; children?: ComponentChildren; title?: string }) {
  return (
    <div class="figure" title={title}>
      <dt>{name}</dt>
      <dd>
        <p class="value">{value}</p>
        {children}
      </dd>
    </div>
  );
}

function cost(of: Of) {
  return costOf({ calls: of.sessions, cost_usd: of.cost_usd, cost_basis: of.cost_basis, unpriced_calls: of.unpriced_calls, recorded_usd: null });
}

export function Figures({ of, dayHref }: { of: Overview; dayHref: (key: string) => string }) {
  const before = of.previous ?? undefined;
  const { yes, no, unknown } = of.productive;
  const said = cost(of);
  return (
    <div class="figures">
      <dl>
        <Figure name="Cost" value={said.known ? said.text : <Unknown why={said.why} />} title={said.why}>
          {before && <Change now={of.cost_usd === null ? null : length(of.cost_usd)} before={before.cost_usd === null ? null : length(before.cost_usd)} words={dollars(before.cost_usd, before.unpriced_calls)} />}
        </Figure>
        <Figure name="Sessions" value={count(of.sessions)}>{before && <Change now={of.sessions} before={before.sessions} words={count(before.sessions)} />}</Figure>
        <Figure name="Prompts" value={count(of.prompts)}>{before && <Change now={of.prompts} before={before.prompts} words={count(before.prompts)} />}</Figure>
        <Figure name="Tool calls" value={count(of.tool_calls)}>{before && <Change now={of.tool_calls} before={before.tool_calls} words={count(before.tool_calls)} />}</Figure>
        <Figure name="Commits" value={count(of.commits)}>{before && <Change now={of.commits} before={before.commits} words={count(before.commits)} />}</Figure>
        <Figure name="Productive" value={yes + no ? share(yes, yes + no) : <Unknown why="no session that was to change something" />} title={`${yes} of ${yes + no} sessions that were to change something; of ${unknown} others it is not known or not asked`}>
          <p class="change">{yes} of {yes + no}</p>
        </Figure>
      </dl>
      {of.days.length > 0 && <Days days={of.days} href={dayHref} />}
    </div>
  );
}
