/** Every kind of event as a replay shows it, as real agents wrote them, and some that only few sessions have. */
import { useState } from "preact/hooks";
import type { Summary } from "../model/types";
import { moment, type ContextLine, type Line, type Moment, type Sent, type Span } from "../model/replay";
import { Block, CostByClass, Gauge, Waterfall, type Reach } from "../replay/blocks";
import samples from "./samples.json";

interface Sample {
  agent: string;
  of: Moment;
  pair?: Moment;
}

const DOT = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='240' height='120'%3E%3Crect width='240' height='120' fill='%230069a8'/%3E%3Ccircle cx='120' cy='60' r='36' fill='%23fcfcfa'/%3E%3C/svg%3E";
const E = "\x1b";

const ANSWER = `# What was wrong
The divisor was **never looked at**, so \`div(1, 0)\` raised. See [the manual](https://docs.python.org/3/library/exceptions.html) and [calc.py](src/calc.py).

1. The test asks for \`None\`
   - it says so in \`tests/test_calc.py\`
2. \`div\` gives it now

- [x] tests pass
- [ ] the README still has a *to do*

| file | added | removed |
|:--|--:|--:|
| \`src/calc.py\` | 1 | 1 |
| \`docs/div.md\` | 3 | 0 |

\`\`\`python
def div(a, b):
    """None where there is nothing to divide by."""
    return None if b == 0 else a / b  # 1
\`\`\`

> Tags stay text: <img src=x onerror=alert(1)>, and [this](javascript:alert(1)) leads nowhere.

![a picture from elsewhere](https://example.com/picture.png)`;

const COLOURS = `${E}[1mtests/test_calc.py${E}[0m ${E}[32m..${E}[31mF${E}[0m ${E}[38;5;208m[ 66%]${E}[0m ${E}[38;2;120;220;255m(true)${E}[0m
${E}[41;97m FAIL ${E}[0m ${E}[4mtest_div_zero${E}[0m ${E}[2mat line 11${E}[0m ${E}[7minverse${E}[0m ${E}[93myellow${E}[0m ${E}[9mstruck${E}[0m
downloading 10 %\rdownloading 55 %\rdownloading 100 %
${Array.from({ length: 30 }, (_, index) => `line ${index + 1}`).join("\n")}
${E}[31m1 failed${E}[0m, ${E}[32m2 passed${E}[0m`;

let next = 900;

function made(sent: Partial<Sent> & Pick<Sent, "kind">, result?: Partial<Sent>): Sample {
  next += 2;
  const of = { session: "made", id: `made-${next}`, number: String(next), ...sent, size: sent.size ?? sent.text?.length ?? 0 } as Sent;
  if (!result) return { agent: "made", of: moment(of) };
  const back = { session: "made", id: `made-${next + 1}`, number: String(next + 1), kind: "tool_result", tool: sent.tool, tool_kind: sent.tool_kind, ...result, size: result.size ?? result.text?.length ?? 0 } as Sent;
  return { agent: "made", of: moment({ ...of, pair: back.number }), pair: moment(back) };
}

function call(tool: string, tool_kind: Moment["tool_kind"], title: string, input: object, result?: Partial<Sent>): Sample {
  return made({ kind: "tool_call", tool, tool_kind, title, text: JSON.stringify(input) }, result);
}

const MADE: Sample[] = [
  made({ kind: "assistant_response", text: ANSWER }),
  made({ kind: "user_prompt", text: "Read this\n".repeat(50) }),
  call("Bash", "shell", "pytest -q", { command: "pytest -q", description: "Run the tests" }, { text: COLOURS, exit_code: 1, went_wrong: true, run_s: 12.4, wait_s: 3.2 }),
  call("Bash", "shell", "npm run dev", { command: "npm run dev", run_in_background: true }),
  call("Bash", "shell", "make all", { command: "make all" }, { text: `${"compiling something\n".repeat(60)}`, tail: "linking\nmake: *** [all] Error 2", size: 48_211, exit_code: 2, went_wrong: true, run_s: 74 }),
  call("Bash", "shell", "rm -rf build", { command: "rm -rf build" }, { text: "The person does not want that.", refused: true, wait_s: 12 }),
  call("Bash", "shell", "sleep 600", { command: "sleep 600" }, { text: "", interrupted: true, run_s: 31 }),
  call("apply_patch", "edit", "src/calc.py", { patch: "…" }, {
    text: "Done", lines_added: 6, lines_removed: 3, run_s: 0.02, patch_size: 640,
    hunks: [
      { path: "src/calc.py", old_start: 4, new_start: 4, lines: [" def add(a, b):", "-    return a + b", "+    return sum((a, b))", " ", " def div(a, b):", "-    return a / b", "+    return None if b == 0 else a / b", " "] },
      { path: "src/calc.py", old_start: 18, new_start: 18, lines: ["     raise ValueError(op)", "+", "+", "+def mul(a, b):", "+    return a * b"] },
      { path: "README.md", old_start: 3, new_start: 3, lines: ["-A demo repository. TODO: document `div`.", "+A demo repository. `div` returns `None` for a zero divisor."] },
    ],
  }),
  call("WebFetch", "fetch", "https://example.com/page", { url: "https://example.com/page", prompt: "What does it say?" }, { text: "## It says\n\n* one\n* two", run_s: 1.4 }),
  call("Skill", "skill", "pdf", { skill: "pdf", args: "report.pdf" }, { text: "Launching skill: pdf" }),
  call("AskUserQuestion", "ask", "Which one?", {}, { text: "Your questions have been answered: \"Which one?\"=\"Blue\", \"And why?\"=\"because of the sea\"." }),
  call("mcp__issues__search", "mcp", "", { query: "division", open: true, labels: ["bug", "maths"], page: { size: 20, after: null }, body: "first line\nsecond line" }, { text: '{"total":2,"issues":[{"number":12,"title":"div by zero"},{"number":15,"title":"mul is missing"}]}', run_s: 0.41 }),
  call("update_plan", "plan", "", { plan: [{ step: "Read the source", status: "completed" }, { step: "Mend div", status: "in_progress" }, { step: "Write it down", status: "pending" }, { step: "Rewrite all", status: "cancelled" }] }, { text: "ok" }),
  made({ kind: "attachment", title: "image", text: "screen.png" }),
  made({ kind: "blocked", tool: "Bash", title: "outside of what it may write" }),
  made({ kind: "permission_asked", tool: "Bash" }),
  made({ kind: "thinking", text: "The tests fail because of one line.\n\nI should look at **both** files first." }),
];
const ASKED = MADE.find((one) => one.of.tool_kind === "ask");
if (ASKED) ASKED.of = { ...ASKED.of, questions: [{ text: "Which one?", options: ["Red", "Blue", "Blueish"] }, { text: "And why?" }] };

const REAL = (samples.rows as { agent: string; of: Sent; pair?: Sent }[]).map(({ agent, of, pair }): Sample => ({ agent, of: moment(of), ...(pair ? { pair: moment(pair) } : {}) }));

const REACH: Reach = {
  event: () => undefined,
  image: (of) => (of.text === "screen.png" ? DOT : null),
  raw: () => Promise.resolve(null),
  whole: (of) => Promise.resolve(of.size === 48_211 ? { ...of, text: "compiling something\n".repeat(2400), tail: "" } : null),
  open: () => undefined,
  canOpen: () => true,
  child: (session) => (session.includes("agent-a8936251ceec1d63b") ? (samples.child as Summary) : undefined),
  by: (of) => (of.session === "made" ? "person" : "program"),
  findings: (of) => (of.title === "make all" ? [{ rule: "RETRY_LOOP", kind: "waste", session: "made", summary: "the same command failed four times", label: "", event: 1, events: [1], confidence: 0.9, tokens: 1200, usd: "0.42", seconds: 3, failed_steps: 4, fix: "Read the first error before running it again." }] : []),
};

export function Blocks() {
  const [open, setOpen] = useState(false);
  const [beside, setBeside] = useState(true);
  const [from, to] = [Math.min(...samples.spans.map((one) => one.start_s)), Math.max(...samples.spans.map((one) => one.end_s))];
  return (
    <>
      <p class="samples"><label><input type="checkbox" checked={open} onChange={() => setOpen(!open)} /> open</label><label><input type="checkbox" checked={beside} onChange={() => setBeside(!beside)} /> side by side</label></p>
      <section><h2>Waterfall</h2><Waterfall spans={samples.spans as Span[]} from={from} to={to} onPick={() => undefined} /></section>
      <section><h2>Context</h2><Gauge line={samples.context as ContextLine} at={78} /></section>
      <section><h2>Cost by class</h2><CostByClass lines={samples.classes as Line[]} /></section>
      <section><h2>Events</h2></section>
      {[...MADE, ...REAL].map(({ agent, of, pair }, index) => (
        <div key={`${index} ${of.number}`} class="moment" data-kind={of.kind} data-tool={of.tool_kind ?? ""}>
          <div class="gutter"><span class="event">{of.number}</span><span>{agent}</span></div>
          <div class="body"><Block of={of} {...(pair ? { pair } : {})} reach={REACH} sideBySide={beside} open={open} /></div>
        </div>
      ))}
    </>
  );
}
