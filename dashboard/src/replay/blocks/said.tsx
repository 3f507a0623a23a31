/** What was said: prompts, answers, thinking, and what was put beside them. */
import type { VNode } from "preact";
import type { Going, Moment } from "../../model/replay";
import { Cut, Fold, useWhole } from "./folded";
import { Frame } from "./frame";
import { Markdown } from "./markdown";
import type { Reach } from "./reach";
import { Output } from "./shown";
import { isTyped, verbOf } from "./verbs";
import { textOf, type Said } from "./words";

export interface SaidProps {
  of: Moment;
  reach: Reach;
  open: boolean;
  /** Whether what it began is still on. */
  goes?: Going;
}

const PROMPT_LINES = 20;
/** Who gave a prompt. */
export const BY: Record<string, Said> = {
  person: { text: "by a person" },
  program: { text: "by a program", why: "the program that drives the agent gave it" },
  parent: { text: "by another session", why: "the task that a session gave its sub-agent" },
};

function nameOf(of: Moment): string {
  return `${of.session} ${of.number}`;
}

export function Prompt({ of, reach, open }: SaidProps): VNode {
  const known = useWhole(of, reach);
  const queued = of.kind === "attachment";
  const by = of.title === "task" ? BY.parent : BY[reach.by?.(of) ?? ""];
  const facts: Said[] = [...(queued ? [{ text: "queued", why: "typed while the agent was at work", tone: "care" as const }] : []), ...(by ? [by] : [])];
  const { text, tail } = known.of;
  return (
    <Frame
      name={nameOf(of)} kind="prompt" verb={verbOf(of)} facts={facts} copy={() => textOf({ ...known.of, title: "" })} open={open}
      always={
        <>
          <Fold name={nameOf(of)} of={text.split("\n")} first={PROMPT_LINES}>{(shown) => <p class="b-text">{shown.join("\n")}</p>}</Fold>
          <Cut of={known} />
          {known.cut > 0 && tail && <p class="b-text">{tail}</p>}
        </>
      }
    />
  );
}

/** Where a text was cut between its ends, a fence that was open goes on. */
function tailOf(text: string, tail: string): string {
  const open = (text.match(/^ {0,3}```/gm)?.length ?? 0) % 2 === 1;
  return open ? `\`\`\`\n${tail}` : tail;
}

export function Answer({ of, reach, open }: SaidProps): VNode {
  const known = useWhole(of, reach);
  const { text, tail } = known.of;
  return (
    <Frame
      name={nameOf(of)} kind="answer" verb={verbOf(of)} copy={() => textOf(known.of)} open={open}
      always={<><Markdown text={known.cut ? text : text + tail} name={nameOf(of)} /><Cut of={known} />{known.cut > 0 && tail && <Markdown text={tailOf(text, tail)} name={`${nameOf(of)} tail`} />}</>}
    />
  );
}

export function Thought({ of, reach, open }: SaidProps): VNode {
  const known = useWhole(of, reach);
  const { text, tail } = known.of;
  const first = text.trim().split("\n", 1)[0] ?? "";
  const hidden = !text.trim();
  return (
    <Frame name={nameOf(of)} kind="thinking" verb={verbOf(of)} title={hidden ? <span class="nil">the log does not hold what</span> : <span class="b-first">{first}</span>} copy={() => textOf(known.of)} open={open}>
      {!hidden && (text.trim().length > first.length || first.length > 80) && <><Markdown text={known.cut ? text : text + tail} name={nameOf(of)} /><Cut of={known} />{known.cut > 0 && tail && <Markdown text={tailOf(text, tail)} name={`${nameOf(of)} tail`} />}</>}
    </Frame>
  );
}

/** A slash command, or a line that the person ran past the model. */
export function Typed({ of, reach, open }: SaidProps): VNode {
  const known = useWhole(of, reach);
  const shell = isTyped(of);
  return (
    <Frame name={nameOf(of)} kind="command" verb={verbOf(of)} copy={() => textOf(known.of)} open={open}
      title={shell ? <code class="b-command"><span class="b-dollar" aria-hidden="true">{of.title === "!" ? "!" : `${of.title} $`}</span>{of.text}</code> : <><b>{of.title}</b> {of.text.split("\n")[0]}</>}>
      {!shell && of.text.includes("\n") && <Output name={nameOf(of)} of={known} />}
    </Frame>
  );
}
