/** What is to be done and what the person was asked. */
import type { Question } from "../../model/replay";
import { Fold } from "./folded";
import { NAMES, SIGNS, type PlanEntry } from "./plans";

export function PlanList({ of, name }: { of: readonly PlanEntry[]; name: string }) {
  return (
    <Fold name={`${name} plan`} of={of} first={16} what="items">
      {(shown) => (
        <ul class="b-plan">
          {shown.map((one, index) => (
            <li key={index} class={`p-${one.state}`} title={one.word || NAMES[one.state]}>
              <span aria-hidden="true">{SIGNS[one.state]}</span>
              <span>{one.text}<span class="sr"> ({NAMES[one.state]})</span></span>
            </li>
          ))}
        </ul>
      )}
    </Fold>
  );
}

/** The part of an answer that is about one question; all of it where they are not told apart. */
function about(question: string, answer: string): string {
  const found = answer.indexOf(`"${question}"=`);
  if (found === -1) return answer;
  const rest = answer.slice(found + question.length + 3);
  return /^"((?:[^"\\]|\\.)*)"/.exec(rest)?.[1] ?? rest;
}

/** Whether a choice is named as a word of its own. */
function names(answer: string, option: string): boolean {
  const at = answer.toLowerCase().indexOf(option.toLowerCase());
  return at !== -1 && !/[\p{L}\d]/u.test(answer[at - 1] ?? "") && !/[\p{L}\d]/u.test(answer[at + option.length] ?? "");
}

function One({ of, answer, answered, alone }: { of: Question; answer: string; answered: boolean; alone: boolean }) {
  const said = answered ? about(of.text, answer) : "";
  const options = of.options ?? [];
  const chosen = options.filter((option) => names(said, option));
  return (
    <div class="b-question">
      {!alone && <p><b>{of.text}</b></p>}
      {options.length > 0 && (
        <ul>
          {options.map((option, index) => {
            const is = chosen.includes(option);
            return <li key={index} class={is ? "is-chosen" : undefined}><span aria-hidden="true">{is ? "●" : "○"}</span> <span>{option}{is && <span class="sr"> (chosen)</span>}</span></li>;
          })}
        </ul>
      )}
      {answered && !chosen.length && said && <p class="b-answer">{said}</p>}
      {!answered && <p class="nil">No answer is recorded.</p>}
    </div>
  );
}

export function Questions({ of, answer, answered }: { of: readonly Question[]; answer: string; answered: boolean }) {
  return <>{of.map((one, index) => <One key={index} of={one} answer={answer} answered={answered} alone={!index && of.length === 1} />)}</>;
}
