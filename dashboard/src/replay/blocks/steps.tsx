/** Calls of tools with what came of them, each kind of tool in its own way. */
import type { ComponentChildren, VNode } from "preact";
import { many, short, tokens, usageWords } from "../../model/counts";
import { costOf } from "../../model/money";
import type { Going, Moment } from "../../model/replay";
import type { Summary } from "../../model/types";
import { Lines } from "../../parts/values";
import { asked } from "./asked";
import { Diff, Path } from "./diff";
import { Fields, FieldValue, briefly } from "./fields";
import { Cut, Fold, useWhole, type WholeText } from "./folded";
import { Frame } from "./frame";
import { Away, Markdown } from "./markdown";
import { PlanList, Questions } from "./planned";
import { given, textAt, at, type Value } from "./read/given";
import { safe } from "./read/inline";
import { languageOf } from "./read/languages";
import { planOf } from "./plans";
import type { Reach } from "./reach";
import { Code, FileText, LastLines, Output } from "./shown";
import { mcpName, verbOf } from "./verbs";
import { command, ended, entryOf, textOf, took, type Said } from "./words";

export interface StepProps {
  /** The call; of a result whose call is not known, the result. */
  of: Moment;
  result: Moment | undefined;
  reach: Reach;
  sideBySide: boolean;
  open: boolean;
  goes: Going;
}

/** What all of them need. */
interface Known extends StepProps {
  name: string;
  verb: string;
  call: WholeText;
  came: WholeText | null;
  input: Value | null;
  failed: boolean;
  facts: Said[];
  copy: () => string;
}

function object(value: Value | null): { [key: string]: Value } | null {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : null;
}

/** The end of what a failed step gave back: why it failed. */
function Why({ of }: { of: Known }) {
  const text = of.came ? of.came.of.tail || of.came.of.text : "";
  return text ? <div class="b-why"><LastLines text={text.replace(/<\/?tool_use_error>/g, "")} most={4} /></div> : null;
}

/** What a step gave back: values where it is JSON, else what it wrote. */
function Came({ of, markdown = false }: { of: Known; markdown?: boolean }) {
  if (!of.came) return null;
  const { text, tail } = of.came.of;
  const found = of.came.cut || text.length > 200_000 ? null : given(text);
  const value = found && !found.cut ? found.value : null;
  if (value !== null && typeof value === "object") return <FieldValue of={value} name={`${of.name} came`} />;
  if (!markdown || of.failed) return <Output name={`${of.name} came`} of={of.came} />;
  return <><Markdown text={text} name={`${of.name} came`} /><Cut of={of.came} />{tail && of.came.cut > 0 && <Markdown text={tail} name={`${of.name} tail`} />}</>;
}

/** The beginning of what a step gave back. */
function Briefly({ of, lines = 2 }: { of: Known; lines?: number }) {
  const value = of.came && !of.came.cut && of.came.of.text.length < 4000 ? given(of.came.of.text) : null;
  if (value && !value.cut && typeof value.value === "object") return <p class="b-about b-first">→ {briefly(value.value)}</p>;
  return <Output name={`${of.name} brief`} of={of.came!} first={lines} last={0} brief />;
}

function Part({ name, children }: { name: string; children: ComponentChildren }) {
  return <section class="b-part"><p class="b-label">{name}</p>{children}</section>;
}

function Shell({ of }: { of: Known }): VNode {
  const line = command(of.call.of).trim();
  const lines = line.split("\n");
  const about = of.input ? textAt(of.input, "description") : "";
  const place = of.input ? textAt(of.input, "workdir", "cwd", "directory", "dir_path") : "";
  return (
    <Frame
      name={of.name} kind="shell" verb={of.verb} facts={of.facts} copy={of.copy} open={of.open}
      title={<code class="b-command" title={about || undefined}><span class="b-dollar" aria-hidden="true">$</span>{lines[0]}{lines.length > 1 && <span class="nil"> … {lines.length} lines</span>}</code>}
      brief={of.came && (of.failed ? <Why of={of} /> : of.came.of.text.trim() && <Output name={`${of.name} brief`} of={of.came} first={4} last={0} brief />)}
    >
      {about && <p class="b-about">{about}{place && <> in <Path of={place} /></>}</p>}
      {(lines.length > 1 || line.length > 100) && <Code name={of.name} text={line} of="shell" label={false} first={24} />}
      <Cut of={of.call} />
      {of.came && <Output name={of.name} of={of.came} />}
    </Frame>
  );
}

/** A diff that is longer comes with its beginning. */
const PATCH_ROOM = 2047;

function Edit({ of }: { of: Known }): VNode {
  const done = of.came?.of.hunks ?? [];
  const wanted = done.length ? [] : asked(of.input, of.call.of.text, of.call.of.title);
  const path = of.call.of.title.split("\n")[0] ?? "";
  const { lines_added: added, lines_removed: removed } = of.came?.of ?? of.of;
  const short = of.came && !of.reach.full && of.came.of === of.result && of.came.of.patch_size > PATCH_ROOM ? { ...of.came, cut: Math.max(1, of.came.of.patch_size - PATCH_ROOM) } : null;
  const diff = (first: number, name: string) => <Diff name={name} of={done.length ? done : wanted} path={path} sideBySide={of.sideBySide} first={first} />;
  const known = done.length > 0 || wanted.length > 0;
  const files = new Set([...done, ...wanted].map((hunk) => hunk.path || path)).size;
  return (
    <Frame
      name={of.name} kind="edit" verb={of.verb} copy={of.copy} open={of.open} facts={of.facts}
      title={<>{files > 1 ? <b>{files} files</b> : <Path of={path || of.of.tool || "a file"} />}{(added > 0 || removed > 0) && <> <Lines added={added} removed={removed} /></>}</>}
      brief={of.failed ? <Why of={of} /> : known && diff(8, `${of.name} brief`)}
    >
      {of.failed && <Why of={of} />}
      {known && !done.length && <p class="b-label">{of.failed ? "What it asked for" : "As it was asked for: the log does not hold the diff"}</p>}
      {known ? diff(40, of.name) : object(of.input) ? <Fields of={object(of.input)!} name={of.name} /> : <Code name={of.name} text={of.call.of.text} of="" />}
      {short && <Cut of={short} />}
      {!done.length && <Cut of={of.call} />}
    </Frame>
  );
}

function linesOf(input: Value | null): string {
  if (!input) return "";
  const [from, most, to] = [at(input, "offset", "start_line", "startLine", "line"), at(input, "limit", "lines"), at(input, "end_line", "endLine")];
  if (typeof from === "number" && typeof to === "number") return `lines ${from} to ${to}`;
  if (typeof from === "number") return typeof most === "number" ? `lines ${from} to ${from + most - 1}` : `from line ${from}`;
  return typeof most === "number" ? `its first ${most} lines` : "";
}

function Read({ of }: { of: Known }): VNode {
  const path = of.of.title.split("\n")[0] ?? "";
  const image = of.result ? of.reach.image(of.result) : null;
  return (
    <Frame
      name={of.name} kind="read" verb={of.verb} facts={of.facts} copy={of.copy} open={of.open} brief={of.failed && <Why of={of} />}
      title={<><Path of={path || briefly(of.input ?? of.of.text)} /> <span class="nil">{linesOf(of.input)}</span></>}
    >
      {image && <img class="b-picture" src={image} alt={`what ${path} shows`} />}
      {!image && of.came && (of.failed ? <Output name={of.name} of={of.came} /> : <FileText name={of.name} of={of.came} path={path} language={languageOf(path)} />)}
    </Frame>
  );
}

function Search({ of }: { of: Known }): VNode {
  const where = of.input ? textAt(of.input, "path", "dir_path", "directory", "glob", "include", "relative_workspace_path") : "";
  return (
    <Frame
      name={of.name} kind="search" verb={of.verb} facts={of.facts} copy={of.copy} open={of.open}
      title={<><code>{of.of.title || briefly(of.input ?? of.of.text)}</code>{where && <span class="nil"> in {where}</span>}</>}
      brief={of.failed ? <Why of={of} /> : of.came?.of.text.trim() && <Output name={`${of.name} brief`} of={of.came} first={3} last={0} brief />}
    >
      {of.came && <Output name={of.name} of={of.came} />}
    </Frame>
  );
}

function Fetch({ of }: { of: Known }): VNode {
  const address = of.input ? textAt(of.input, "url", "uri") : "";
  const href = safe(address);
  const query = of.input ? textAt(of.input, "query", "prompt", "q") : "";
  return (
    <Frame
      name={of.name} kind="fetch" verb={of.verb} facts={of.facts} copy={of.copy} open={of.open} brief={of.failed && <Why of={of} />}
      title={address || query || of.of.title}
    >
      {href && <p><Away to={href}>{href}</Away></p>}
      {address && query && <p class="b-about">{query}</p>}
      <Came of={of} markdown />
    </Frame>
  );
}

function Call({ of }: { of: Known }): VNode {
  const isMcp = of.of.tool_kind === "mcp";
  const [server, tool] = isMcp ? mcpName(of.of.tool ?? "?", of.of.title) : ["", of.of.tool ?? "a tool"];
  const input = object(of.input);
  const some = input ? Object.keys(input).length > 0 : of.input !== null || of.of.text !== "";
  return (
    <Frame
      name={of.name} kind={isMcp ? "mcp" : "tool"} verb={of.verb} facts={of.facts} copy={of.copy} open={of.open} brief={of.failed ? <Why of={of} /> : of.came?.of.text.trim() && <Briefly of={of} />}
      title={<>{server && <span class="ink2">{server} › </span>}<b>{tool}</b> <span class="b-given">{(of.of.title !== tool && of.of.title) || (some ? briefly(of.input ?? of.of.text) : "")}</span></>}
    >
      <Part name="Given">{input ? <Fields of={input} name={of.name} /> : of.input !== null ? <FieldValue of={of.input} name={of.name} /> : of.of.text ? <Code name={of.name} text={of.call.of.text} of="" /> : <span class="nil">nothing</span>}<Cut of={of.call} /></Part>
      {of.came && <Part name={of.failed ? "It failed" : "Gave back"}><Came of={of} /></Part>}
    </Frame>
  );
}

/** What an agent's program wrapped around a sub-agent's answer. */
function answerOf(text: string): string {
  const [from, to] = [text.indexOf("<task_result>"), text.lastIndexOf("</task_result>")];
  const inside = from >= 0 && to > from ? text.slice(from + "<task_result>".length, to) : text;
  return inside.replace(/(?:agentId: [^\n]{0,400}\n)?<usage>[^<]{0,400}<\/usage>\s{0,8}$/, "").trim();
}

/** What a sub-agent used and cost, its own sub-agents included. */
function figures(of: Summary): Said[] {
  const [all, cost] = [tokens(of.total.usage), costOf(of.total)];
  const found: Said[] = [];
  if (of.failed_steps) found.push({ text: many(of.failed_steps, "failed step"), tone: "bad" });
  if (of.total.tool_calls !== null) found.push({ text: many(of.total.tool_calls, "tool call"), why: `tools that it called, in ${many(of.total.calls, "model call")}` });
  if (all !== null) found.push({ text: `${short(all)} tokens`, why: usageWords(of.total.usage) });
  return [...found, { text: cost.known ? cost.text : "$?", why: cost.why }];
}

function Agent({ of }: { of: Known }): VNode {
  const task = of.input ? textAt(of.input, "prompt", "message", "task", "instructions", "query") : "";
  const kind = of.input ? textAt(of.input, "subagent_type", "agent_type", "agent", "agent_name", "type") : "";
  const answer = of.came && !of.failed && !given(of.came.of.text) ? answerOf(of.came.of.text) : "";
  const started = of.of.child ?? of.result?.child ?? null;
  const about = started === null ? undefined : of.reach.child?.(started);
  return (
    <Frame
      name={of.name} kind="agent" verb={started ? "Sub-agent" : of.verb} copy={of.copy} open={of.open} facts={about ? [...figures(about), ...of.facts] : of.facts}
      title={<><b>{of.of.title || briefly(of.input ?? of.of.text)}</b> {kind && <span class="chip">{kind}</span>}</>}
      brief={of.failed ? <Why of={of} /> : task && task !== of.of.title ? <p class="b-about">{task.length > 240 ? `${task.slice(0, 240)}…` : task}</p> : null}
    >
      {task && <Part name="Its task"><Fold name={`${of.name} task`} of={task.split("\n")} first={12}>{(shown) => <p class="b-text">{shown.join("\n")}</p>}</Fold><Cut of={of.call} /></Part>}
      {!task && object(of.input) && <Fields of={object(of.input)!} name={of.name} />}
      {of.came && <Part name={of.failed ? "It failed" : "It gave back"}>{answer ? <><Markdown text={answer} name={`${of.name} answer`} /><Cut of={of.came} /></> : <Came of={of} />}</Part>}
    </Frame>
  );
}

function Plan({ of }: { of: Known }): VNode {
  const entries = of.input ? planOf(of.input) : [];
  const text = of.input ? textAt(of.input, "plan") : "";
  const done = entries.filter((one) => one.state === "done").length;
  const [number, state] = of.input ? [textAt(of.input, "taskId", "task_id", "id"), textAt(of.input, "status", "state")] : ["", ""];
  const words = entries.length ? (of.failed ? `${many(entries.length, "item")}, not taken up` : `${done} of ${entries.length} done`) : number ? `${number} → ${state || "changed"}` : of.of.title || of.of.tool;
  return (
    <Frame
      name={of.name} kind="plan" verb={of.verb} facts={of.facts} copy={of.copy} open={of.open} title={words}
      always={<>{entries.length > 0 ? <PlanList of={entries} name={of.name} /> : text && <Markdown text={text} name={of.name} />}{of.failed && <Why of={of} />}</>}
    >
      {of.came && !of.failed && of.came.of.text && <Output name={of.name} of={of.came} />}
    </Frame>
  );
}

function Ask({ of }: { of: Known }): VNode {
  const answer = of.came?.of.text ?? "";
  return (
    <Frame
      name={of.name} kind="ask" verb={of.verb} facts={of.facts} copy={of.copy} open={of.open} title={of.of.questions.length > 1 ? `${of.of.questions.length} questions` : <b>{of.of.questions[0]?.text ?? of.of.title}</b>}
      always={of.of.questions.length ? <Questions of={of.of.questions} answer={answer} answered={of.came !== null && !of.failed && !of.result?.refused} /> : null}
    >
      {answer && <Output name={of.name} of={of.came!} />}
    </Frame>
  );
}

function Skill({ of }: { of: Known }): VNode {
  const name = of.input ? textAt(of.input, "skill", "name", "command") : "";
  const more = of.input ? textAt(of.input, "args", "arguments") : "";
  return (
    <Frame name={of.name} kind="skill" verb={of.verb} facts={of.facts} copy={of.copy} open={of.open} title={<><b>{name || of.of.title}</b> {more}</>} brief={of.failed && <Why of={of} />}>
      <Came of={of} markdown />
    </Frame>
  );
}

function Orphan({ of }: { of: Known }): VNode {
  return (
    <Frame name={of.name} kind="tool" verb={of.verb} facts={of.facts} copy={of.copy} open={of.open} title={<><b>{of.of.tool ?? "of a tool"}</b> <span class="nil">the log does not hold its call</span></>} brief={<Output name={`${of.name} brief`} of={of.came!} first={4} last={0} />}>
      {of.of.hunks.length > 0 && <Diff name={of.name} of={of.of.hunks} path={of.of.title} sideBySide={of.sideBySide} />}
      <Output name={of.name} of={of.came!} />
    </Frame>
  );
}

const OF: Record<string, (props: { of: Known }) => VNode> = { shell: Shell, edit: Edit, write: Edit, read: Read, search: Search, fetch: Fetch, mcp: Call, agent: Agent, plan: Plan, ask: Ask, skill: Skill };

export function Step(props: StepProps): VNode {
  const { of, result, reach } = props;
  const call = useWhole(of, reach);
  const back = useWhole(result ?? of, reach);
  const orphan = of.kind === "tool_result";
  const came = result || orphan ? back : null;
  const failed = Boolean((result ?? of).went_wrong || (result ?? of).refused || (result ?? of).interrupted);
  const known: Known = {
    ...props, name: `${of.session} ${of.number}`, verb: verbOf(of), call, came, failed, input: orphan ? null : given(call.of.text)?.value ?? null,
    facts: [...took(of, result), ...ended(of, result, props.goes)], copy: () => textOf(call.of, result && came ? came.of : undefined),
  };
  const Found = orphan ? Orphan : entryOf(OF, of.tool_kind ?? "") ?? Call;
  return <Found of={known} />;
}
