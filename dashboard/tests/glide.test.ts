import { describe, expect, it } from "vitest";
import type { Moment, ReplayDocument, Sent } from "../src/model/replay";
import { Desk } from "../src/replay/desk";
import { inOrder } from "../src/replay/drawing";
import { Quota } from "../src/replay/quota";
import type { Source } from "../src/replay/source";
import { PAGE, Tape } from "../src/replay/tape";

/** A tape whose pages come when they are let go, and what was asked for. */
function slow(total: number): { tape: Tape; asked: number[]; go: () => Promise<void> } {
  const asked: number[] = [];
  const waiting: (() => void)[] = [];
  const made = (number: number): Sent & Partial<Moment> => ({ number: String(number), id: `id${number}`, session: "s", kind: "thinking" });
  const page = (first: number, events: Sent[]) => ({ total, agent: "a", first, last: first, head: null, events, spans: [], running_cost_usd: null }) as unknown as ReplayDocument;
  const tape = new Tape("s", {
    head: async () => page(1, []),
    page: (first, limit) => (asked.push(first), new Promise((done) => waiting.push(() => done(page(first, Array.from({ length: limit }, (_, at) => made(first + at))))))),
  });
  const go = async () => {
    for (const one of waiting.splice(0)) one();
    await new Promise((done) => setTimeout(done));
  };
  return { tape, asked, go };
}

describe("a quota of rows", () => {
  it("lets as many be drawn in a frame as there is time for, and never none", () => {
    const quota = new Quota();
    const first = quota.left(1, 2);
    quota.took(first, first / 2);
    expect([first > 4, quota.left(1, 2) < 2, quota.left(2, 2) > first]).toEqual([true, true, true]);
    for (let frame = 3; frame < 30; frame += 1) quota.took(1, 400);
    expect([quota.left(31, 2), quota.left(31, 2)]).toEqual([2, 2]);
    quota.took(0, 9000);
    for (let frame = 40; frame < 80; frame += 1) (quota.left(frame, 2), quota.took(4, 0));
    expect(quota.left(99, 2)).toBe(16);
  });

  it("is for those in sight first, then for those that come", () => {
    expect([...inOrder(1, 9, [4, 6], true)]).toEqual([4, 5, 6, 7, 8, 9, 3, 2, 1]);
    expect([...inOrder(1, 9, [4, 6], false)]).toEqual([4, 5, 6, 3, 2, 1, 7, 8, 9]);
    expect([...inOrder(5, 4, [5, 6], true)]).toEqual([]);
  });
});

describe("what is looked at", () => {
  it("is asked for, what comes next too, and what was flown past not at all", async () => {
    const { tape, asked, go } = slow(30 * PAGE);
    await tape.open();
    for (let page = 0; page < 20; page += 1) tape.look(page * PAGE + 1, page * PAGE + 20, PAGE);
    expect(asked).toEqual([1, PAGE + 1]);
    await go();
    expect(asked.slice(2)).toEqual([19 * PAGE + 1, 20 * PAGE + 1]);
    await go();
    tape.look(19 * PAGE + 1, 19 * PAGE + 20, -2 * PAGE);
    expect(asked.slice(4)).toEqual([18 * PAGE + 1, 17 * PAGE + 1]);
  });

  it("by a drag is where it rests, whatever comes late", async () => {
    const { tape, go } = slow(9 * PAGE);
    await tape.open();
    const moved: number[] = [];
    const desk = new Desk({ served: false } as Source, tape, (event) => moved.push(event));
    const late = desk.seek(20);
    for (const event of [900, 1500, 2000]) {
      desk.glide(event);
      tape.look(event, event);
    }
    expect([desk.cursor.value, desk.aim.value.event, moved]).toEqual([2000, 2000, []]);
    await go();
    await go();
    await late;
    expect([desk.cursor.value, moved]).toEqual([2000, [2000]]);
    desk.glide(2001);
    await go();
    expect([desk.cursor.value, moved]).toEqual([2001, [2000, 2001]]);
  });
});
