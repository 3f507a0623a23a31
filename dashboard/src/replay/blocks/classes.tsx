/** What each kind of token cost, so that every product can be checked by hand: tokens × dollars per million. */
import type { VNode } from "preact";
import { count, many } from "../../model/counts";
import { dollars, exact, sum, units } from "../../model/money";
import type { Line } from "../../model/replay";
import type { Money, Usage } from "../../model/types";
import { Cost, Unknown } from "../../parts/values";
import "../../style/classes.css";

const KINDS = [["input", "input"], ["cache_write_5m", "to cache, 5 min"], ["cache_write_1h", "to cache, 1 h"], ["cache_read", "from cache"], ["output", "output"]] as const;
const MILLION = 1_000_000n;
const PLACES = 12;

/** Tokens × dollars per million, exactly. */
export function product(tokens: number | null, rate: string | undefined): Money {
  const price = units(rate ?? null);
  if (tokens === null || price === null) return null;
  const value = (BigInt(Math.trunc(tokens)) * price + MILLION / 2n) / MILLION;
  const digits = value.toString().padStart(PLACES + 1, "0");
  return `${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`;
}

/** What of the cost is not told by the products: searches, say. */
export function rest(line: Line): Money {
  const all = units(line.cost_usd);
  if (all === null || !line.rates) return null;
  const known = KINDS.reduce((total, [key]) => total + (units(product(line.usage[key], line.rates![key])) ?? 0n), 0n);
  const left = all - known;
  // below a hundredth of a cent it is what was rounded away
  if (left < 100_000_000n) return null;
  const digits = left.toString().padStart(PLACES + 1, "0");
  return `${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`;
}

/** `$3.00`, `$0.075`. */
function perMillion(rate: string): string {
  return `$${Number(rate).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 6 })}`;
}

/** `18 calls`; of an unknown number `? calls`. */
function calls(of: number | null) {
  return of === null ? <><Unknown why="the log does not count them" /> calls</> : many(of, "call");
}

function Kind({ name, tokens, rate, cost, source = "" }: { name: string; tokens: number | null; rate: string | undefined; cost: Money; source?: string }) {
  return (
    <tr class="c-kind">
      <td>{name}</td>
      <td class="num">{tokens === null ? "" : count(tokens)}</td>
      <td class="num nil" title={source || undefined}>{rate === undefined ? "" : perMillion(rate)}</td>
      <td class="num">{cost === null ? <Unknown why="no price is known" /> : <span title={exact(cost)}>{dollars(cost)}</span>}</td>
    </tr>
  );
}

function Model({ of }: { of: Line }) {
  const left = rest(of);
  const used = KINDS.filter(([key]) => of.usage[key as keyof Usage]);
  return (
    <tbody>
      <tr class="c-model">
        <th scope="rowgroup" colSpan={3}>{of.model || <Unknown why="the log does not name the model" />} {of.unlogged && <span class="chip" title="in the agent's own account, but not among its logged calls">not in the log</span>}{[...new Set([of.speed, of.tier, of.geo])].filter((word) => word && word !== "standard").map((word) => <span class="chip" key={word}>{word}</span>)}{of.band > 0 && <span class="chip" title="prompts longer than this have other rates">over {count(of.band)}</span>} <span class="nil when">{of.day}{!of.unlogged && <> · {calls(of.calls)}</>}</span></th>
        <td class="num"><b><Cost of={of} /></b></td>
      </tr>
      {used.map(([key, name]) => <Kind key={key} name={name} tokens={of.usage[key]} rate={of.rates?.[key]} cost={product(of.usage[key], of.rates?.[key])} source={of.source} />)}
      {left !== null && <Kind name="searches and the rest" tokens={of.usage.web_searches || null} rate={undefined} cost={left} />}
    </tbody>
  );
}

export function CostByClass({ lines }: { lines: readonly Line[] }): VNode {
  if (!lines.length) return <p class="none">No call of a model is in this log.</p>;
  const made = lines.reduce<number | null>((all, line) => (all === null || line.calls === null ? null : all + line.calls), 0);
  const unpriced = lines.reduce((all, line) => all + line.unpriced_calls, 0);
  const all = { calls: made, cost_usd: sum(lines.map((line) => line.cost_usd)), cost_basis: lines.every((line) => line.cost_basis === lines[0]!.cost_basis) ? lines[0]!.cost_basis : "mixed", unpriced_calls: unpriced, recorded_usd: null };
  return (
    <table class="classes">
      <caption class="sr">Cost by model and kind of token</caption>
      <thead><tr><th scope="col">Model and kind of token</th><th scope="col" class="num">Tokens</th><th scope="col" class="num">$ a million</th><th scope="col" class="num">Cost</th></tr></thead>
      {lines.map((line, index) => <Model key={index} of={line} />)}
      <tfoot><tr><td>All <span class="nil">{calls(made)}</span></td><td /><td /><td class="num"><Cost of={all} /></td></tr></tfoot>
    </table>
  );
}
