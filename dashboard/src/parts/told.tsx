/** One line at the foot of the page about what was just done, with a way back where there is one. */
import { useEffect } from "preact/hooks";
import { Refused } from "../api/client";
import { store, useStore } from "../api/store";

interface Told {
  text: string;
  bad?: boolean;
  undo?: (() => void) | undefined;
}

const told = store<Told | null>(null);
const SHOWN = 6000;

export function tell(text: string, undo?: () => void): void {
  told.set({ text, undo });
}

export function tellWrong(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  told.set({ text: error instanceof Refused && error.hint ? `${text} (${error.hint})` : text, bad: true });
}

/** Do something on the server and say what came of it. */
export async function doing(work: Promise<unknown>, done?: string, undo?: () => void): Promise<boolean> {
  try {
    await work;
    if (done) tell(done, undo);
    return true;
  } catch (error) {
    tellWrong(error);
    return false;
  }
}

export async function copy(text: string, what: string): Promise<void> {
  await doing(navigator.clipboard.writeText(text), `${what} copied`);
}

export function ToldLine() {
  const now = useStore(told);
  useEffect(() => {
    if (!now) return;
    const timer = setTimeout(() => told.set(null), SHOWN);
    return () => clearTimeout(timer);
  }, [now]);
  return (
    <div class="told" role="status" aria-live="polite">
      {now && (
        <p class={now.bad ? "bad" : undefined}>
          {now.bad && "✕ "}
          {now.text}
          {now.undo && (
            <button type="button" class="link" onClick={() => (now.undo?.(), told.set(null))}>
              Undo
            </button>
          )}
        </p>
      )}
    </div>
  );
}
