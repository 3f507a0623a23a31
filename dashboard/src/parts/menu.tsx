/** A button that opens a small sheet beside it; Escape and a click elsewhere close it. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon, type Sign } from "./icons";

interface Props {
  label: string;
  icon?: Sign;
  /** What is chosen, in short. */
  chosen?: string | undefined;
  onClear?: () => void;
  right?: boolean;
  children: (close: () => void) => ComponentChildren;
}

export function Menu({ label, icon, chosen, onClear, right = false, children }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  // before the sheet is painted: a key that follows at once must be heard
  useLayoutEffect(() => {
    if (!open) return;
    const away = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    const key = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close();
    };
    document.addEventListener("pointerdown", away);
    document.addEventListener("focusin", away);
    root.current?.addEventListener("keydown", key);
    root.current?.querySelector<HTMLElement>(".sheet input, .sheet button, .sheet a")?.focus();
    return () => {
      document.removeEventListener("pointerdown", away);
      document.removeEventListener("focusin", away);
      root.current?.removeEventListener("keydown", key);
    };
  }, [open]);
  return (
    <div class="menu" ref={root}>
      <button ref={button} type="button" class={`button ${chosen ? "chosen" : ""}`} aria-expanded={open} aria-haspopup="true" onClick={() => setOpen(!open)}>
        {icon && <Icon name={icon} />}
        <span>
          {label}
          {chosen && <b class="cut">{chosen}</b>}
        </span>
        <Icon name="down" />
      </button>
      {chosen && onClear && (
        <button type="button" class="icon-button clear" aria-label={`Clear ${label.toLowerCase()}`} onClick={onClear}>
          <Icon name="cross" />
        </button>
      )}
      {open && (
        <div class={`sheet ${right ? "right" : ""}`} role="group" aria-label={label}>
          {children(close)}
        </div>
      )}
    </div>
  );
}
