/** What happened to the session itself: its calls to a model, its context, what stopped it or let it go on. */
import { partWords } from "../../model/wording";
import type { ComponentChildren, VNode } from "preact";
import { count, share, short, tokens, usageWords } from "../../model/counts";
import { dollars, exact } from "../../model/money";
import type { FoundHere, Moment, Share } from "../../model/replay";
import { span } from "../../model/times";
import { rule, shortId } from "../../model/words";
import { Unknown, Usd } from "../../parts/values";
import { Path } from "./diff";
import { FieldValue } from "./fields";
import { Cut, useWhole } from "./folded";
import { Frame } from "./frame";
import { Markdown } from "./markdown";
import { given } from "./read/given";
import type { Reach } from "./reach";
import type { SaidProps } from "./said";
import { Code, Output } from "./shown";
import { verbOf } from "./verbs";
import { entryOf, textOf, type Said } from "./words";

function Plain({ of, open, kind, verb, title, facts = [], children }: { of: Moment; open: boolean; kind: string; verb: string; title?: ComponentChildren; facts?: Said[]; children?: ComponentChildren }): VNode {
  return <Frame name={`${of.session} ${of.number}`} kind={kind} verb={verb} title={title} facts={facts} copy={() => textOf(of)} open={open}>{children}</Frame>;
}

const KINDS = [["input", "input"], ["cache_read", "from cache"], ["cache_write_5m", "to cache, 5 min"], ["cache_write_1h", "to cache, 1 h"], ["output", "output"], ["reasoning", "of it thinking"], ["web_searches", "web searches"]] as const;

/** A call of a model: what it used and what that cost. */
export function Used({ of, open }: SaidProps): VNode {
  const { usage } = of;
  const all = tokens(usage);
  const facts: Said[] = [];
  if (all !== null) facts.push({ text: `${short(all)} tokens`, why: usageWords(usage) });
  if (of.context !== null) facts.push({ text: `context ${short(of.context)}`, why: `${count(of.context)} tokens in the context after it` });
  facts.push(of.cost_usd === null ? { text: of.inherited ? "not counted" : "$?", why: of.inherited ? "it counts in the session that it was copied from" : "no price is known for this call" } : { text: dollars(of.cost_usd), why: `${exact(of.cost_usd)}, ${of.cost_basis ?? "of unknown basis"}` });
  const rows = usage ? KINDS.filter(([key]) => usage[key]) : [];
  return (
    <Plain of={of} open={open} kind="model" verb={verbOf(of)} title={of.model ?? <Unknown why="the log does not name the model" />} facts={facts}>
      {rows.length > 0 && <dl class="f-rows f-figures">{rows.map(([key, name]) => <div key={key}><dt>{name}</dt><dd class="num">{count(usage![key])}</dd></div>)}{of.running_cost_usd !== null && <div><dt>session so far</dt><dd class="num" title={exact(of.running_cost_usd)}>{dollars(of.running_cost_usd)}</dd></div>}</dl>}
    </Plain>
  );
}

/** What stood in the context or left it, as bars; what came in its place is below 0. */
export function Shares({ of, all: parts = of }: { of: readonly Share[]; all?: readonly Share[] }) {
  const top = Math.max(1, ...of.map((one) => one.tokens));
  const all = parts.reduce((sum, one) => sum + Math.max(one.tokens, 0), 0);
  return (
    <ul class="b-shares">
      {of.map((one) => (
        <li key={one.what} title={[`about ${count(one.tokens)} tokens${one.texts ? ` in ${count(one.texts)} texts` : ""}: estimated`, partWords(one.what)[1]].filter(Boolean).join("\n")}>
          <span class="cut">{partWords(one.what)[0]}</span>
          <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="6" /><rect class="bar" width={one.tokens < 0 ? 0 : Math.max(0.5, (one.tokens / top) * 100)} height="6" /></svg>
          <span class="num">{one.tokens < 0 ? `−${short(-one.tokens)}` : short(one.tokens)}</span>
          <span class="num nil">{all && one.tokens > 0 ? share(one.tokens, all) : ""}</span>
        </li>
      ))}
    </ul>
  );
}

/** What heads the list of what fell out: its sum is exact where calls around it measured it, its parts never are. */
export function fellOut(of: Pick<Moment, "context_before" | "context_after" | "fell_out">): string {
  const sum = of.fell_out.reduce((all, one) => all + one.tokens, 0);
  const known = of.context_before !== null && of.context_after !== null && of.context_before - of.context_after === sum;
  return known ? `What fell out of the context: ${count(sum)} tokens together, each part estimated` : "What fell out of the context: tokens, estimated";
}

/** Where the context began anew. */
export function Compaction({ of, reach, open }: SaidProps): VNode {
  const known = useWhole(of, reach);
  const name = `${of.session} ${of.number}`;
  const [before, after] = [of.context_before, of.context_after];
  const sized = before !== null || after !== null;
  const trigger = of.title;
  const verb = of.kind === "linked" ? "Cleared" : verbOf(of);
  const facts: Said[] = of.run_s === null ? [] : [{ text: span(of.run_s), why: "how long it took" }];
  if (of.context_told) facts.unshift({ text: `the agent's count ${of.context_told}`, why: "what the agent itself wrote down: it may leave out system prompts and tools, or be an estimate" });
  const lost = fellOut(of);
  return (
    <Frame
      name={name} kind="compacted" verb={verb} facts={facts} copy={() => textOf(known.of)} open={open}
      title={<>{trigger && of.kind !== "linked" && <span class="ink2">{trigger} </span>}{sized && <span>context {before === null ? <Unknown why="the log does not say" /> : <b>{count(before)}</b>} → {after === null ? <Unknown why="the log does not say, and no call followed it" /> : <b>{count(after)}</b>} tokens</span>}{before !== null && after !== null && before > 0 && <svg class="b-shrunk" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="6" /><rect class="bar" width={Math.min(100, (after / before) * 100)} height="6" /></svg>}{!sized && of.text && <span class="nil">what the agent goes on with</span>}</>}
      brief={of.fell_out.length > 0 && <><p class="b-label">{lost}</p><Shares of={[...of.fell_out].sort((one, two) => two.tokens - one.tokens).slice(0, 3)} all={of.fell_out} /></>}
    >
      {of.fell_out.length > 0 && <><p class="b-label">{lost}</p><Shares of={of.fell_out} /></>}
      {of.text && <><p class="b-label">The summary that it goes on with</p><Markdown text={known.cut ? known.of.text : known.of.text + known.of.tail} name={name} /><Cut of={known} />{known.cut > 0 && <Markdown text={known.of.tail} name={`${name} tail`} />}</>}
    </Frame>
  );
}

/** An error of the model's provider or of the agent itself. */
export function Failure({ of, reach, open }: SaidProps): VNode {
  const known = useWhole(of, reach);
  const text = `${of.text}${of.tail}`.trim();
  const start = text.indexOf("{");
  const found = start >= 0 ? given(text.slice(start)) : null;
  const first = (found && start > 0 ? text.slice(0, start) : text.split("\n", 1)[0] ?? "").trim();
  const more = found ? typeof found.value === "object" : text.length > first.length || first.length > 160;
  const facts: Said[] = of.retry === null ? [] : [{ text: `attempt ${of.retry} failed`, why: "the agent tried again by itself", tone: "care" }];
  return (
    <Frame
      name={`${of.session} ${of.number}`} kind="error" verb={of.retry === null ? `! ${verbOf(of)}` : verbOf(of)} facts={facts} copy={() => textOf(known.of)} open={open}
      title={<span class={of.retry === null ? "bad" : "care"}>{[of.title, first].filter(Boolean).join(" ") || "without a word"}</span>}
    >
      {more && (found && !known.cut ? <FieldValue of={found.value} name={`${of.session} ${of.number}`} /> : <Output name={`${of.session} ${of.number}`} of={known} />)}
    </Frame>
  );
}

export function Stopped({ of, open }: SaidProps): VNode {
  return <Plain of={of} open={open} kind="stopped" verb={`✕ ${verbOf(of)}`} title={<span class="bad">{of.text.replace(/^\[|\]$/g, "") || "interrupted"}</span>} />;
}

const ANSWERS: Record<string, [words: string, tone: string]> = {
  accept: ["allowed", "good"], allow: ["allowed", "good"], allowed: ["allowed", "good"], approve: ["allowed", "good"], approved: ["allowed", "good"], reject: ["refused", "bad"], deny: ["refused", "bad"], denied: ["refused", "bad"], refused: ["refused", "bad"],
};

export function Permission({ of, open, goes }: SaidProps): VNode {
  const tool = of.tool ? <b>{of.tool}</b> : "a tool";
  if (of.kind === "permission_asked") return <Plain of={of} open={open} kind="permission" verb={verbOf(of)} title={<>asked for {tool}</>} facts={goes === "waits" ? [{ text: "waits", why: "for somebody to allow it", tone: "care" }] : []} />;
  const [decision = "", ...by] = of.title.split(" by ");
  const [words, tone] = entryOf(ANSWERS, decision.toLowerCase()) ?? [decision || "answered", ""];
  return <Plain of={of} open={open} kind="permission" verb={verbOf(of)} title={<><span class={tone}>{tone === "bad" ? "✕ " : tone === "good" ? "✓ " : ""}{words}</span> for {tool}{by.length > 0 && <span class="ink2"> by {by.join(" by ")}</span>}</>} />;
}

export function Denied({ of, open }: SaidProps): VNode {
  return <Plain of={of} open={open} kind="blocked" verb={`✕ ${verbOf(of)}`} title={<><b>{of.tool ?? "a call"}</b> <span class="bad">{of.title || of.text}</span></>} />;
}

/** What a record says that could not be read: kept as it was. */
export function Unread({ of, reach, open }: SaidProps): VNode {
  const known = useWhole(of, reach);
  const found = known.cut ? null : given(known.of.text);
  return (
    <Frame name={`${of.session} ${of.number}`} kind="unknown" verb={verbOf(of)} title={<span class="ink2">{of.title || "a record of a kind that is not known"}</span>} copy={() => textOf(known.of)} open={open}>
      {found && !found.cut && typeof found.value === "object" ? <Code name={`${of.session} ${of.number}`} text={JSON.stringify(found.value, null, 2)} of="json" label={false} /> : known.of.text && <Output name={`${of.session} ${of.number}`} of={known} />}
    </Frame>
  );
}

const LINKS: Record<string, string> = { resume: "goes on from", fork: "was copied from", clear: "began after /clear" };

function Link({ of, reach, open }: SaidProps): VNode {
  const [how = "", ...rest] = of.title.split(" ");
  const session = rest.join(" ") || reach.linked?.(of) || "";
  const words = shortId(session);
  return <Plain of={of} open={open} kind="link" verb={verbOf(of)} title={<>{entryOf(LINKS, how) ?? how}{how === "clear" && session && " in"} {session && (reach.canOpen(session) ? <button type="button" class="link mono" title={session} onClick={() => reach.open(session)}>{words}</button> : <span class="mono" title={`${session}: not here`}>{words}</span>)}</>} />;
}

const LINES: Record<string, [kind: string, (of: Moment) => ComponentChildren]> = {
  session_start: ["session", (of) => of.title],
  session_end: ["session", (of) => of.title],
  session_title: ["session", (of) => <b>{of.title}</b>],
  model_changed: ["model", (of) => <>changed to <b>{of.model || of.title || "?"}</b></>],
  llm_request: ["model", (of) => of.model || of.title],
  usage_record: ["model", (of) => <span title="what the agent itself wrote down so far">{of.title}</span>],
  file_read: ["file", (of) => <Path of={of.title} />],
  file_write: ["file", (of) => <Path of={of.title} />],
};

/** What is told in one line. */
export function Line(props: SaidProps): VNode {
  const { of, open } = props;
  if (of.kind === "linked") return of.fell_out.length || of.context_before !== null ? <><Link {...props} /><Compaction {...props} /></> : <Link {...props} />;
  if (of.kind === "decision") return <Plain of={of} open={open} kind="decision" verb={verbOf(of)} title={<><b>{of.title}</b> {of.text}</>} />;
  const found = entryOf(LINES, of.kind);
  const lines: Said[] = of.lines_added || of.lines_removed ? [{ text: `+${count(of.lines_added)} −${count(of.lines_removed)}`, why: "lines added and removed" }] : [];
  return found ? <Plain of={of} open={open} kind={found[0]} verb={verbOf(of)} title={found[1](of)} facts={lines} /> : <Plain of={of} open={open} kind="other" verb={verbOf(of)} title={of.title || of.text} />;
}

/** What was found to be wrong at an event. */
export function Claims({ of }: { of: readonly FoundHere[] }) {
  return (
    <ul class="b-claims">
      {of.map((one, index) => (
        <li key={index}>
          <span class="b-claim">⚑ {rule(one.rule)}</span> {one.summary}
          {one.usd !== null && one.kind === "waste" && <span class="nil"> wasted <Usd value={one.usd} why="" /></span>}
          {one.fix && <span class="ink2"> {one.fix}</span>}
        </li>
      ))}
    </ul>
  );
}

export function claimsOf(of: Moment, pair: Moment | undefined, reach: Reach): FoundHere[] {
  return [of, pair].flatMap((one) => (one && reach.findings ? [...reach.findings(one)] : []));
}
