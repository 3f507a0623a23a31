/** The ReplayDocument: a session for a viewer, and the Shared that a file carries. Events name each other by number. */
import type { Amounts, Money, Summary, Usage } from "./types";

export type ToolKind = "read" | "write" | "edit" | "search" | "shell" | "fetch" | "agent" | "skill" | "plan" | "ask" | "mcp" | "other";
export type Kind =
  | "session_start" | "session_title" | "session_end" | "user_prompt" | "assistant_response" | "thinking" | "llm_request" | "llm_response" | "tool_call"
  | "tool_result" | "usage_record" | "file_read" | "file_write" | "decision" | "permission_asked" | "permission_answered" | "interrupted" | "model_changed"
  | "compacted" | "blocked" | "error" | "attachment" | "command" | "linked" | "unknown";
export type How =
  | "result" | "retry" | "iteration" | "denial" | "read" | "path" | "prompt" | "answer" | "part" | "interruption" | "continuation" | "sub-agent"
  | "said" | "change";
/** How a step failed; empty: it did not. */
export type Fault = "" | "refused" | "hook" | "settings" | "denied" | "interrupted" | "timeout" | "exit" | "error" | "tests";
export type MarkerKind =
  | "prompt" | "failed" | "refused" | "error" | "retry" | "interruption" | "compaction" | "clear" | "model" | "commit" | "finding" | "note" | "blocked";

export interface Hunk {
  /** The file, where the diff names it. */
  path?: string;
  /** The line that it begins at, from 1; 0: the log does not tell. */
  old_start: number;
  new_start: number;
  /** Each with its mark: `+`, `-` or a blank. */
  lines: readonly string[];
}

export interface Because {
  event: string;
  how: How;
  path?: string;
}

export interface Question {
  text: string;
  options?: readonly string[];
}

/** What a part of the context came from; `tokens` is an estimate, `texts` 0 for what no log holds. */
export interface Share {
  what: string;
  tokens: number;
  texts: number;
}

/** One event. What a kind of event does not have is null, false, 0 or empty. */
export interface Moment {
  /** Its place in its session's log, from "1". */
  number: string;
  id: string;
  session: string;
  at: string | null;
  /** Seconds since the start of the session; negative for what was copied from before it. */
  offset_s: number | null;
  kind: Kind;
  tool: string | null;
  tool_kind: ToolKind | null;
  /** What a person would say happened: the command, the path, the reason. */
  title: string;
  /** What was said, given or returned: its beginning, with `tail` its end, of `size` characters. */
  text: string;
  tail: string;
  size: number;
  /** As the agent itself marked it. */
  failed: boolean;
  /** It really failed: by the mark, an exit code, or a known text of failure. */
  went_wrong: boolean;
  refused: boolean;
  interrupted: boolean;
  exit_code: number | null;
  run_s: number | null;
  retry: number | null;
  lines_added: number;
  lines_removed: number;
  patch: string;
  model: string | null;
  usage: Usage | null;
  cost_usd: Money;
  cost_basis: string | null;
  /** The sub-agent's session that a tool call started. */
  child: string | null;
  /** Off the main thread. */
  side: boolean;
  /** Copied from the session that this one was forked from: not counted. */
  inherited: boolean;
  depth: number;
  /** The ordinal of the prompt that it belongs to; 0: it came before the first. */
  prompt: number;
  hunks: readonly Hunk[];
  patch_size: number;
  /** The number of the result of a call; of the call of a result. */
  pair: string | null;
  wait_s: number | null;
  attempt: "" | "retry" | "iteration";
  /** The failed attempt that a retry or an iteration follows. */
  after: string | null;
  /** How a step failed, and the line of its output that says what was wrong: on its result. */
  fault: Fault;
  telling: string;
  /** Of a call that did not succeed: the next attempt at the same, how many followed, and the first that succeeded. */
  again: string | null;
  tries: number;
  mended: string | null;
  /** Where none did: the next attempt at the same goal in another way, and whether that one succeeded. */
  other: string | null;
  worked: boolean | null;
  /** What the agent said when a step had come back, before it called for anything else; what it called for next; else the next prompt. */
  spoke: string | null;
  then: string | null;
  prompted: string | null;
  /** What it led to, in the order of the log. */
  led: readonly Because[];
  background: boolean;
  questions: readonly Question[];
  /** The session's own calls so far, this one included: on model calls. */
  running_cost_usd: Money;
  /** Tokens in the context after this call of the main thread. */
  context: number | null;
  /** Of a compaction or a clear. */
  context_before: number | null;
  context_after: number | null;
  /** The agent's own figures of a compaction, where they are others. */
  context_told: string;
  fell_out: readonly Share[];
  /** The strongest first. */
  because: readonly Because[];
  /** A data URL, where images were asked for. */
  image: string;
}

/** Whether what an event began is still on. */
export type Going = "" | "runs" | "waits";

/** An event as it is sent: without what it does not have. */
export type Sent = Pick<Moment, "number" | "id" | "session" | "kind"> & Partial<Moment>;

const NOTHING: Omit<Moment, "number" | "id" | "session" | "kind"> = {
  at: null, offset_s: null, tool: null, tool_kind: null, title: "", text: "", tail: "", size: 0, failed: false, went_wrong: false, refused: false,
  interrupted: false, exit_code: null, run_s: null, retry: null, lines_added: 0, lines_removed: 0, patch: "", model: null, usage: null, cost_usd: null,
  cost_basis: null, child: null, side: false, inherited: false, depth: 0, prompt: 0, hunks: [], patch_size: 0, pair: null, wait_s: null, attempt: "",
  after: null, fault: "", telling: "", again: null, tries: 0, mended: null, other: null, worked: null, spoke: null, then: null, prompted: null, led: [], background: false, questions: [], running_cost_usd: null, context: null, context_before: null, context_after: null, context_told: "", fell_out: [],
  because: [], image: "",
};

/** An event with all that it may have. */
export function moment(sent: Sent): Moment {
  return { ...NOTHING, ...sent };
}

/** A step in the waterfall. */
export interface Span {
  event: string;
  kind: "tool" | "agent";
  /** Seconds since the session's start. */
  start_s: number;
  end_s: number;
  lane: number;
  wait_s?: number;
  failed?: boolean;
  child?: string;
}

/** A prompt with all that followed until the next one. */
export interface Asked extends Amounts {
  number: number;
  event: string;
  id: string;
  at: string | null;
  offset_s: number | null;
  text: string;
  tail: string;
  size: number;
  by: "person" | "program" | "parent";
  inherited: boolean;
  first_event: number;
  last_event: number;
  seconds: number | null;
  /** The event of the last answer. */
  answer: string | null;
  failed_steps: number;
  context_before: number | null;
  context_after: number | null;
  /** What the context grew from, by the scale of the shares at the end: estimated. They add up to its growth. */
  filled: readonly Share[];
}

/** What was done before the first prompt that counts here: with the prompts it is all that the session did. */
export interface Before extends Amounts {
  first_event: number;
  last_event: number;
  seconds: number | null;
  failed_steps: number;
}

export interface PhaseMark {
  number: number;
  label: string;
  why: string;
  first_event: number;
  last_event: number;
  from_s: number | null;
  to_s: number | null;
  failed: boolean;
  failed_event: number | null;
  end: string;
  cost_usd: Money;
}

export interface Marker {
  event: string;
  /** The event in whose row it stands, where that is another: of a result its call. */
  row?: string;
  kind: MarkerKind;
  at_s: number | null;
  label: string;
}

/** Another session that this one goes on from, was copied from, or began after, and what came of this one. */
export interface SessionLink {
  how: "resume" | "fork" | "clear" | "cleared" | "copy";
  session: string;
  event: string;
}

/** Something that was put into the context without being asked for: a memory file, a skill. */
export interface LoadedText {
  event: string;
  kind: string;
  text: string;
  size: number;
}

export interface Filling {
  event: number;
  at_s: number | null;
  tokens: number;
  limit: number | null;
  percent: number | null;
  model: string;
}

export interface ContextLine {
  limit: number | null;
  limit_from: "asked" | "recorded" | "known" | null;
  points: readonly Filling[];
  peak: Filling | null;
  shares: readonly Share[];
}

/** Calls that share every rate. */
export interface Line {
  session: string;
  day: string;
  model: string;
  speed: string;
  geo: string;
  tier: string;
  band: number;
  unlogged: boolean;
  calls: number | null;
  unpriced_calls: number;
  usage: Usage;
  rates: Record<string, string> | null;
  source: string;
  cost_usd: Money;
  cost_basis: string | null;
  recorded_usd: Money;
}

export interface PlanItem {
  text: string;
  /** The agent's own word: pending, in_progress, completed … */
  status: string;
  begun: number | null;
  done: number | null;
}

export interface WorkedOn {
  path: string;
  reads: number;
  writes: number;
  lines_added: number;
  lines_removed: number;
}

/** What a commit's repository tells of it today. */
export interface CommitFate {
  found: string;
  sha: string | null;
  became: string | null;
  branches: readonly string[];
  tags: readonly string[];
  into: string | null;
  reverted_by: string | null;
}

export interface CommitRow {
  sha: string | null;
  branch: string | null;
  subject: string | null;
  message: string | null;
  how: string;
  files: number | null;
  lines_added: number | null;
  lines_removed: number | null;
  fate: string;
  stands: boolean;
  counts: boolean;
  amends: string | null;
  directory: string | null;
  at: string | null;
  event: number;
  prompt: string | null;
  model: string | null;
  session: string;
  git: CommitFate | null;
}

export interface PullRow {
  url: string | null;
  number: number | null;
  repository: string | null;
  host: string | null;
  state: string | null;
  title: string | null;
  opened: boolean;
  updated: boolean;
  merged: boolean;
  at: string | null;
  session: string;
  today: { state: string; as_of: string | null } | null;
}

export interface TestRow {
  at: string | null;
  event: number;
  purpose: string;
  program: string;
  result: string;
  passed: number | null;
  failed: number | null;
  session: string;
}

export interface Produced {
  commits: readonly CommitRow[];
  pull_requests: readonly PullRow[];
  tests: readonly TestRow[];
  undone: readonly { event: number; how: string; paths: readonly string[]; lines_added: number; lines_removed: number; session: string }[];
  files: readonly string[];
  branch: string | null;
  lines_added: number;
  lines_removed: number;
  commit_lines_added: number | null;
  commit_lines_removed: number | null;
  standing: number;
  opened: number;
  updated: number;
  merged: number;
  productive: boolean | null;
  why: string;
  cost_usd: Money;
  cost_per_commit_usd: Money;
  cost_per_merged_usd: Money;
}

export interface Attribution {
  user: string | null;
  host: string | null;
  provider: string;
  branch: string | null;
  commit: string | null;
  cwd: string | null;
  processes: readonly string[];
}

export interface FoundHere {
  rule: string;
  kind: "waste" | "risk" | "info";
  session: string;
  summary: string;
  label: string;
  event: number | null;
  events: readonly number[];
  confidence: number;
  tokens: number;
  usd: Money;
  seconds: number;
  failed_steps: number;
  fix: string;
}

/** A note, a label or a bookmark, and the event that it is about; without one it is about the session. */
export interface Noted {
  annotation_id: string;
  session_id: string;
  event: string | null;
  event_id: string | null;
  kind: string | null;
  at: string | null;
  offset_s: number | null;
  missing: boolean;
  label: string;
  note: string;
  bookmark: boolean;
  author: string;
  created_at: string | null;
  foreign: boolean;
}

/** What is known of the session as a whole. */
export interface Head {
  session: Summary;
  chosen_by: string;
  children: readonly Summary[];
  classes: readonly Line[];
  by_model: readonly (Amounts & { key: string })[];
  context: ContextLine;
  /** Null where nothing was done before the first prompt. */
  before: Before | null;
  prompts: readonly Asked[];
  phases: readonly PhaseMark[];
  plan: readonly PlanItem[];
  files: readonly WorkedOn[];
  outcome: Produced | null;
  outcome_missing: string;
  attribution: Attribution;
  links: readonly SessionLink[];
  loaded: readonly LoadedText[];
  findings: readonly FoundHere[];
  waste_usd: Money;
  annotations: readonly Noted[];
  /** By their events. */
  markers: readonly Marker[];
  /** Of events that the head names, results: the call in whose row they are shown, and by whose number they are called. */
  rows: Readonly<Record<string, string>>;
  /** How many events there are of each kind. */
  kinds: Readonly<Record<string, number>>;
  /** Sub-agents whose log is gone. */
  unread: readonly string[];
  /** The command that resumes it; absent or null where there is none. */
  resume?: string | null;
  /** The path of its log. */
  log?: string | null;
}

/** A session, or a page of it. */
export interface ReplayDocument {
  format: "agent-trace-replay";
  version: number;
  session: string;
  agent: string;
  total: number;
  first: number | null;
  last: number | null;
  /** The number that the next page begins with. */
  next: number | null;
  /** Of the session's own calls before this page. */
  running_cost_usd: Money;
  head: Head | null;
  events: readonly Sent[];
  spans: readonly Span[];
}

/** What a shared file was let through. */
export interface Passage {
  tier: number;
  redacted: boolean;
  /** Kind → how many different values were masked. */
  masked: Readonly<Record<string, number>>;
  said: string;
  /** What of the session it holds, in words. */
  holds: string;
  images: boolean;
  raw: boolean;
  full: boolean;
}

/** The data of a shared file. */
export interface Shared {
  format: "agent-trace-share";
  version: number;
  made_by: string;
  /** The session that is shown first. */
  root: string;
  documents: readonly ReplayDocument[];
  /** Sub-agents that could not be read → why. */
  missing: Readonly<Record<string, string>>;
  passage: Passage;
  /** How its agents are shown where it was made. */
  agents?: readonly { name: string; title: string; colour: number; mark: string }[];
  /** Session → the lines of its log, where they were asked for. */
  raw: Readonly<Record<string, readonly string[]>>;
}
