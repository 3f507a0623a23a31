import { describe, expect, it } from "vitest";
import type { ReplayDocument, Sent } from "../src/model/replay";
import { rowNumber } from "../src/replay/kinds";
import { windowAt } from "../src/replay/nested";
import { compared, foundIn, isAmong, nextOf, placeOf, soughtIn, type Way, waysOf } from "../src/replay/sought";

const of = (number: number, more: Partial<Sent> = {}): Sent => ({ number: String(number), id: `id${number}`, session: "s", kind: "assistant_response", ...more });
const stop = new AbortController().signal;

describe("what is looked for", () => {
  const ways: Way[] = [[4], [7], [7, 15], [7, 21, 3], [7, 27], [10]];

  it("is gone through in the order of reading", () => {
    expect([...ways].reverse().sort(compared)).toEqual(ways);
    expect(ways.map((way) => placeOf(ways, way))).toEqual([0, 1, 2, 3, 4, 5]);
    expect([isAmong(ways, [7, 21, 3]), isAmong(ways, [7, 21]), isAmong([], [1])]).toEqual([true, false, false]);
    const walked = (from: Way, by: 1 | -1) => nextOf(ways, from, by);
    expect([walked([1], 1), walked([7], 1), walked([7, 21], 1), walked([10], 1)]).toEqual([[4], [7, 15], [7, 21, 3], [4]]);
    expect([walked([4], -1), walked([7, 22], -1), walked([12], -1), walked([12], 1)]).toEqual([[10], [7, 21, 3], [10], [4]]);
    expect(nextOf([], [1], 1)).toBe(undefined);
  });

  it("stands in sub-agents below the rows that started them, however deep", () => {
    const sessions = [
      { session: "s", rows: [4, 10], starts: { "s/a": 7 } }, { session: "s/c", rows: [2], starts: {} }, { session: "s/b", rows: [3], starts: { "s/a": 1 } },
      { session: "s/a", rows: [15], starts: { "s/b": 21 } }, { session: "s/d", rows: [], starts: {} },
    ];
    expect(waysOf({ sessions, unread: [] }, "s")).toEqual({ hits: [[4], [7, 15], [7, 21, 3], [10]], apart: [sessions[1]] });
    expect(waysOf({ sessions: [], unread: [] }, "s").hits).toEqual([]);
  });

  it("is told by the rows that show it", async () => {
    const events = [
      of(1, { text: "a Zebra" }), of(2, { kind: "tool_call", pair: "3", tool: "zebra" }), of(3, { kind: "tool_result", pair: "2", tail: "zebra", child: "s/a" }),
      of(4, { kind: "tool_result", title: "zebra" }), of(5, { hunks: [{ path: "", old_start: 1, new_start: 1, lines: ["+ZEBRA"] }] }), of(6),
    ];
    expect(await foundIn("s", events, "zeBRA", stop)).toEqual({ session: "s", rows: [1, 2, 4, 5], starts: { "s/a": 2 } });
    expect([events[2], events[3]].map((one) => rowNumber(one!))).toEqual([2, 4]);
  });

  it("is looked for in a document and in those below it, and it is said which are not here", async () => {
    const head = { children: [{ id: "s/a" }, { id: "s/gone" }] };
    const documents = new Map([["s", { head, events: [of(1, { kind: "tool_call", child: "s/a" })] }], ["s/a", { head: null, events: [of(9, { text: "zebra" })] }], ["other", { head: null, events: [of(1, { text: "zebra" })] }]] as unknown as [string, ReplayDocument][]);
    expect(await soughtIn(documents, "s", "zebra", stop)).toEqual({
      sessions: [{ session: "s", rows: [], starts: { "s/a": 1 } }, { session: "s/a", rows: [9], starts: {} }], unread: ["s/gone"],
    });
  });

  it("is seen where it is unfolded: of very many rows those around it", () => {
    const first = { from: 1, most: 40 };
    expect([windowAt(30, first), windowAt(100, first), windowAt(5000, first)]).toEqual([first, { from: 1, most: 109 }, { from: 4990, most: 40 }]);
    expect(windowAt(3, { from: 4990, most: 40 })).toEqual(first);
  });
});
