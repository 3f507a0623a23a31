import { describe, expect, it } from "vitest";
import { type Head, type Kind, type Marker, moment, type Moment, type ReplayDocument, type Sent } from "../src/model/replay";
import { Axis, LONGEST, pointsOf } from "../src/replay/axis";
import { chainTo } from "../src/replay/chain";
import { Desk } from "../src/replay/desk";
import { cached, edited, planDone, web } from "../src/replay/facts";
import { places } from "../src/replay/found";
import { cameRight, failedIn, faultWords, followers, named, sequelWords } from "../src/replay/sequel";
import { Heights } from "../src/replay/heights";
import { called, failing, signOf, FIRST, groupOf, holds, isFirst, passes } from "../src/replay/kinds";
import { bring, printed } from "../src/replay/paper";
import { growth, promptAt } from "../src/replay/prompts";
import { since } from "../src/model/times";
import { inEditor, textOf } from "../src/replay/row";
import { anchor, anchored, filed, type Source, unpacked } from "../src/replay/source";
import { PAGE, Tape } from "../src/replay/tape";
import css from "../src/style/replay.css?raw";
import file from "../src/style/file.css?raw";

const of = (number: number, kind: Kind, more: Partial<Moment> = {}): Sent => ({ number: String(number), id: `id${number}`, session: "s", kind, ...more });

const HEAD = { prompts: [], phases: [], markers: [], annotations: [], context: { points: [] } } as unknown as Head;

function page(events: Sent[], first: number | null, more: Partial<ReplayDocument> = {}): ReplayDocument {
  return { format: "agent-trace-replay", version: 1, session: "s", agent: "a", total: 1000, first, last: first, next: null, running_cost_usd: null, head: HEAD, events, spans: [], ...more };
}

/** A tape of a thousand answers, of which every third has a price, and a record of what was asked for. */
function long(total = 1000): { tape: Tape; asked: number[] } {
  const asked: number[] = [];
  const made = (number: number) => of(number, number % 3 ? "assistant_response" : "llm_response", { text: `text ${number}`, ...(number % 3 ? {} : { running_cost_usd: `0.${number}` }) });
  const feed = {
    head: async () => page([], null, { total }),
    page: async (first: number, limit: number) => {
      asked.push(first);
      return page(Array.from({ length: Math.min(limit, total - first + 1) }, (_, index) => made(first + index)), first, { total, running_cost_usd: first === 1 ? null : "0.5" });
    },
  };
  return { tape: new Tape("s", feed), asked };
}

describe("heights", () => {
  it("find the row at a height and the height of a row, whatever changes", () => {
    const heights = new Heights();
    const plain = Array.from({ length: 137 }, (_, index) => (index % 5 ? 10 + (index % 7) : 0));
    heights.fill(plain.length, (row) => plain[row - 1]!);
    for (const [row, height] of [[3, 99], [137, 1], [1, 5], [64, 0]] as const) {
      expect(heights.put(row, height)).toBe(height - plain[row - 1]!);
      plain[row - 1] = height;
    }
    const top = (row: number) => plain.slice(0, row - 1).reduce((sum, one) => sum + one, 0);
    for (let row = 1; row <= plain.length + 1; row += 1) expect(heights.top(row)).toBe(top(row));
    expect(heights.whole).toBe(top(138));
    for (let y = 0; y < heights.whole; y += 3) {
      const row = heights.at(y);
      expect(heights.top(row) <= y && y < heights.top(row) + heights.height(row)).toBe(true);
    }
    expect([heights.at(-5), heights.at(1e9), heights.put(0, 1), heights.put(999, 1)]).toEqual([1, 137, 0, 0]);
  });

  it("of nothing are nothing", () => {
    const heights = new Heights();
    heights.fill(0, () => 9);
    expect([heights.whole, heights.top(5), heights.height(1), heights.count]).toEqual([0, 0, 0, 0]);
  });
});

describe("the axis", () => {
  it("shortens pauses and finds events again", () => {
    const axis = new Axis([{ event: 1, at: 0 }, { event: 2, at: 3600 }, { event: 3, at: 3601 }], 3);
    expect([axis.place(2), axis.place(3), axis.length]).toEqual([LONGEST, LONGEST + 1, LONGEST + 1]);
    expect([1, 2, 3].map((event) => axis.event(axis.place(event)))).toEqual([1, 2, 3]);
    expect(axis.seconds(axis.place(2))).toBe(3600);
    expect([axis.event(-1), axis.event(99)]).toEqual([1, 3]);
  });

  it("stands without any time, and never goes back", () => {
    const none = new Axis([], 10);
    expect([none.timed, none.event(none.length), none.event(0)]).toEqual([false, 10, 1]);
    const back = new Axis([{ event: 1, at: 50 }, { event: 2, at: 10 }, { event: 5, at: -3 }], 6);
    const places = [1, 2, 3, 4, 5, 6].map((event) => back.place(event));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(new Axis([], 0).event(5)).toBe(1);
    expect(new Axis([{ event: 1, at: 0 }], 1).length).toBe(1);
  });

  it("is made of what the head tells", () => {
    const head = { ...HEAD, prompts: [{ first_event: 1, offset_s: 0 }], phases: [{ first_event: 1, last_event: 9, from_s: null, to_s: 4 }], markers: [{ event: "4", at_s: 2 }, { event: "4/2", at_s: 2 }] };
    expect(pointsOf(head as unknown as Head)).toEqual([{ event: 1, at: 0 }, { event: 9, at: 4 }, { event: 4, at: 2 }]);
  });
});

describe("kinds", () => {
  const call = moment(of(1, "tool_call", { tool: "Bash", tool_kind: "shell", title: "ls", pair: "2" }));
  const result = moment(of(2, "tool_result", { tool_kind: "shell", pair: "1", went_wrong: true, text: "No such FILE" }));

  it("tell a step from what stands in its row", () => {
    expect([groupOf(call), groupOf(moment(of(3, "compacted"))), groupOf(moment(of(4, "session_end")))]).toEqual(["shell", "context", "rest"]);
    expect([passes(call, result, FIRST), passes(result, call, FIRST), passes(moment(of(5, "llm_response")), undefined, FIRST)]).toEqual([true, false, false]);
    expect(passes(moment({ ...result, pair: null }), undefined, FIRST)).toBe(true);
  });

  it("keep what says nothing of its own out of sight", () => {
    const note = (title: string, text: string) => groupOf(moment(of(5, "attachment", { title, text })));
    expect([note("hook", "PostToolUse:Read"), note("task reminder", "Run tests again"), note("hook", "Stop: make (16 ms)"), note("hook", "Pre\nsaid"), note("memory", "CLAUDE.md")]).toEqual(["rest", "rest", "context", "context", "context"]);
    expect(["\n\n", "Done."].map((text) => groupOf(moment(of(6, "assistant_response", { text }))))).toEqual(["rest", "answers"]);
  });

  it("gives failed steps a sign, other things that went wrong another, and what the agent sent again none", () => {
    const made = (more: Partial<Moment>) => ({ ...moment(of(1, "error")), ...more });
    expect([made({ retry: null }), made({ retry: 1 })].map((one) => [failing(one), signOf(one, undefined)])).toEqual([[true, "!"], [false, ""]]);
    const [call, result] = [moment(of(2, "tool_call")), moment(of(3, "tool_result"))];
    expect([{ ...result, went_wrong: true }, { ...result, refused: true }, result].map((one) => signOf(call, one))).toEqual(["✕", "!", ""]);
  });

  it("keep what failed, and the conversation", () => {
    expect([passes(call, result, { ...FIRST, failed: true }), passes(call, undefined, { ...FIRST, failed: true })]).toEqual([true, false]);
    const talk = { ...FIRST, talk: true };
    expect([passes(moment(of(6, "user_prompt")), undefined, talk), passes(call, result, talk), passes(moment(of(7, "tool_call", { tool_kind: "ask" })), undefined, talk)]).toEqual([true, false, true]);
    expect([isFirst(FIRST), isFirst(talk), failing(undefined), failing(result)]).toEqual([true, false, false, true]);
  });

  it("say and find what an event holds", () => {
    expect([called(call), called(moment(of(8, "interrupted")))]).toEqual(["Ran ls", "Stopped"]);
    expect([holds(result, "such file"), holds(call, "nothing")]).toEqual([true, false]);
    expect(holds(moment(of(9, "tool_result", { hunks: [{ old_start: 1, new_start: 1, lines: ["+Added"] }] })), "added")).toBe(true);
  });
});

describe("a tape", () => {
  it("asks for what is looked at, once", async () => {
    const { tape, asked } = long();
    await tape.open();
    await Promise.all([tape.load(290, 310), tape.load(301, 302)]);
    expect(asked).toEqual([1, PAGE + 1]);
    expect([tape.total, tape.here, tape.complete, tape.at(400)?.number, tape.at(900)]).toEqual([1000, 600, false, "400", undefined]);
    await tape.all();
    expect([asked.length, tape.complete]).toEqual([4, true]);
  });

  it("knows what it cost so far", async () => {
    const { tape } = long();
    await tape.open();
    expect(tape.costAt(5)).toBe(undefined);
    await tape.load(1, 400);
    expect([tape.costAt(2), tape.costAt(3), tape.costAt(5), tape.costAt(301), tape.costAt(303)]).toEqual([null, "0.3", "0.3", "0.5", "0.303"]);
  });

  it("asks for its last page again where it grew", async () => {
    let total = 10;
    const asked: number[] = [];
    const tape = new Tape("s", {
      head: async () => page([], null, { total }),
      page: async (first) => (asked.push(first), page(Array.from({ length: total }, (_, index) => of(index + 1, "thinking")), first, { total })),
    });
    await tape.open();
    await tape.load(1, 10);
    await tape.open();
    await tape.load(1, 10);
    expect(asked).toEqual([1]);
    total = 12;
    await tape.open();
    await tape.load(1, 12);
    expect([asked, tape.here]).toEqual([[1, 1], 12]);
  });

  it("asks again for an event that something may have followed since", async () => {
    let total = 700;
    const asked: number[] = [];
    const tape = new Tape("s", {
      head: async () => page([], null, { total }),
      page: async (first) => (asked.push(first), page([of(first, "tool_call", { again: String(total) })], first, { total })),
    });
    await tape.open();
    await tape.renew(1);
    await tape.renew(1);
    expect([asked, tape.at(1)?.again]).toEqual([[1], "700"]);
    total = 900;
    await tape.open();
    await tape.load(1, 1);
    expect([asked, tape.at(1)?.again]).toEqual([[1], "700"]);
    await tape.renew(1);
    expect([asked, tape.at(1)?.again]).toEqual([[1, 1], "900"]);
  });

  it("brings what is in sight and its end with the head where it went on, and the rest when it is looked at", async () => {
    let [total, said] = [700, "before"];
    const asked: number[] = [];
    const tape = new Tape("s", {
      head: async () => page([], null, { total }),
      page: async (first) => (asked.push(first), page([of(first, "tool_call", { text: said })], first, { total })),
    });
    await tape.open();
    await tape.all();
    tape.look(10, 20);
    const kept = tape.at(601);
    [asked.length, total, said] = [0, 950, "after"];
    const told: [number, string | undefined, boolean][] = [];
    tape.changed.watch(() => told.push([tape.total, tape.at(1)?.text, tape.at(901) !== undefined]));
    await tape.grow();
    expect(asked.sort((a, b) => a - b)).toEqual([1, 601, 901]);
    expect(told.at(-1)).toEqual([950, "after", true]);
    expect([tape.at(301)?.text, tape.at(601)?.text, tape.at(601) === kept]).toEqual(["before", "after", false]);
    asked.length = 0;
    const same = tape.at(601);
    await tape.grow();
    expect([asked.sort((a, b) => a - b), tape.at(601) === same]).toEqual([[1, 901], true]);
    tape.need(301, 310);
    await tape.load(301, 310);
    expect(tape.at(301)?.text).toBe("after");
  });

  it("puts no page over one that was asked for later", async () => {
    const wait: (() => void)[] = [];
    let number = 0;
    const tape = new Tape("s", {
      head: async () => page([], null, { total: 5 }),
      page: async () => {
        const mine = `answer ${(number += 1)}`;
        await new Promise<void>((done) => wait.push(done));
        return page([of(1, "thinking", { text: mine })], 1, { total: 5 });
      },
    });
    await tape.open();
    tape.need(1, 5);
    const grown = tape.grow();
    while (wait.length < 2) await Promise.resolve();
    wait[1]!();
    await grown;
    expect(tape.at(1)?.text).toBe("answer 2");
    wait[0]!();
    await new Promise((done) => setTimeout(done));
    expect(tape.at(1)?.text).toBe("answer 2");
  });

  it("forgets what a log that was begun anew no longer holds", async () => {
    let total = 700;
    const tape = new Tape("s", {
      head: async () => page([], null, { total }),
      page: async (first, limit) => page(Array.from({ length: Math.max(0, Math.min(limit, total - first + 1)) }, (_, index) => of(first + index, "thinking")), first, { total }),
    });
    await tape.open();
    await tape.all();
    total = 20;
    await tape.grow();
    expect([tape.total, tape.here, tape.complete, tape.at(21), tape.at(650)]).toEqual([20, 20, true, undefined, undefined]);
  });

  it("is asked for once at a time, and once more where it changed meanwhile", async () => {
    let asked = 0;
    const tape = new Tape("s", { head: async () => ((asked += 1), page([], null)), page: async () => page([], 1) });
    await Promise.all([tape.open(), tape.open(), tape.open()]);
    expect(asked).toBe(2);
    await tape.open();
    expect(asked).toBe(3);
  });

  it("says that it could not be read, and tries again", async () => {
    let broken = true;
    const tape = new Tape("s", { head: async () => (broken ? Promise.reject(new Error("gone")) : page([], null)), page: async () => Promise.reject(new Error("no page")) });
    await tape.open();
    expect([(tape.error as Error).message, tape.head]).toEqual(["gone", null]);
    broken = false;
    await tape.open();
    expect([tape.error, tape.head]).toEqual([null, HEAD]);
    await tape.load(1, 1);
    expect((tape.error as Error).message).toBe("no page");
  });
});

describe("what is looked for", () => {
  it("is found in any letters, also beside those that change their length", () => {
    expect([places("Test the TEST", "test"), places("aaaa", "aa"), places("x", ""), places("İ test", "test")]).toEqual([[0, 9], [0, 2], [], []]);
  });
});

describe("why", () => {
  it("goes back along the strongest cause, and never in a ring", async () => {
    const events: Record<number, Moment> = {
      1: moment(of(1, "user_prompt", { because: [{ event: "0", how: "answer" }] })),
      4: moment(of(4, "tool_call", { because: [{ event: "1", how: "prompt" }] })),
      7: moment(of(7, "tool_call", { because: [{ event: "9", how: "part" }, { event: "4", how: "retry", path: "a.py" }] })),
    };
    expect(await chainTo(7, async (event) => events[event])).toEqual([
      { event: 1, how: null, path: "" }, { event: 4, how: "prompt", path: "" }, { event: 7, how: "retry", path: "a.py" },
    ]);
    expect(await chainTo(99, async () => undefined)).toEqual([{ event: 99, how: null, path: "" }]);
  });

  it("has what the agent said between the step and what it came from, once", async () => {
    const events: Record<number, Moment> = {
      1: moment(of(1, "user_prompt")),
      2: moment(of(2, "assistant_response", { because: [{ event: "1", how: "answer" }] })),
      3: moment(of(3, "tool_call", { because: [{ event: "1", how: "prompt" }, { event: "2", how: "said" }] })),
      4: moment(of(4, "tool_call", { because: [{ event: "2", how: "said" }] })),
      5: moment(of(5, "tool_call", { because: [{ event: "1", how: "prompt" }, { event: "9", how: "said" }] })),
    };
    const told = async (event: number) => (await chainTo(event, async (one) => events[one])).map((one) => [one.event, one.how]);
    expect(await told(3)).toEqual([[1, null], [2, "prompt"], [3, "said"]]);
    expect(await told(4)).toEqual([[1, null], [2, "answer"], [4, "said"]]);
    expect(await told(5)).toEqual([[1, null], [5, "prompt"]]);
  });

  const call = (more: Partial<Moment>) => moment(of(4, "tool_call", more));
  const result = (more: Partial<Moment>) => moment(of(5, "tool_result", { pair: "4", ...more }));

  it("says how a step failed", () => {
    expect([faultWords(undefined), faultWords(result({}))]).toEqual([null, null]);
    expect(faultWords(result({ fault: "exit", exit_code: 3 }))).toBe("The command failed: exit code 3.");
    expect(faultWords(result({ fault: "exit" }))).toBe("The command failed.");
    expect(faultWords(result({ fault: "hook" }))).toBe("A hook blocked it.");
  });

  it("calls right only what worked, as its words do", () => {
    const right = (more: Partial<Moment>) => cameRight(call(more));
    expect([right({ again: "7", mended: "9" }), right({ other: "8", worked: true })]).toEqual([true, true]);
    expect([right({ again: "7", other: "8", worked: true }), right({ other: "8", worked: false }), right({ other: "8" }), right({})]).toEqual([false, false, false, false]);
  });

  it("says what came of it", () => {
    const exit = result({ fault: "exit" });
    const told = (more: Partial<Moment>, pair: Moment | undefined = exit, goes = false) => sequelWords(call(more), pair, goes);
    expect(told({ again: "7", tries: 1, mended: "7" })).toBe("Tried again: #7 worked.");
    expect(told({ again: "7", tries: 3, mended: "9" })).toBe("Tried again: #9 worked, the last of 3 attempts that followed.");
    expect(told({ again: "7", tries: 2 }, exit, true)).toBe("Tried again at #7, and 2 times in all, without success so far.");
    expect([true, false, null].map((worked) => told({ other: "8", worked }).split(", ").at(-1))).toEqual(["worked.", "failed too.", "has no result."]);
    expect(sequelWords(moment(of(4, "error", { retry: 1 })), undefined)).toBe("The agent asked again by itself.");
    expect([told({}), told({}, exit, true)]).toEqual(["Not tried again.", "Not tried again so far."]);
    expect([told({}, result({ fault: "refused" })), told({}, result({})), told({ inherited: true }), told({ side: true })]).toEqual(["", "", "", ""]);
  });

  it("names what followed in its order, each by what says most of it", () => {
    const one = call({ led: [{ event: "9", how: "path", path: "a.py" }, { event: "7", how: "retry" }, { event: "8", how: "sub-agent" }], spoke: "6", then: "7", again: "7", prompted: "12/3" });
    expect(followers(one).map(({ event, words }) => `${event} ${words}`)).toEqual([
      "6 What the agent said about it", "7 Tried again", "8 Follows from it", "9 Its file is named here: a.py",
    ]);
    expect(followers(call({ led: [{ event: "39", how: "change", path: "src/calc.py" }, { event: "41", how: "change" }] })).map(({ words }) => words)).toEqual([
      "Changed a file that the failure names: src/calc.py", "Changed in between; which change mended it, nothing tells",
    ]);
    expect(followers(call({ then: "7", mended: "10", other: "11", prompted: "12" })).map(({ event }) => event)).toEqual([7, 10, 11, 12]);
    expect(named(call({ pair: "5", then: "7" }))).toEqual([4, 5, 7]);
  });

  it("finds what failed under a prompt", () => {
    const markers = [["9", "failed"], ["3", "error"], ["9", "failed"], ["4", "prompt"], ["12", "refused"]].map(([event, kind]) => ({ event, kind, at_s: null, label: "" }) as Marker);
    expect(failedIn({ ...HEAD, markers }, 3, 11)).toEqual([3, 9]);
  });
});

describe("the desk", () => {
  it("steps over what is not shown, and shows what is asked for", async () => {
    const { tape } = long();
    const moved: number[] = [];
    await tape.open();
    const desk = new Desk({ served: false } as Source, tape, (event) => moved.push(event));
    await desk.begin();
    for (let times = 0; times < 3; times += 1) await desk.step(1);
    await desk.step(-1);
    expect([desk.cursor.value, moved]).toEqual([4, [2, 4, 5, 4]]);
    await desk.seek(6);
    expect([desk.cursor.value, desk.filter.value.without.size, desk.aim.value.event]).toEqual([6, 0, 6]);
    desk.open(6);
    expect([...desk.opened.value]).toEqual([6]);
    desk.open(6);
    expect([...desk.opened.value]).toEqual([]);
    desk.hits.set([[6], [20], [900]]);
    await desk.hit(1);
    await desk.hit(1);
    await desk.hit(1);
    expect(desk.cursor.value).toBe(6);
    await desk.why(8);
    expect(desk.chain.value.map((one) => one.event)).toEqual([8]);
    await desk.why(8);
    expect(desk.chain.value).toEqual([]);
  });
});

describe("failures of parallel steps", () => {
  it("are gone through in the order of their rows", async () => {
    const step = (call: number, result: number) => [of(call, "tool_call", { pair: String(result) }), of(result, "tool_result", { pair: String(call), went_wrong: true })];
    const events = [of(1, "user_prompt"), ...step(2, 6), ...step(3, 5), ...step(4, 7), ...step(8, 9)];
    const head = { ...HEAD, markers: [5, 6, 7, 9].map((event) => ({ event: String(event), kind: "failed", at_s: null, label: "" })) } as unknown as Head;
    const tape = new Tape("s", { head: async () => page(events, 1, { total: 9, head }), page: async () => page(events, 1, { total: 9, head }) });
    await tape.open();
    const desk = new Desk({ served: false } as Source, tape, () => undefined);
    const seen: number[] = [];
    for (const by of [1, 1, 1, 1, 1, -1, -1, -1, -1] as const) {
      await desk.error(by);
      seen.push(desk.cursor.value);
    }
    expect(seen).toEqual([2, 3, 4, 8, 8, 4, 3, 2, 2]);
    await Promise.all([desk.step(1), desk.step(1), desk.step(-1)]);
    expect(desk.cursor.value).toBe(3);
  });
});

describe("figures", () => {
  const usage = { input: 10, output: 5, cache_read: 80, cache_write_5m: 10, cache_write_1h: null, reasoning: null, web_searches: null };

  it("are what they say", () => {
    expect(cached({ session: { total: { usage } } } as unknown as Head)).toBe("80 %");
    expect(cached({ session: { total: { usage: { ...usage, cache_read: null } } } } as unknown as Head)).toBe(null);
    expect(planDone([{ text: "", status: "completed", begun: null, done: null }, { text: "", status: "x", begun: 1, done: 2 }, { text: "", status: "pending", begun: null, done: null }])).toBe(2);
    expect([growth({ context_before: 5, context_after: 9 }), growth({ context_before: null, context_after: null })]).toEqual([4, null]);
    expect([since(null), since(7.9), since(65), since(3725), since(-5)]).toEqual(["", "0:07", "1:05", "1:02:05", "−0:05"]);
    expect([1, 5, 6].map((event) => promptAt([{ number: 1, first_event: 2 }, { number: 2, first_event: 6 }] as never, event))).toEqual([0, 1, 2]);
  });

  it("lead nowhere but to the web and to the editor", () => {
    expect([web("https://a.b/c"), web("javascript:alert(1)"), web(null), web("ftp://x")]).toEqual(["https://a.b/c", null, null, null]);
    expect([inEditor("/a b/c.py"), inEditor("C:\\x\\y.ts")]).toEqual(["vscode://file/a%20b/c.py", "vscode://file/C:/x/y.ts"]);
  });

  it("copy a step with what came of it, and say what was cut", () => {
    const call = moment(of(1, "tool_call", { title: "ls", text: '{"a":1}', size: 7 }));
    expect(textOf(call, moment(of(2, "tool_result", { text: "head", tail: "tail", size: 5000 })))).toBe('ls\n\n{"a":1}\n\nhead\n… 4992 characters …\ntail');
  });

  it("of a commit are what was edited since the one before", async () => {
    const step = (number: number, more: Partial<Moment>, result: Partial<Moment>) => [of(number, "tool_call", { tool_kind: "edit", title: "a.py", pair: String(number + 1), ...more }), of(number + 1, "tool_result", { pair: String(number), ...result })];
    const events = [...step(1, {}, { lines_added: 9 }), ...step(3, {}, { lines_added: 2, lines_removed: 1 }), ...step(5, {}, { went_wrong: true, lines_added: 7 }), ...step(7, { title: "/x/b.py" }, { lines_added: 1, hunks: [{ path: "b.py", old_start: 1, new_start: 1, lines: [] }] }), ...step(9, { tool_kind: "shell" }, {})];
    const tape = new Tape("s", { head: async () => page(events, 1, { total: 10 }), page: async () => page(events, 1, { total: 10 }) });
    await tape.open();
    expect(edited(tape, 2, 10)).toEqual([{ path: "a.py", added: 2, removed: 1 }, { path: "b.py", added: 1, removed: 0 }]);
  });
});

describe("a file", () => {
  const document = page([of(1, "user_prompt")], 1, { session: "root", total: 1 });
  const shared = { format: "agent-trace-share", version: 1, made_by: "1", root: "root", documents: [document], missing: { gone: "its log is gone" }, passage: { full: false }, raw: { s: ['{"uuid":"id1"}', "{}"] } };

  it("knows its addresses", () => {
    expect([anchor("", 3), anchor("a/b", 3)]).toEqual(["e3", "e3&s=a%2Fb"]);
    expect([anchored("#e12"), anchored("#e3&s=a%2Fb"), anchored(""), anchored("#token=x"), anchored("#e1&s=%E0")]).toEqual([
      { event: 12, session: "" }, { event: 3, session: "a/b" }, { event: 0, session: "" }, { event: 0, session: "" }, { event: 1, session: "" },
    ]);
  });

  it("is unpacked, or says that it is broken", async () => {
    const packed = new Blob([JSON.stringify(shared)]).stream().pipeThrough(new CompressionStream("gzip"));
    const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
    const text = btoa(String.fromCharCode(...bytes));
    expect((await unpacked(`\n${text}\n`)).root).toBe("root");
    await expect(unpacked(btoa("plain"))).rejects.toThrow("not what they were");
    await expect(unpacked("***")).rejects.toThrow();
  });

  it("gives what it has and nothing else", async () => {
    const source = filed(shared as never);
    const one = moment(of(1, "user_prompt", { image: "data:text/html,x" }));
    expect([source.absent, filed({ ...shared, passage: { full: true } } as never).absent]).toEqual([expect.stringContaining("--full"), ""]);
    expect([source.canOpen("root"), source.canOpen("gone"), source.image(one), await source.whole(one), await source.raw(one)]).toEqual([true, false, null, null, ['{"uuid":"id1"}']]);
    const tape = source.tape("root");
    await tape.open();
    expect([tape.total, tape.at(1)?.kind, source.tape("root") === tape]).toEqual([1, "user_prompt", true]);
    const gone = source.tape("gone");
    await gone.open();
    expect((gone.error as Error).message).toBe("its log is gone");
    expect(await source.find("root", "x", new AbortController().signal)).toEqual({ sessions: [{ session: "root", rows: [], starts: {} }], unread: [] });
  });
});

describe("what is printed", () => {
  it("ends with so many rows, and where nothing is here", async () => {
    const { tape } = long();
    await tape.open();
    await tape.load(1, 1);
    const odd = { tape, shows: (number: number) => number % 2 === 1 };
    expect([printed(odd, 10), printed({ tape, shows: () => true }, 10), printed(odd)]).toEqual([{ last: 19, rows: 10 }, { last: 10, rows: 10 }, { last: PAGE, rows: PAGE / 2 }]);
  });

  it("is brought at once, from the first event on that is not here", () => {
    const asked: number[][] = [];
    const tape = new Tape("s", {
      head: () => Promise.reject(new Error("nobody asks")),
      page: () => Promise.reject(new Error("nobody asks")),
      atOnce: (first, limit) => (asked.push([first, limit]), page(Array.from({ length: limit }, (_, index) => of(first + index, "assistant_response")), first, { total: 700 })),
    });
    tape.total = 700;
    bring({ tape, shows: (number) => number % 4 === 1 }, 100);
    expect([asked, tape.here]).toEqual([[[1, 100], [101, 100], [201, 100], [301, 100]], 400]);
    bring({ tape, shows: () => true }, 100);
    expect(asked.length).toBe(4);
    for (const last of [3000, 3000]) tape.atOnce(1, last);
    expect([asked.at(-1), asked.length, tape.here]).toEqual([[401, 300], 5, 700]);
  });

  it("ends where nothing more can be had", () => {
    const tape = new Tape("s", { head: () => Promise.reject(new Error("nobody asks")), page: () => Promise.reject(new Error("nobody asks")), atOnce: () => null });
    tape.total = 700;
    bring({ tape, shows: () => true });
    expect(tape.here).toBe(0);
  });
});

describe("the looks", () => {
  it("take their colours from the tokens", () => {
    for (const text of [css, file]) expect(text).not.toMatch(/#[0-9a-f]{3,8}\b|rgb\(|hsl\(/i);
  });
});
