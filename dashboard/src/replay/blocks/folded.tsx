/** Long texts: the beginning and the end first, the rest where it is asked for, and how much it is. */
import { type ComponentChildren, createContext } from "preact";
import { useContext, useState } from "preact/hooks";
import { count } from "../../model/counts";
import type { Moment } from "../../model/replay";
import { useKept } from "./kept";
import type { Reach } from "./reach";
import { missing } from "./words";

/** Whether it is printed: nothing can be unfolded there. */
export const Paper = createContext(false);

export interface WholeText {
  /** The event, with its whole texts where they were brought. */
  of: Moment;
  /** Characters that are not here. */
  cut: number;
  state: "" | "asked" | "absent";
  /** Why the rest cannot be had, where that is known. */
  why: string;
  bring: () => void;
}

/** Two kilobytes of a text come with an event; the whole is brought when somebody asks for it. */
export function useWhole(first: Moment, reach: Reach): WholeText {
  const [brought, setBrought] = useKept<Moment | null>(`${first.session} ${first.number} ${first.size} whole`, null);
  const [state, setState] = useState<WholeText["state"]>(reach.absent ? "absent" : "");
  const bring = () => {
    setState("asked");
    reach.whole(first).then((found) => (found ? setBrought(found) : undefined, setState(found ? "" : "absent")), () => setState("absent"));
  };
  return { of: brought ?? first, cut: brought ? 0 : missing(first), state, why: reach.absent ?? "", bring };
}

/** Where a text was cut: by how much, and a way to the whole. */
export function Cut({ of }: { of: WholeText }) {
  if (!of.cut) return null;
  return (
    <p class="b-cut">
      <span>{count(of.cut)} characters are left out</span>
      {of.state === "absent" ? <span class="nil">{of.why || "the rest is not to be had here"}</span> : <button type="button" class="link" disabled={of.state === "asked"} onClick={of.bring}>{of.state === "asked" ? "Bringing it…" : "Show the whole"}</button>}
    </p>
  );
}

interface Folded<T> {
  name: string;
  of: readonly T[];
  /** How many of them are shown at first, and of those how many from the end. */
  first: number;
  last?: number;
  what?: string;
  children: (shown: readonly T[], from: number) => ComponentChildren;
}

/** A few more than are shown are shown too: a button would take their place. */
const SPARE = 4;

export function Fold<T>({ name, of, first, last = 0, what = "lines", children }: Folded<T>) {
  const [all, setAll] = useKept(`${name} fold`, false);
  const printing = useContext(Paper);
  if (all || printing || of.length <= first + last + SPARE) {
    return <>{children(of, 0)}{all && <button type="button" class="link b-more" onClick={() => setAll(false)}>Fold {count(of.length)} {what}</button>}</>;
  }
  return (
    <>
      {first > 0 && children(of.slice(0, first), 0)}
      <button type="button" class="link b-more" aria-expanded="false" onClick={() => setAll(true)}>{count(of.length - first - last)} more {what}</button>
      {last > 0 && children(of.slice(-last), of.length - last)}
    </>
  );
}
