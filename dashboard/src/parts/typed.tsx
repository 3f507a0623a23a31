/** A text in place of what it changes: Enter and leaving it keep it, Escape does not. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";

interface Props {
  label: string;
  value: string;
  onDone: (text: string | null) => void;
  most?: number;
  className?: string;
}

export function Typed({ label, value, onDone, most = 200, className }: Props) {
  const done = useRef(false);
  const finish = (text: string | null) => {
    if (done.current) return;
    done.current = true;
    onDone(text);
  };
  return (
    <input
      type="text" class={className} aria-label={label} defaultValue={value} maxLength={most} ref={(input) => void (!done.current && document.activeElement !== input && input?.select())}
      onBlur={(event) => finish(event.currentTarget.value)}
      onKeyDown={(event) => (event.key === "Enter" ? finish(event.currentTarget.value) : event.key === "Escape" && finish(null))}
    />
  );
}

interface Resting {
  text: string;
  type: (text: string) => void;
  /** Put what was typed now, without waiting; returns it. */
  rest: () => string;
}

/** A text that is put elsewhere when the typing rests; what stands there comes back, but never over what was typed since. */
export function useResting(there: string, wait: number, put: (text: string) => void): Resting {
  const [text, setText] = useState(there);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const now = useRef({ text, put });
  now.current.put = put;
  useLayoutEffect(() => {
    if (timer.current !== undefined || now.current.text.trim() === there.trim()) return;
    now.current.text = there;
    setText(there);
  }, [there]);
  useLayoutEffect(() => () => clearTimeout(timer.current), []);
  const rest = () => {
    const typed = now.current.text.trim();
    if (timer.current === undefined) return typed;
    clearTimeout(timer.current);
    timer.current = undefined;
    now.current.put(typed);
    return typed;
  };
  const type = (next: string) => {
    now.current.text = next;
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(rest, wait);
  };
  return { text, type, rest };
}
