import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

/** The line to the server; the test says what comes over it. */
class Line extends EventTarget {
  static last: Line;
  onopen?: () => void;
  onerror?: () => void;
  constructor() {
    super();
    Line.last = this;
  }
  say(kind: string, data: object): void {
    this.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data) }));
  }
}

/** A page that was just opened, and how often it was told that something changed. */
async function page() {
  vi.resetModules();
  const { changes, listen, settingsChanged } = await import("../src/api/live");
  const { get } = await import("../src/api/client");
  listen();
  const answer = async (number: number | null, status = 200) => {
    vi.stubGlobal("fetch", async () => Response.json({}, { status, headers: number === null ? {} : { "X-Agent-Trace-Change": String(number) } }));
    await get("/a").catch(() => undefined);
  };
  const heard = () => {
    vi.runAllTimers();
    return [changes.value.counter, settingsChanged.value];
  };
  return { answer, heard, hello: (version: number) => Line.last.say("hello", { version }), changes };
}

describe("what changes while a page is opened", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("EventSource", Line);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("is asked for where it was told before the line stood", async () => {
    const { answer, heard, hello, changes } = await page();
    await answer(12);
    await answer(10);
    await answer(12);
    expect(heard()).toEqual([0, 0]);
    hello(11);
    expect(heard()).toEqual([1, 1]);
    expect(changes.value.ids).toEqual([]);
    await answer(11);
    hello(11);
    expect(heard()).toEqual([1, 1]);
  });

  it("is asked for where the first answer comes after the greeting, and was made before", async () => {
    const { answer, heard, hello } = await page();
    hello(11);
    await answer(10, 404);
    expect(heard()).toEqual([1, 1]);
    await answer(11);
    await answer(14);
    expect(heard()).toEqual([1, 1]);
  });

  it("is nothing where nothing was told, and answers without a number say nothing", async () => {
    const { answer, heard, hello } = await page();
    await answer(11);
    await answer(null);
    hello(11);
    await answer(null);
    expect(heard()).toEqual([0, 0]);
  });

  it("is all of it where the server does not know any more", async () => {
    const { heard, hello } = await page();
    hello(11);
    Line.last.say("reset", { version: 11 });
    expect(heard()).toEqual([1, 1]);
    Line.last.say("sessions", { version: 12, ids: ["a"] });
    expect(heard()).toEqual([2, 1]);
  });
});
