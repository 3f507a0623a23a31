/** The two counts of what went wrong: what failed, and what the agent itself marked. Each has one name on every page. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { count, many } from "../model/counts";
import type { Summary } from "../model/types";
import { Count } from "./values";

export const FAILED = "Failed steps";
export const MARKED = "Marked errors";
export const MARKED_HINT = "Results that the agent itself marked as errors, sub-agents too; failed steps are counted apart";

/** `2 marked errors`. */
export function marked(value: number | null): string {
  return many(value, "marked error");
}

interface Told {
  session: Pick<Summary, "failed_steps" | "total">;
  children: readonly Pick<Summary, "failed_steps">[];
}

/** Steps that really failed, those of sub-agents among them; null where it is not known of all. */
export function failures({ session, children }: Pick<Told, "children"> & { session: Pick<Summary, "failed_steps"> }): { all: number | null; inside: number } {
  const inside = children.reduce<number | null>((sum, one) => (sum === null || one.failed_steps === null ? null : sum + one.failed_steps), 0);
  const own = session.failed_steps;
  return { all: own === null || inside === null ? null : own + inside, inside: inside ?? 0 };
}

/** What is counted where, in words. */
function Difference() {
  const [told, tell] = useState(false);
  return (
    <>
      <button type="button" class="link" aria-expanded={told} onClick={() => tell(!told)}>what differs?</button>
      {told && <span class="difference">A <b>failed step</b> went wrong: by the agent’s mark, by its exit code or by a known text of failure. A <b>marked error</b> is what the agent itself marked as one: a refused permission too, and of some agents no command that failed. When the model could not be asked, it counts in neither.</span>}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

/** Both; what differs between them is told where the counts do. */
export function Failures({ of, children }: { of: Told["session"]; children: Told["children"] }) {
  const { all, inside } = failures({ session: of, children });
  const { errors } = of.total;
  return (
    <>
      <Fact name={FAILED}><Count value={all} quiet />{inside > 0 && <small class="nil"> ({count(inside)} by sub-agents)</small>}</Fact>
      {errors !== 0 && <Fact name={MARKED}><Count value={errors} quiet />{errors !== all && <> <Difference /></>}</Fact>}
    </>
  );
}
