/** Why an event happened, as a line of steps from the prompt to it. */
import { Fragment } from "preact";
import { useStore } from "../api/store";
import { Icon } from "../parts/icons";
import type { Desk } from "./desk";
import { called } from "./kinds";
import { HOWS } from "./chain";

export function Why({ desk }: { desk: Desk }) {
  const chain = useStore(desk.chain);
  const cursor = useStore(desk.cursor);
  useStore(desk.tape.changed);
  if (!chain.length) return null;
  return (
    <aside class="why" aria-label="Why">
      <header><h2>Why event {chain.at(-1)!.event}</h2><button type="button" class="icon-button" aria-label="Close" title="Close (Esc)" onClick={() => desk.chain.set([])}><Icon name="cross" /></button></header>
      {chain.length === 1 && <p class="ink2">{desk.tape.at(chain[0]!.event)?.kind === "user_prompt" ? "It is a prompt: nothing in this session led to it." : "Nothing on record led to it."}</p>}
      <ol>
        {chain.map((step) => {
          const of = desk.tape.at(step.event);
          return (
            <Fragment key={step.event}>
              {step.how && <li class="how">{HOWS[step.how] ?? step.how}{step.path && <code> {step.path}</code>}</li>}
              <li><button type="button" class={`step ${desk.rowOf(step.event) === cursor ? "here" : ""}`} onClick={() => void desk.seek(step.event)}><span class="event">{step.event}</span> <span class="cut">{of ? called(of) : "…"}</span></button></li>
            </Fragment>
          );
        })}
      </ol>
    </aside>
  );
}
