/** A value that several parts of the page see, and the browser's own memory of what a person chose. */
import { useEffect, useState } from "preact/hooks";

export interface Store<T> {
  value: T;
  set: (next: T | ((old: T) => T)) => void;
  watch: (listener: () => void) => () => void;
}

export function store<T>(first: T): Store<T> {
  const listeners = new Set<() => void>();
  const self: Store<T> = {
    value: first,
    set(next) {
      const value = typeof next === "function" ? (next as (old: T) => T)(self.value) : next;
      if (Object.is(value, self.value)) return;
      self.value = value;
      for (const listener of [...listeners]) listener();
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return self;
}

export function useStore<T>(from: Store<T>): T {
  const [, redraw] = useState(0);
  const { value } = from;
  useEffect(() => {
    const again = () => redraw((n) => n + 1);
    // it may have changed since it was drawn, before anybody watched
    if (!Object.is(from.value, value)) again();
    return from.watch(again);
  }, [from]);
  return value;
}

const PREFIX = "agent-trace.";

/** A store that the browser remembers; what it cannot read is as new. */
export function remembered<T>(name: string, first: T): Store<T> {
  let start = first;
  try {
    const text = localStorage.getItem(PREFIX + name);
    if (text !== null) start = JSON.parse(text) as T;
  } catch {
    start = first;
  }
  const made = store<T>(start);
  made.watch(() => {
    try {
      localStorage.setItem(PREFIX + name, JSON.stringify(made.value));
    } catch {
      /* a browser that keeps nothing still shows everything */
    }
  });
  return made;
}
