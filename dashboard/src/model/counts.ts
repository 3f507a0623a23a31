/** Counts, tokens, sizes and shares in words. Unknown is `?`, never 0. */
import type { Usage } from "./types";

/** Made once: a number's own toLocaleString makes one for each number. */
const format = new Intl.NumberFormat("en-US");

/** `12,345`. */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? "?" : format.format(value);
}

/** `987`, `12.3 k`, `4.5 M`. */
export function short(value: number | null): string {
  if (value === null) return "?";
  const units = ["", " k", " M", " G"];
  let [size, unit] = [value, 0];
  while (size >= 999.5 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${unit && size < 99.95 ? size.toFixed(1) : Math.round(size)}${units[unit]}`;
}

/** All tokens that were sent and received; null where nothing is known. */
export function tokens(usage: Usage | null): number | null {
  if (usage === null) return null;
  const parts = [usage.input, usage.output, usage.cache_read, usage.cache_write_5m, usage.cache_write_1h];
  const known = parts.filter((part): part is number => part !== null);
  return known.length ? known.reduce((all, part) => all + part, 0) : null;
}

/** What the tokens are made of, one kind to a line. */
export function usageWords(usage: Usage | null): string {
  if (usage === null) return "the agent recorded no tokens";
  const rows: [string, number | null][] = [
    ["input", usage.input], ["output", usage.output], ["cache read", usage.cache_read],
    ["cache write 5 min", usage.cache_write_5m], ["cache write 1 h", usage.cache_write_1h],
  ];
  return rows.map(([name, value]) => `${name}: ${value === null ? "not recorded" : count(value)}`).join("\n");
}

/** `1.2 MB`. */
export function bytes(value: number | null): string {
  return value === null ? "?" : value < 1000 ? `${value} B` : `${short(value)}B`;
}

/** `75 %`; `?` of nothing. */
export function share(part: number, whole: number): string {
  if (whole === 0) return "?";
  const percent = (part / whole) * 100;
  return percent > 0 && percent < 0.5 ? "<1 %" : `${Math.round(percent)} %`;
}

/** `1 commit`, `2 commits`. */
export function many(value: number | null, one: string, more = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : more}`;
}
