/** Costs of days as columns; what is not known has a dashed foot and no height. */
import { many } from "../model/counts";
import { costOf, dollars, length } from "../model/money";
import { dayName, weekday } from "../model/times";
import type { Day } from "../model/types";

const WIDE = 280;
const HIGH = 72;
const FOOT = 16;

export function Days({ days, href }: { days: readonly Day[]; href: (key: string) => string }) {
  const top = Math.max(...days.map((day) => length(day.cost_usd)), 0.01);
  const step = WIDE / Math.max(days.length, 1);
  const wide = Math.max(2, step - Math.max(2, step * 0.28));
  const peak = days.reduce<Day | null>((best, day) => (best === null || length(day.cost_usd) > length(best.cost_usd) ? day : best), null);
  const every = Math.ceil(days.length / 10);
  return (
    <svg class="days" viewBox={`0 0 ${WIDE} ${HIGH + FOOT + 12}`} role="group" aria-label={`Cost of ${days.length} days; the dearest is ${peak ? `${dayName(peak.key)} with ${dollars(peak.cost_usd, peak.unpriced_calls)}` : "not known"}`}>
      {days.map((day, index) => {
        const high = Math.max((length(day.cost_usd) / top) * HIGH, length(day.cost_usd) > 0 ? 1 : 0);
        const left = index * step + (step - wide) / 2;
        const said = costOf({ calls: day.sessions, cost_usd: day.cost_usd, cost_basis: null, unpriced_calls: day.unpriced_calls, recorded_usd: null });
        const words = `${dayName(day.key)}: ${said.text}, ${many(day.sessions, "session")}, ${many(day.prompts, "prompt")}`;
        return (
          <a key={day.key} href={href(day.key)} aria-label={words}>
            <title>{words}</title>
            <rect class="hit" x={index * step} y={0} width={step} height={HIGH + FOOT + 12} />
            <rect class={day === peak ? "bar peak" : "bar"} x={left} y={HIGH + 12 - high} width={wide} height={high} rx={1} />
          </a>
        );
      })}
      <g class="words" aria-hidden="true">
        {days.map((day, index) => index % every === 0 && <text key={day.key} x={(index + 0.5) * step} y={HIGH + 25} text-anchor="middle">{days.length <= 7 ? weekday(day.key) : String(Number(day.key.slice(-2)))}</text>)}
        {peak && peak.cost_usd !== null && (
          <text class="peak-value" x={Math.min(Math.max((days.indexOf(peak) + 0.5) * step, 24), WIDE - 24)} y={8 + HIGH * (1 - length(peak.cost_usd) / top)} text-anchor="middle">{dollars(peak.cost_usd, peak.unpriced_calls)}</text>
        )}
      </g>
      <line class="foot" x1={0} x2={WIDE} y1={HIGH + 12.5} y2={HIGH + 12.5} />
    </svg>
  );
}
