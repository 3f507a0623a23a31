/** Instants and spans in words. Instants are ISO 8601 in UTC; they are shown in the zone of the page. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let zone: string | undefined;
/** Making one takes longer than all that it will write on a page. */
const formats = new Map<string, Intl.DateTimeFormat>();

function written(name: string, parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${name} ${zone ?? ""}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: zone });
  formats.set(key, format);
  return format;
}

/** The zone that times are shown in; undefined is the browser's own. */
export function showIn(name: string | undefined): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    zone = name;
  } catch {
    zone = undefined;
  }
}

/** `just now`, `4 min ago`, `3 h ago`, `yesterday`, `5 days ago`, then the date. */
export function ago(iso: string | null, now: number): string {
  if (iso === null) return "?";
  const seconds = Math.round((now - Date.parse(iso)) / 1000);
  if (Number.isNaN(seconds)) return "?";
  if (seconds < -MINUTE) return date(iso);
  if (seconds < 45) return "just now";
  if (seconds < HOUR) return `${Math.max(1, Math.round(seconds / MINUTE))} min ago`;
  if (seconds < 22 * HOUR) return `${Math.round(seconds / HOUR)} h ago`;
  const days = Math.round(seconds / DAY);
  if (days <= 1) return "yesterday";
  return days <= 6 ? `${days} days ago` : date(iso);
}

/** `21 Nov`, with the year where it is another one. */
export function date(iso: string): string {
  const then = new Date(iso);
  const parts: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", timeZone: zone };
  const sameYear = then.getUTCFullYear() === new Date().getUTCFullYear();
  return then.toLocaleDateString("en-GB", sameYear ? parts : { ...parts, year: "numeric" });
}

/** `Sat 21 Nov 2026, 05:24:16` and the zone. */
export function absolute(iso: string | null): string {
  if (iso === null || Number.isNaN(Date.parse(iso))) return "not recorded";
  return written("absolute", {
    weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short",
  }).format(new Date(iso));
}

/** `21 Nov 2026, 05:24` and the zone. */
export function dated(iso: string): string {
  if (Number.isNaN(Date.parse(iso))) return "not recorded";
  return written("dated", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" }).format(new Date(iso));
}

/** `05:24`. */
export function clock(iso: string | null): string {
  if (iso === null || Number.isNaN(Date.parse(iso))) return "?";
  return written("clock", { hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
}

/** `30 ms`, `0.3 s`, `42 s`, `4 min 10 s`, `2 h 05 min`, `3 d 4 h`; unknown is `?`. Briefly, `4 min` and `2.1 h`. */
export function span(seconds: number | null, brief = false): string {
  if (seconds === null) return "?";
  if (seconds > 0 && seconds < 0.095) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < MINUTE) return `${whole} s`;
  if (brief && whole < HOUR) return `${Math.round(whole / MINUTE)} min`;
  if (brief && whole < DAY) return `${(whole / HOUR).toFixed(1)} h`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min ${pad(whole % MINUTE)} s`;
  if (whole < DAY) return `${Math.floor(whole / HOUR)} h ${pad(Math.floor((whole % HOUR) / MINUTE))} min`;
  return `${Math.floor(whole / DAY)} d ${Math.floor((whole % DAY) / HOUR)} h`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}

/** `November` of a month key `2026-11`. */
export function monthName(key: string): string {
  const then = new Date(`${key}-15T12:00:00Z`);
  return Number.isNaN(then.getTime()) ? key : then.toLocaleDateString("en-GB", { month: "long", timeZone: "UTC" });
}

/** `Mon 16 Nov` of a day key `2026-11-16`. */
export function dayName(key: string): string {
  const then = new Date(`${key}T12:00:00Z`);
  if (Number.isNaN(then.getTime())) return key;
  return then.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
}

/** `Mon`. */
export function weekday(key: string): string {
  return dayName(key).split(" ")[0]?.replace(",", "") ?? key;
}

/** `0:42`, `12:05`, `1:02:09` since the session began. */
export function since(seconds: number | null): string {
  if (seconds === null) return "";
  const whole = Math.floor(Math.abs(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, String(whole % 60).padStart(2, "0")];
  return `${seconds < 0 ? "−" : ""}${hours ? `${hours}:${String(minutes).padStart(2, "0")}` : minutes}:${rest}`;
}
