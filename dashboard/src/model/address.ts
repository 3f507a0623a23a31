/** The state of a page as its address has it: every filter and sort, so that an address can be shared and gone back to. */

/** The filters of the API's selection and of the sessions table. `range` is a word of RANGES, or custom by since/until. */
export const FILTERS = [
  "agent", "repo", "branch", "model", "label", "state", "project", "q", "min_cost", "max_cost", "productive", "hidden", "starred", "since", "until",
] as const;
export type FilterName = (typeof FILTERS)[number];

/** Filters that may hold several values. */
const MANY = new Set<FilterName>(["agent", "label"]);

export const RANGES: readonly { key: string; name: string; words: string }[] = [
  { key: "today", name: "Today", words: "today" },
  { key: "7d", name: "7 days", words: "the last 7 days" },
  { key: "30d", name: "30 days", words: "the last 30 days" },
  { key: "this-month", name: "Month", words: "this month" },
  { key: "all", name: "All", words: "all time" },
];
export const DEFAULT_RANGE = "7d";

export type State = Partial<Record<FilterName | "sort" | "order", string>>;

/** The state that an address's query holds; what it does not know is left out. */
export function read(search: string): State {
  const given = new URLSearchParams(search);
  const state: State = {};
  for (const name of [...FILTERS, "sort", "order"] as const) {
    const values = given.getAll(name).flatMap((value) => (MANY.has(name as FilterName) ? value.split(",") : [value]));
    const kept = [...new Set(values.map((value) => value.trim()).filter(Boolean))];
    if (kept.length) state[name] = MANY.has(name as FilterName) ? kept.sort().join(",") : kept[0]!;
  }
  return state;
}

/** The query of a state: the same state always gives the same query; empty without anything. */
export function write(state: State): string {
  const given = new URLSearchParams();
  for (const name of [...FILTERS, "sort", "order"] as const) if (state[name]) given.set(name, state[name]);
  const text = given.toString().replaceAll("%2C", ",");
  return text ? `?${text}` : "";
}

/** The state with one thing changed; null takes it away. */
export function changed(state: State, name: keyof State, value: string | null): State {
  const next = { ...state };
  if (value === null || value === "") delete next[name];
  else next[name] = value;
  return next;
}

/** The state with one value of a filter of several put in or taken out. */
export function toggled(state: State, name: FilterName, value: string): State {
  if (!MANY.has(name)) return changed(state, name, state[name] === value ? null : value);
  const values = new Set((state[name] ?? "").split(",").filter(Boolean));
  if (!values.delete(value)) values.add(value);
  return changed(state, name, [...values].sort().join(","));
}

/** Whether a value of a filter is chosen. */
export function has(state: State, name: FilterName, value: string): boolean {
  return (state[name] ?? "").split(MANY.has(name) ? "," : "\0").includes(value);
}

/** What the API is asked with: without a time the range that a page has at first, `all` none. */
export function asked(state: State, first = DEFAULT_RANGE): Record<string, string> {
  const { since = first, ...rest } = state;
  const times = state.until && !state.since ? {} : since === "all" ? {} : { since };
  return { ...rest, ...times } as Record<string, string>;
}

/** The part of a state that selects sessions on every page. */
export function selection(state: State, first = DEFAULT_RANGE): Record<string, string> {
  const all = asked(state, first);
  const names = ["agent", "since", "until", "repo", "project", "model", "branch", "label"];
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

/** How many filters are set, the time and the sort apart. */
export function narrowed(state: State): number {
  return FILTERS.filter((name) => name !== "since" && name !== "until" && state[name]).length;
}

/** How a state's time is called. */
export function rangeWords(state: State, first = DEFAULT_RANGE): string {
  const { since = state.until ? "" : first, until } = state;
  const known = RANGES.find((range) => range.key === since);
  if (known && !until) return known.words;
  if (since && since === until) return since;
  return [since && `since ${since}`, until && `until ${until}`].filter(Boolean).join(" ");
}
