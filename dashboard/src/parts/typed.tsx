/** A text in place of what it changes: Enter and leaving it keep it, Escape does not. */
import { useRef } from "preact/hooks";

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
