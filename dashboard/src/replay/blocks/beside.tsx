/** What stands beside the conversation: memory, skills, hooks, pictures, notices. */
import type { VNode } from "preact";
import { count } from "../../model/counts";
import { Path } from "./diff";
import { Cut, useWhole } from "./folded";
import { Frame } from "./frame";
import { Markdown } from "./markdown";
import { given } from "./read/given";
import { FieldValue } from "./fields";
import { Prompt, type SaidProps } from "./said";
import { Output } from "./shown";
import { besideWords } from "../../model/wording";
import { besideOf } from "./verbs";
import { textOf, type Said } from "./words";

function Picture({ of, reach, open }: SaidProps): VNode {
  const source = reach.image(of);
  const words = of.text && !/^\[image\]$|^image\/\w+$/.test(of.text) ? of.text : "";
  return (
    <Frame
      name={`${of.session} ${of.number}`} kind="image" verb="Image" title={words || (source ? "" : <span class="nil">it is not here</span>)} copy={() => words || "image"} open={open}
      always={source && <a href={source} target="_blank" rel="noreferrer noopener" title="Open it alone"><img class="b-picture" src={source} alt={words || `the picture of event ${of.number}`} /></a>}
    />
  );
}

/** What a person would read first: not the tags that an agent's program puts around it. */
function lineOf(text: string): string {
  if (!text.startsWith("<")) return text.split("\n", 1)[0] ?? "";
  const told = /<(?:summary|status|message|description)>\s*([^<]{1,400})/.exec(text)?.[1] ?? text.slice(0, 2000).replace(/<[^<>]{1,80}>/g, " ");
  return told.trim().split("\n", 1)[0]!.trim() || text.split("\n", 1)[0]!;
}

const PATHS = new Set(["Memory", "File"]);
const SHORT = 160;

export function Attached(props: SaidProps): VNode {
  const { of, reach, open } = props;
  const known = useWhole(of, reach);
  if (/^queued/.test(of.title)) return <Prompt {...props} />;
  if (/image|picture|screenshot/.test(of.title)) return <Picture {...props} />;
  const [verb, why] = besideOf(of.title);
  const text = of.text.trim();
  const line = lineOf(text);
  const long = text.replace(/<[^<>]{1,80}>/g, "").trim().length > line.length || text.length > SHORT || known.cut > 0;
  const facts: Said[] = of.size > SHORT && of.size > text.length ? [{ text: `${count(of.size)} characters`, why: "its whole size" }] : [];
  const isPath = PATHS.has(verb) && !long && /[/\\.]/.test(text);
  const name = `${of.session} ${of.number}`;
  const found = long && !known.cut ? given(text) : null;
  return (
    <Frame
      name={name} kind="beside" verb={verb} facts={facts} copy={() => textOf(known.of)} open={open}
      title={<span title={[why, besideWords(of.title) !== of.title && `the log calls it: ${of.title}`].filter(Boolean).join("\n") || undefined}>{of.title.toLowerCase() !== verb.toLowerCase() && <span class="ink2">{besideWords(of.title)} </span>}{isPath ? <Path of={text} /> : verb === "Output" && long ? null : <span class="b-first">{line}</span>}</span>}
      brief={verb === "Output" && long && <Output name={`${name} brief`} of={known} first={4} last={0} />}
    >
      {long && (found && !found.cut && typeof found.value === "object" ? <FieldValue of={found.value} name={name} /> : verb === "Skill" || verb === "Memory" ? <><Markdown text={known.of.text} name={name} /><Cut of={known} />{known.cut > 0 && <Markdown text={known.of.tail} name={`${name} tail`} />}</> : <Output name={name} of={known} />)}
    </Frame>
  );
}
