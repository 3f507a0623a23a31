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

/** Pixels between a sheet and the edge of the window, and what it needs below its button to open there. */
const EDGE = 8;
const ROOM = 200;

/** A sheet lies in the window whole: moved in from the sides, scrolled where it is too high, above its button where there is more room. */
function putInside(sheet: HTMLElement, button: HTMLElement): void {
  const [box, at, wide] = [sheet.getBoundingClientRect(), button.getBoundingClientRect(), document.body.clientWidth];
  const over = Math.max(0, box.right - wide + EDGE) || Math.min(0, box.left - EDGE);
  if (over) sheet.style.translate = `${-over}px 0`;
  if (box.bottom <= innerHeight - EDGE && box.top >= 0) return;
  const top = document.querySelector(".top")?.getBoundingClientRect().bottom ?? 0;
  const [below, above] = [innerHeight - at.bottom - 2 * EDGE, at.top - top - 2 * EDGE];
  const up = below < Math.min(ROOM, above);
  Object.assign(sheet.style, up ? { top: "auto", bottom: `${at.height + 4}px` } : {}, { maxHeight: `${Math.min(box.height, Math.max(up ? above : below, 96))}px` });
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
    const sheet = root.current?.querySelector<HTMLElement>(".sheet");
    if (sheet && button.current) putInside(sheet, button.current);
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
