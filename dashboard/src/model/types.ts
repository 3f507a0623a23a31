/** The JSON of the reports, as far as the pages read it. Money is a decimal string; unknown is null. */

export type Money = string | null;

export interface Usage {
  input: number | null;
  output: number | null;
  cache_read: number | null;
  cache_write_5m: number | null;
  cache_write_1h: number | null;
  reasoning: number | null;
  web_searches: number | null;
}

export interface Amounts {
  calls: number | null;
  tool_calls: number | null;
  errors: number | null;
  unpriced_calls: number;
  usage: Usage | null;
  cost_usd: Money;
  cost_basis: string | null;
  recorded_usd: Money;
}

export interface Summary {
  id: string;
  agent: string;
  /** Its log was rewritten, cut or deleted: what was read before is kept. */
  source_changed: boolean;
  parent: string | null;
  title: string | null;
  cwd: string | null;
  repo: string | null;
  branch: string | null;
  started: string | null;
  ended: string | null;
  duration_s: number | null;
  active_s: number | null;
  models: string[];
  prompts: number | null;
  commits: number | null;
  prs: number | null;
  lines_added: number | null;
  lines_removed: number | null;
  failed_steps: number | null;
  retries: number | null;
  waste_usd: Money;
  findings: number | null;
  state: string;
  productive: boolean | null;
  unread_lines: number;
  labels: string[];
  starred: boolean;
  hidden: boolean;
  partial: boolean;
  own: Amounts;
  subagents: Amounts;
  unlogged: Amounts | null;
  total: Amounts;
}

export interface Totals {
  own: Amounts;
  subagents: Amounts;
  unlogged: Amounts | null;
  total: Amounts;
}

export interface Facet {
  key: string | null;
  count: number;
}

export type FacetName = "agent" | "repo" | "branch" | "model" | "label" | "state";

export interface SessionPage {
  sessions: Summary[];
  count: number;
  offset: number;
  totals: Totals;
  previous: Totals | null;
  unpriced: string[];
  facets: Partial<Record<FacetName, Facet[]>>;
}

export interface Day {
  key: string;
  cost_usd: Money;
  unpriced_calls: number;
  sessions: number;
  prompts: number;
  tool_calls: number;
}

export interface Figures {
  sessions: number;
  prompts: number | null;
  tool_calls: number | null;
  commits: number | null;
  productive: { yes: number; no: number; unknown: number };
  cost_usd: Money;
  cost_basis: string | null;
  unpriced_calls: number;
}

export interface Overview extends Figures {
  previous: Figures | null;
  days: Day[];
}

export interface Prompt extends Amounts {
  event: number;
  at: string | null;
  text: string;
}

export interface TouchedFile {
  path: string;
  reads: number;
  writes: number;
  lines_added: number | null;
  lines_removed: number | null;
}

export interface Annotation {
  annotation_id: string;
  event: string | number | null;
  note: string | null;
  label: string | null;
  bookmark: boolean;
  at?: string | null;
}

export interface Shown extends Summary {
  prompt_list: Prompt[];
  by_model: (Amounts & { key: string })[];
  files: TouchedFile[];
  children: Summary[];
  annotations: Annotation[];
  missing: string;
}

export interface Commit {
  sha: string | null;
  branch: string | null;
  subject: string;
  lines_added: number | null;
  lines_removed: number | null;
  fate: string;
  stands: boolean;
  at: string | null;
  event: number | null;
}

export interface Outcome {
  commits: Commit[];
  pull_requests: { number?: number | null; url?: string | null; title?: string | null; state?: string | null; how?: string }[];
  tests: { at: string | null; event: number; program: string; result: string; passed: number | null; failed: number | null }[];
  undone: unknown[];
  files: string[];
  branch: string | null;
  lines_added: number | null;
  lines_removed: number | null;
  standing: number;
  productive: boolean | null;
  why: string;
  cost_usd: Money;
  cost_per_commit_usd: Money;
}

export interface Done {
  event: number;
  what: string;
  tool: string | null;
  text: string;
  failed: boolean;
  exit_code: number | null;
  kind: string;
  seconds: number | null;
}

export interface Phase extends Amounts {
  number: number;
  label: string;
  why: string;
  first_event: number;
  last_event: number;
  seconds: number | null;
  events: number;
  failed: boolean;
  end: string;
  read: string[];
  searched: number;
  changed: { path: string; lines_added: number | null; lines_removed: number | null }[];
  done: Done[];
  retries: number;
  waste_usd: Money;
}

export interface Explained {
  session: Summary;
  events: number;
  phases: Phase[];
  files_read: number;
  files_changed: number;
  retries: number;
  retry_s: number;
  iterations: number;
  failed_phases: number;
  failed_s: number;
  abandoned: string[];
  waste_usd: Money;
  ending: { last: string; event: number | null; text: string; commits: number; tests: string | null; edits_after_tests: boolean } | null;
}

export interface CostLine extends Amounts {
  session: string;
  day: string;
  model: string;
  speed: string;
  geo: string;
  tier: string;
  band: number;
  unlogged: boolean;
  usage: Usage;
  rates: Record<string, string> | null;
  source: string;
}

export interface SessionCost {
  id: string;
  title: string | null;
  lines: CostLine[];
  own: Amounts;
  subagents: Amounts;
  unlogged: Amounts | null;
  total: Amounts;
}

export interface Finding {
  rule: string;
  kind: string;
  session: string;
  summary: string;
  label: string;
  event: number | null;
  confidence: number;
  tokens: number | null;
  usd: Money;
  seconds: number | null;
  fix: string;
}

export interface Found {
  session: Summary;
  findings: Finding[];
  waste_usd: Money;
  total_waste_usd: Money;
  waste_tokens: number;
  waste_s: number;
  rules: string[];
}

export interface CostRow extends Amounts {
  key: string;
  unlogged: Amounts | null;
}

export interface CostReport {
  by: string;
  rows: CostRow[];
  totals: Totals;
  unpriced: string[];
}

export interface Hit {
  session: string;
  agent: string;
  title: string | null;
  cwd: string | null;
  number: number | string | null;
  event: string | null;
  at: string | null;
  kind: string;
  tool: string | null;
  path: string | null;
  failed: boolean;
  text: string;
}

export interface AgentRow {
  name: string;
  title: string;
  found: boolean;
  logs: number;
  sessions: number;
  subagents: number;
  last: string | null;
  versions: string[];
}

export interface Status {
  version: string;
  home: string;
  zone: string;
  tier: number | string;
  started: string;
  last_sync: string | null;
  syncing: boolean;
  due_bytes: number;
  running: Summary[];
  notices: unknown[];
}
