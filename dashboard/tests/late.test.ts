import { afterEach, describe, expect, it, vi } from "vitest";
import { get, Refused, send } from "../src/api/client";
import { inTurn } from "../src/api/turn";
import type { Head, ReplayDocument, Sent } from "../src/model/replay";
import { Desk } from "../src/replay/desk";
import type { Source } from "../src/replay/source";
import { PAGE, Tape } from "../src/replay/tape";

/** What is asked, and answered when the test says so, in the order that it says. */
class Late<T> {
  readonly asked: string[] = [];
  private readonly answers: ((value: T) => void)[] = [];

  ask(name: string): Promise<T> {
    this.asked.push(name);
    return new Promise((done) => this.answers.push(done));
  }

  /** Answer what was asked for last by that name, or the one at a place. */
  async answer(name: string, value: T, place = this.asked.lastIndexOf(name)): Promise<void> {
    this.answers[place]!(value);
    await settled();
  }
}

/** Until everything that needs no answer is done. */
function settled(): Promise<void> {
  return new Promise((done) => setTimeout(done));
}

const HEAD = { prompts: [], phases: [], markers: [], annotations: [], context: { points: [] } } as unknown as Head;

function events(first: number, last: number, text: string): Sent[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => ({ number: String(first + index), id: `id${first + index}`, session: "s", kind: "assistant_response", text }));
}

function page(first: number, total: number, text = "said"): ReplayDocument {
  const found = events(first, Math.min(first + PAGE - 1, total), text);
  return { format: "agent-trace-replay", version: 1, session: "s", agent: "a", total, first, last: first + found.length - 1, next: null, running_cost_usd: null, head: HEAD, events: found, spans: [] };
}

function head(total: number): ReplayDocument {
  return { ...page(1, 0), total, first: null, last: null };
}

function late(total: number): { tape: Tape; heads: Late<ReplayDocument>; pages: Late<ReplayDocument>; open: () => Promise<void> } {
  const [heads, pages] = [new Late<ReplayDocument>(), new Late<ReplayDocument>()];
  const tape = new Tape("s", { head: () => heads.ask("head"), page: (first) => pages.ask(String(first)) });
  const open = async () => {
    const opened = tape.open();
    await heads.answer("head", head(total));
    await opened;
  };
  return { tape, heads, pages, open };
}

describe("work in turn", () => {
  it("is done once at a time, and once more for all that was asked meanwhile", async () => {
    const work = new Late<void>();
    const run = inTurn(() => work.ask(`${work.asked.length}`));
    const all = Promise.all([run(), run(), run()]);
    await work.answer("0", undefined);
    expect(work.asked).toEqual(["0", "1"]);
    await work.answer("1", undefined);
    await all;
    expect(work.asked).toEqual(["0", "1"]);
    void run();
    expect(work.asked).toEqual(["0", "1", "2"]);
  });

  it("goes on after work that failed", async () => {
    let fails = true;
    const run = inTurn(async () => {
      if (fails) throw new Error("no");
    });
    await expect(run()).rejects.toThrow("no");
    fails = false;
    await run();
  });
});

describe("the server", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("has changes of one address one after the other, and goes on after one that it refused", async () => {
    const server = new Late<Response>();
    vi.stubGlobal("fetch", (path: string, { body }: { body: string }) => server.ask(`${path} ${body}`));
    const first = send("PUT", "/a", 1);
    const second = send("PUT", "/a", 2);
    const other = send("PUT", "/b", 3);
    await settled();
    expect(server.asked).toEqual(["/a 1", "/b 3"]);
    await server.answer("/b 3", new Response(null, { status: 204 }));
    expect(await other).toBe(null);
    const refused = expect(first).rejects.toThrow(Refused);
    await server.answer("/a 1", Response.json({ detail: "no" }, { status: 400 }));
    await refused;
    expect(server.asked).toEqual(["/a 1", "/b 3", "/a 2"]);
    await server.answer("/a 2", Response.json({ on: true }));
    expect(await second).toEqual({ on: true });
  });

  it("whose answer breaks off does not answer", async () => {
    vi.stubGlobal("fetch", async () => new Response('{"sessions": [', { status: 200 }));
    await expect(get("/a")).rejects.toThrow("the server does not answer");
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("Failed to fetch")));
    await expect(send("PUT", "/a")).rejects.toThrow("the server does not answer");
  });
});

describe("a tape whose answers come late", () => {
  it("keeps the newer of two answers, whichever comes last", async () => {
    const { tape, pages, open, heads } = late(10);
    await open();
    tape.need(1, 10);
    const grown = tape.open();
    await heads.answer("head", head(12));
    await pages.answer("1", page(1, 12, "newer"));
    await grown;
    await pages.answer("1", page(1, 10, "older"), 0);
    expect([tape.at(1)?.text, tape.at(12)?.text, tape.here]).toEqual(["newer", "newer", 12]);
  });

  it("has no hole where another page told first that it grew", async () => {
    const { tape, pages, open, heads } = late(PAGE + 10);
    await open();
    tape.need(PAGE + 1, PAGE + 10);
    await pages.answer(String(PAGE + 1), page(PAGE + 1, PAGE + 10));
    tape.need(1, PAGE);
    await pages.answer("1", page(1, PAGE + 15));
    const grown = tape.open();
    await heads.answer("head", head(PAGE + 15));
    await grown;
    tape.need(PAGE + 10, PAGE + 15);
    expect(pages.asked).toEqual([String(PAGE + 1), "1", String(PAGE + 1)]);
    await pages.answer(String(PAGE + 1), page(PAGE + 1, PAGE + 15));
    expect(tape.complete).toBe(true);
    tape.need(1, PAGE + 15);
    expect(pages.asked).toHaveLength(3);
  });
});

describe("a desk whose events come late", () => {
  async function desk(): Promise<{ desk: Desk; pages: Late<ReplayDocument>; moves: number[] }> {
    const { tape, pages, open } = late(3 * PAGE);
    await open();
    const moves: number[] = [];
    const made = new Desk({ served: true } as Source, tape, (event) => moves.push(event));
    tape.need(1, 1);
    await pages.answer("1", page(1, 3 * PAGE));
    return { desk: made, pages, moves };
  }

  it("stays where one went last: what was asked for before does not take the cursor back", async () => {
    const { desk: made, pages, moves } = await desk();
    void made.seek(2 * PAGE);
    void made.seek(7);
    await settled();
    expect(made.cursor.value).toBe(7);
    await pages.answer(String(PAGE + 1), page(PAGE + 1, 3 * PAGE));
    expect([made.cursor.value, made.aim.value.event, moves]).toEqual([7, 7, [7]]);
  });

  it("stays where a row was pressed", async () => {
    const { desk: made, pages } = await desk();
    void made.seek(2 * PAGE);
    made.put(3);
    await pages.answer(String(PAGE + 1), page(PAGE + 1, 3 * PAGE));
    expect(made.cursor.value).toBe(3);
  });

  it("begins nowhere where one went somewhere meanwhile", async () => {
    const { tape, pages, open } = late(2 * PAGE);
    await open();
    const made = new Desk({ served: true } as Source, tape, () => undefined);
    void made.begin();
    void made.seek(PAGE + 5);
    await pages.answer(String(PAGE + 1), page(PAGE + 1, 2 * PAGE));
    await pages.answer("1", page(1, 2 * PAGE));
    expect(made.cursor.value).toBe(PAGE + 5);
  });

  it("does what a key says with the event that the keys before it lead to", async () => {
    const { desk: made, pages } = await desk();
    made.put(PAGE);
    const done: number[] = [];
    void made.step(1);
    void made.here((event) => done.push(event));
    void made.why();
    await settled();
    expect([done, made.chain.value]).toEqual([[], []]);
    await pages.answer(String(PAGE + 1), page(PAGE + 1, 3 * PAGE));
    expect([made.cursor.value, done, made.chain.value.at(-1)?.event]).toEqual([PAGE + 1, [PAGE + 1], PAGE + 1]);
  });

  it("shows why and hides it again, however fast it is asked twice", async () => {
    const { desk: made } = await desk();
    made.put(3);
    await Promise.all([made.why(), made.why()]);
    expect(made.chain.value).toEqual([]);
  });
});
