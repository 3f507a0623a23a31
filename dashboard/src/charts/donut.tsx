/** Shares of a whole as a ring with a list; the list tells everything, the ring only shows it. */
import { share } from "../model/counts";
import { dollars, length, sum } from "../model/money";
import type { Money } from "../model/types";

export interface Slice {
  key: string;
  name: string;
  value: Money;
  /** Calls that are missing from it. */
  unpriced: number;
  colour: number;
  href?: string;
}

const AROUND = 2 * Math.PI * 40;
const SHOWN = 7;
/** Signs that fit into the ring in their usual size. */
const ROOM = 8;

/** Calls without a price, also those of slices that are not drawn because nothing of them has one. */
function unpricedOf(slices: readonly Slice[]): number {
  return slices.reduce((all, slice) => all + slice.unpriced, 0);
}

/** The largest, and what is left as one. */
export function largest(slices: readonly Slice[], shown = SHOWN): Slice[] {
  const known = slices.filter((slice) => slice.value !== null && length(slice.value) > 0).sort((a, b) => length(b.value) - length(a.value));
  if (known.length <= shown + 1) return known;
  const rest = known.slice(shown);
  return [...known.slice(0, shown), { key: "", name: `${rest.length} others`, value: sum(rest.map((slice) => slice.value)), unpriced: unpricedOf(rest), colour: 8 }];
}

export function Donut({ slices, label }: { slices: readonly Slice[]; label: string }) {
  const parts = largest(slices);
  const whole = sum(parts.map((part) => part.value));
  if (whole === null) return <p class="none">Nothing with a known price.</p>;
  const inside = dollars(whole, unpricedOf(slices));
  let turned = 0;
  return (
    <div class="donut">
      <svg viewBox="0 0 112 112" role="img" aria-label={`${label}: ${parts.map((part) => `${part.name} ${dollars(part.value, part.unpriced)}`).join(", ")}`}>
        {parts.map((part) => {
          const size = (length(part.value) / length(whole)) * AROUND;
          const gap = parts.length > 1 ? Math.min(1.5, size / 3) : 0;
          const arc = <circle key={part.key} class={`arc k${part.colour}`} cx="56" cy="56" r="40" stroke-dasharray={`${Math.max(size - gap, 0.5)} ${AROUND}`} stroke-dashoffset={-turned} transform="rotate(-90 56 56)" />;
          turned += size;
          return arc;
        })}
        <text class={inside.length > ROOM ? "long" : undefined} x="56" y="60" text-anchor="middle">{inside}</text>
      </svg>
      <ul>
        {parts.map((part) => (
          <li key={part.key}>
            <i class={`swatch k${part.colour}`} aria-hidden="true" />
            {part.href ? <a class="cut" href={part.href}>{part.name}</a> : <span class="cut">{part.name}</span>}
            <span class="num">{dollars(part.value, part.unpriced)}</span>
            <span class="num ink2">{share(length(part.value), length(whole))}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
