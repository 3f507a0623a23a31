/** What a person opened stays open while its row is scrolled out of sight and comes back. */
import { useState } from "preact/hooks";

const MOST = 4000;
const all = new Map<string, unknown>();

/** What is kept under a name. */
export function kept<T>(name: string, first: T): T {
  return all.has(name) ? (all.get(name) as T) : first;
}

/** Keep it; the longest unchanged ones are forgotten. What shows it is to be drawn anew by whoever calls this. */
export function keep(name: string, value: unknown): void {
  all.delete(name);
  all.set(name, value);
  if (all.size > MOST) all.delete(all.keys().next().value!);
}

/** Like a state, kept under a name. */
export function useKept<T>(name: string, first: T): [T, (value: T) => void] {
  const [, again] = useState(0);
  const put = (value: T) => {
    keep(name, value);
    again((count) => count + 1);
  };
  return [kept(name, first), put];
}
