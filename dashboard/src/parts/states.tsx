/** What stands where data would: not yet, none, not possible. */
import type { ComponentChildren } from "preact";
import type { Loaded, Refused } from "../api/client";

/** Quiet lines in the shape of what is to come; only shown when it takes longer than a moment. */
export function Waiting({ lines = 6, what = "Loading" }: { lines?: number; what?: string }) {
  return (
    <div class="waiting" role="status">
      <span class="sr">{what}…</span>
      {Array.from({ length: lines }, (_, index) => (
        <i key={index} style={{ width: `${92 - ((index * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <div class="empty-more">{children}</div>}
    </div>
  );
}

export function Failed({ error, again }: { error: Refused; again?: () => void }) {
  return (
    <div class="failed" role="alert">
      <p>
        <b>That did not work:</b> {error.message}
      </p>
      {error.hint && <p class="ink2">{error.hint}</p>}
      {again && (
        <button type="button" class="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

/** The answer of an address, or what stands for it. A report that this server does not have is no error. */
export function Answer<T>({ of, children, lines = 6, absent = "This server does not offer this report.", missing = false }: {
  of: Loaded<T>;
  children: (data: T) => ComponentChildren;
  lines?: number;
  absent?: string;
  /** Whether any 404 means that there is none, not only one of an address that the server does not know. */
  missing?: boolean;
}) {
  if (of.data !== null) {
    return (
      <div class={of.error ? "stale" : undefined}>
        {of.error && <Failed error={of.error} again={of.again} />}
        {children(of.data)}
      </div>
    );
  }
  if (of.error?.status === 404 && (missing || /there is no address|not found$/i.test(of.error.message))) return <Empty title={absent}>{missing && <p>{of.error.message}</p>}</Empty>;
  if (of.error) return <Failed error={of.error} again={of.again} />;
  return <Waiting lines={lines} />;
}
