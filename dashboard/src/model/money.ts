/** Money: decimal strings in, words out. No sum of cents ever goes through a binary fraction. */
import type { Amounts, CostRow, Money, Usage } from "./types";

/** What stands for a figure, and why: `text` is shown, `why` on hover. */
export interface Said {
  text: string;
  why: string;
  known: boolean;
}

const BASES: Record<string, string> = {
  priced: "priced from tokens by the dated price book",
  recorded: "as the agent itself recorded it",
  estimated: "estimated: the log does not hold these calls",
  mixed: "partly priced from tokens, partly recorded or estimated",
};

const SCALE = 10n ** 12n;

/** A decimal string as a whole number of 10⁻¹² dollars; null where it is none. */
export function units(text: Money): bigint | null {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text ?? "");
  if (!parts) return null;
  const shift = Number(parts[4] ?? 0);
  const fraction = parts[3] ?? "";
  const digits = BigInt(`${parts[2]}${fraction}`);
  const power = 12 + shift - fraction.length;
  const size = power >= 0 ? digits * 10n ** BigInt(power) : digits / 10n ** BigInt(-power);
  return parts[1] ? -size : size;
}

/** The sum of what is known; null where nothing is. */
export function sum(amounts: readonly Money[]): Money {
  const known = amounts.map(units).filter((value): value is bigint => value !== null);
  return known.length ? decimal(known.reduce((all, value) => all + value, 0n)) : null;
}

/** Less than zero, zero or more: unknown comes first. */
export function compared(a: Money, b: Money): number {
  const [left, right] = [units(a) ?? -1n, units(b) ?? -1n];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** For lengths and angles in charts only, never for a figure that is shown. */
export function length(text: Money): number {
  return Number(units(text) ?? 0n) / Number(SCALE);
}

function decimal(value: bigint): string {
  const sign = value < 0n ? "-" : "";
  const size = value < 0n ? -value : value;
  const fraction = (size % SCALE).toString().padStart(12, "0").replace(/0+$/, "");
  return `${sign}${size / SCALE}${fraction ? `.${fraction}` : ""}`;
}

/** Rounded half up to so many places, thousands apart. */
function rounded(value: bigint, places: number): string {
  const step = 10n ** BigInt(12 - places);
  const size = ((value < 0n ? -value : value) + step / 2n) / step;
  const digits = size.toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return `${value < 0n ? "−" : ""}$${whole}${places ? `.${digits.slice(-places)}` : ""}`;
}

/** `$1,234.50`; below a cent `<$0.01`; what is not known is `?`; `≥` in front where calls without a price are missing from it. */
export function dollars(text: Money, unpriced = 0): string {
  const value = units(text);
  if (value === null) return "?";
  const amount = value > 0n && value < SCALE / 200n ? (unpriced > 0 ? "$0.00" : "<$0.01") : rounded(value, 2);
  return `${unpriced > 0 ? "≥" : ""}${amount}`;
}

/** All that is known of it, for the hover. */
export function exact(text: Money): string {
  const value = units(text);
  return value === null ? "not known" : `$${decimal(value)}`;
}

/** What the hover says of an amount from which some are missing. */
export function missing(unpriced: number, what = "call"): string {
  return unpriced > 0 ? `; ${unpriced} ${what}${unpriced === 1 ? " has" : "s have"} no known price` : "";
}

/** Tokens of two uses; what is known of neither stays unknown. */
function together(a: Usage | null, b: Usage | null): Usage | null {
  if (!a || !b) return a ?? b;
  const kinds = Object.keys({ ...a, ...b }) as (keyof Usage)[];
  return Object.fromEntries(kinds.map((kind) => [kind, a[kind] == null && b[kind] == null ? null : (a[kind] ?? 0) + (b[kind] ?? 0)])) as unknown as Usage;
}

/** What a row used and cost together with what the log does not hold. */
export function whole(row: CostRow): CostRow {
  const { unlogged } = row;
  if (!unlogged) return row;
  return {
    ...row,
    usage: together(row.usage, unlogged.usage),
    cost_usd: sum([row.cost_usd, unlogged.cost_usd]),
    cost_basis: unlogged.cost_usd === null ? row.cost_basis : "mixed",
    unpriced_calls: row.unpriced_calls + unlogged.unpriced_calls,
  };
}

/** What amounts cost: `-` without calls, `?` without a price, `≥` in front when some calls have none. */
export function costOf(amounts: Pick<Amounts, "calls" | "cost_usd" | "cost_basis" | "unpriced_calls" | "recorded_usd">): Said {
  const { calls, cost_usd, cost_basis, unpriced_calls, recorded_usd } = amounts;
  if (cost_usd === null && calls === 0) return { text: "–", why: "no calls to a model", known: true };
  const recorded = recorded_usd === null ? "" : `; the agent recorded ${exact(recorded_usd)}`;
  if (cost_usd === null) {
    return { text: "?", why: `no price is known for its ${unpriced_calls > 1 ? `${unpriced_calls} calls` : unpriced_calls ? "one call" : "calls"}${recorded}`, known: false };
  }
  const why = `${exact(cost_usd)}, ${BASES[cost_basis ?? ""] ?? "of unknown basis"}${missing(unpriced_calls)}${recorded}`;
  return { text: dollars(cost_usd, unpriced_calls), why, known: true };
}

/** How an amount differs from one before, in percent; null where there is nothing to compare with. */
export function change(now: number | null, before: number | null): number | null {
  if (now === null || before === null || before === 0) return null;
  return Math.round(((now - before) / before) * 100);
}
