/** A share of the largest as a thin line beneath or beside a figure. */
export function Share({ of, top }: { of: number; top: number }) {
  const part = top > 0 ? Math.max(0, Math.min(1, of / top)) : 0;
  return (
    <svg class="share" viewBox="0 0 64 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="64" height="4" />
      <rect class="bar" width={part * 64} height="4" />
    </svg>
  );
}
