/** What a person opened stays open while its row is scrolled out of sight and comes back. */
import { useState } from "preact/hooks";

const MOST = 4000;
const kept = new Map<string, unknown>();

/** Like a state, kept under a name; the longest unchanged ones are forgotten. */
export function useKept<T>(name: string, first: T): [T, (value: T) => void] {
  const [, again] = useState(0);
  const put = (value: T) => {
    kept.delete(name);
    kept.set(name, value);
    if (kept.size > MOST) kept.delete(kept.keys().next().value!);
    again((count) => count + 1);
  };
  return [kept.has(name) ? (kept.get(name) as T) : first, put];
}
