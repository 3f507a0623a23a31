import { describe, expect, it } from "vitest";
import { moment, type ContextLine, type Line, type Moment, type Span } from "../src/model/replay";
import { asked, patched } from "../src/replay/blocks/asked";
import { product, rest } from "../src/replay/blocks/classes";
import { overlay } from "../src/replay/blocks/diff";
import { filledAt, neighbour, scale } from "../src/replay/blocks/drawings";
import { briefly } from "../src/replay/blocks/fields";
import { planOf, progress } from "../src/replay/blocks/plans";
import { given } from "../src/replay/blocks/read/given";
import { numbered } from "../src/replay/blocks/shown";
import { aboutOf, mcpName, verbOf } from "../src/replay/blocks/verbs";
import { called } from "../src/replay/kinds";
import { fellOut } from "../src/replay/blocks/turns";
import { command, ended, entryOf, missing, textOf, took, whole } from "../src/replay/blocks/words";
import samples from "../src/pages/samples.json";

function made(more: Partial<Moment>): Moment {
  return { ...moment({ number: "1", id: "a", session: "s", kind: "tool_call" }), ...more };
}

describe("what is said of an event", () => {
  it("says how much of a text is missing, and nothing of a text that is told in other words", () => {
    const head = "x".repeat(1536);
    expect(missing(made({ text: head, tail: "y".repeat(511), size: 5000 }))).toBe(5000 - 2047);
    expect(missing(made({ text: "/home/dev/demo", size: 444 }))).toBe(0);
    expect(missing(made({ text: "😀".repeat(800), size: 800 }))).toBe(0);
    expect(whole(made({ text: head, tail: "end", size: 2539 }))).toBe(`${head}\n… 1,000 characters …\nend`);
  });

  it("tells failures from refusals, interruptions and exit codes that mean none", () => {
    const words = (result: Partial<Moment>) => ended(made({}), made({ kind: "tool_result", ...result })).map((one) => one.text).join();
    expect([words({}), words({ went_wrong: true, exit_code: 3 }), words({ went_wrong: true }), words({ refused: true }), words({ interrupted: true }), words({ exit_code: 1 }), words({ failed: true })]).toEqual(["", "✕ exit 3", "✕ failed", "✕ refused", "✕ interrupted", "exit 1", "marked as failed"]);
    expect(ended(made({}), undefined)[0]?.text).toBe("no result");
    expect(ended(made({ background: true }), undefined)[0]?.text).toBe("no result yet");
  });

  it("finds in a table only what was put there", () => {
    expect([entryOf({ a: 1 }, "a"), entryOf({ a: 1 }, "constructor"), entryOf({}, "")]).toEqual([1, undefined, undefined]);
  });

  it("says how much fell out together, where its parts make what the context lost", () => {
    const [one, two] = [{ what: "results of Read", tokens: 120, texts: 2 }, { what: "came in its place", tokens: -20, texts: 1 }];
    expect(fellOut({ context_before: 300, context_after: 200, fell_out: [one, two] })).toBe("What fell out of the context: 100 tokens together, each part estimated");
    expect(fellOut({ context_before: 300, context_after: null, fell_out: [one] })).toBe("What fell out of the context: tokens, estimated");
  });

  it("says what took time", () => {
    const told = took(made({ attempt: "retry", after: "34", background: true }), made({ run_s: 12.4, wait_s: 3.2 })).map((one) => one.text);
    expect(told).toEqual(["retry of 34", "in the background", "waited 3.2 s", "12 s"]);
    expect(took(made({}), made({ run_s: 0.001, wait_s: 0 }))).toEqual([]);
  });

  it("gives a step as a text: the command, what it wrote without its colours, the diff", () => {
    const call = made({ tool_kind: "shell", title: "ls", text: '{"command":["ls","-a"]}' });
    expect(command(call)).toBe("ls -a");
    expect(textOf(call, made({ kind: "tool_result", text: "\x1b[31ma\x1b[0m\nb", size: 12 }))).toBe("$ ls -a\na\nb");
    const hunks = [{ path: "a.py", old_start: 1, new_start: 1, lines: ["-a", "+b"] }];
    expect(textOf(made({ tool_kind: "edit", title: "a.py", text: "{}" }), made({ hunks, text: "done" }))).toBe("a.py\n--- a.py\n+++ a.py\n@@ -1 +1 @@\n-a\n+b");
  });
});

describe("what a step was asked for", () => {
  const hunks = (text: string) => asked(given(text)?.value ?? null, text, "a.py").map((one) => [one.path, ...one.lines].join("|"));

  it("is a change in the words of any agent", () => {
    expect(hunks('{"old_string":"a\\nb","new_string":"c"}')).toEqual(["|-a|-b|+c"]);
    expect(hunks('{"edits":[{"oldText":"x","newText":"y\\nz"}]}')).toEqual(["|-x|+y|+z"]);
    expect(hunks("*** Begin Patch\n*** Update File: src/b.py\n@@ def f():\n-old\n+new\n*** Add File: c.md\n+one\n*** End Patch")).toEqual(["src/b.py|-old|+new", "c.md|+one"]);
    expect(hunks('{"command":["apply_patch","*** Begin Patch\\n*** Update File: b.py\\n@@\\n-old\\n+new\\n*** End Patch"]}')).toEqual(["b.py|-old|+new"]);
    expect(hunks('{"path":"a.py","diff":"<<<<<<< SEARCH\\n:start_line:10\\n-------\\nold\\n=======\\nnew\\n>>>>>>> REPLACE"}')).toEqual(["a.py|-old|+new"]);
    expect(hunks('{"file_path":"a.py","content":"x\\ny\\n"}')).toEqual(["|+x|+y"]);
    expect(hunks('{"why":"nothing"}')).toEqual([]);
    expect(patched("--- a/x.py\n+++ b/x.py\n@@ -3,2 +4,2 @@\n-a\n+b")).toEqual([{ path: "x.py", old_start: 3, new_start: 4, lines: ["-a", "+b"] }]);
  });

  it("is nothing, and takes no longer than its text, where it is no change", () => {
    const texts = ["<<<<<<< SEARCH\n".repeat(20_000), "=======\n".repeat(20_000), "@@\n".repeat(20_000), "*** Begin Patch\n".repeat(10_000), "+++ b\n".repeat(20_000)];
    for (const text of texts) expect(asked(null, text, "a.py")).toEqual([]);
    expect(planOf({ plan: "\n".repeat(100_000) })).toEqual([]);
    expect(numbered("1\n".repeat(50_000))).toBeNull();
  });

  it("is a server and its tool", () => {
    expect(["mcp__a_b__c__d", "demo.echo", "demo/echo", "echo"].map((tool) => mcpName(tool))).toEqual([["a_b", "c__d"], ["demo", "echo"], ["demo", "echo"], ["", "echo"]]);
    expect([mcpName("demo-echo", "echo"), mcpName("echo", "echo"), mcpName("demoecho", "echo")]).toEqual([["demo", "echo"], ["", "echo"], ["", "demoecho"]]);
  });

  it("is a plan, with states in any words", () => {
    expect(planOf({ todos: [{ content: "a", status: "completed" }, { content: "b", status: "in_progress" }, { text: "c" }] }).map((one) => [one.text, one.state])).toEqual([["a", "done"], ["b", "active"], ["c", "open"]]);
    expect(planOf({ plan: "- [x] a\n- [ ] b\n- [~] c" }).map((one) => one.state)).toEqual(["done", "open", "active"]);
    expect([planOf({}), planOf(null), planOf("x"), planOf({ todos: [1, null, {}] })]).toEqual([[], [], [], []]);
    expect(progress("whatever")).toBe("unknown");
  });

  it("is told in a line", () => {
    expect(briefly({ a: "b\nc", d: [1, 2], e: { f: 1 }, g: null })).toBe("a: b c  d: [2]  e: {…}  g: null");
    expect(briefly("x".repeat(500), 20)).toBe(`${"x".repeat(20)}…`);
  });
});

describe("what an event is called", () => {
  const tool = (kind: string, more: Partial<Moment> = {}) => made({ tool_kind: kind as Moment["tool_kind"], ...more });

  it("is the list's word", () => {
    const kinds = ["shell", "edit", "write", "read", "search", "fetch", "mcp", "agent", "plan", "ask", "skill", "other"];
    expect(kinds.map((kind) => verbOf(tool(kind)))).toEqual(["Ran", "Edited", "Wrote", "Read", "Searched", "Web search", "MCP", "Sub-agent", "Plan", "Asked", "Skill", "Called"]);
    expect(verbOf(tool("fetch", { text: '{"url": "https://example.com"}' }))).toBe("Fetched");
    const said = (kind: Moment["kind"], title = "") => verbOf(made({ kind, title }));
    expect([said("user_prompt"), said("user_prompt", "task"), said("assistant_response"), said("command", "/compact"), said("command", "!"), said("attachment", "memory"), said("attachment", "queued prompt"), said("compacted"), said("session_start")]).toEqual(["Prompt", "Task", "Answer", "Command", "Typed", "Memory", "Prompt", "Compacted", "Began"]);
  });

  it("says what it was about, a tool by its name where the word does not tell it", () => {
    expect(aboutOf(tool("shell", { tool: "Bash", title: "ls" }))).toBe("ls");
    expect(aboutOf(moment({ number: "1", id: "i", session: "s", kind: "tool_call", tool: "TodoWrite", tool_kind: "plan", text: JSON.stringify({ todos: [{ content: "Fix div", status: "completed" }] }) }))).toBe("1 item: Fix div");
    expect(aboutOf(tool("mcp", { tool: "mcp__demo__always_fails", title: "{}" }))).toBe("demo › always_fails");
    expect(aboutOf(tool("mcp", { tool: "demo_echo", title: "echo" }))).toBe("demo › echo");
    expect(aboutOf(tool("mcp", { tool: "mcp__demo__echo", title: '{"text": "hello"}' }))).toBe("demo › echo text: hello");
    expect(called(tool("read", { title: "/home/dev/demo/src/calc.py" }), "/home/dev/demo/")).toBe("Read src/calc.py");
    expect(aboutOf(tool("other", { tool: "complete_task", title: "done: yes" }))).toBe("complete_task done: yes");
    expect(aboutOf(made({ kind: "user_prompt", title: "task", text: "List it" }))).toBe("List it");
  });
});

describe("texts with numbers and marks", () => {
  it("lose the numbers that they were given for the agent", () => {
    expect(numbered("1\ta\n2\t\n3\tb\n")).toEqual({ from: 1, text: "a\n\nb", rest: "" });
    expect(numbered("    10→a\n    11→b\n\nA hint.")).toEqual({ from: 10, text: "a\nb", rest: "A hint." });
    expect([numbered("1\ta\n5\tb\n9\tc"), numbered("plain\ntext"), numbered("1\ta"), numbered("")]).toEqual([null, null, null, null]);
  });

  it("carry colours and marks over each other", () => {
    const found = overlay([{ kind: "word", text: "return" }, { kind: "", text: " a + b" }], [[3, 8], [9, 10]]);
    expect(found.map((one) => `${one.marked ? "!" : ""}${one.text}`)).toEqual(["ret", "!urn", "! a", " ", "!+", " b"]);
    expect(found.map((one) => one.text).join("")).toBe("return a + b");
  });
});

describe("drawings", () => {
  it("have a scale of round numbers", () => {
    expect([200_000, 33_000, 1_048_576, 7].map(scale)).toEqual([[0, 50_000, 100_000, 150_000, 200_000], [0, 10_000, 20_000, 30_000], [0, 500_000, 1_000_000], [0, 2, 4, 6]]);
  });

  const spans = samples.spans as Span[];

  it("go from step to step by the arrow keys", () => {
    expect([neighbour(spans, 0, "ArrowLeft"), neighbour(spans, 0, "ArrowRight"), neighbour(spans, 3, "Home"), neighbour(spans, 0, "End")]).toEqual([0, 1, 0, spans.length - 1]);
    const below = neighbour(spans, 1, "ArrowDown");
    expect(spans[below]?.lane).toBe((spans[1]?.lane ?? 0) + 1);
    expect(neighbour(spans, 0, "ArrowUp")).toBe(0);
  });

  it("hold what the context was until the next call", () => {
    const { points } = samples.context as ContextLine;
    expect(filledAt(points, 0)).toBeNull();
    expect(filledAt(points, points[1]!.event - 1)).toBe(points[0]);
    expect(filledAt(points, 1e9)).toBe(points.at(-1));
  });

  it("multiply tokens by their price exactly, and lose nothing of the cost", () => {
    expect([product(1_000_000, "3.000000"), product(1, "0.30"), product(null, "3"), product(3, undefined)]).toEqual(["3.000000000000", "0.000000300000", null, null]);
    for (const line of samples.classes as Line[]) expect(rest(line)).toBeNull();
    const [line] = samples.classes as Line[];
    expect(rest({ ...line!, cost_usd: String(Number(line!.cost_usd) + 0.01) })).toMatch(/^0\.0(?:1|09999)/);
  });
});
