import { describe, expect, it } from "vitest";
import type { Asked, Before, Marker, PhaseMark } from "../src/model/replay";
import { APART, BAR, barred, crowded, gathered, lanes, words } from "../src/replay/gathered";
import { Heights } from "../src/replay/heights";
import { pieceWords, piecesOf } from "../src/replay/phases";
import { promptAt, stretches } from "../src/replay/prompts";
import { apart } from "../src/replay/scrub";
import type { Amounts } from "../src/model/types";
import { untold } from "../src/model/words";

const mark = (event: number, kind: Marker["kind"] = "failed"): Marker => ({ event: String(event), kind, at_s: 0, label: "" });
const place = (event: number) => event / 1000;

describe("marks", () => {
  it("of which the worst stands where its event is, and tells of those for which there is no room", () => {
    const found = gathered([mark(1, "prompt"), mark(2), mark(900, "commit")], place, 690);
    expect(found.map((one) => [one.at, one.marks.map((each) => each.kind)])).toEqual([[0.002, ["failed", "prompt"]], [0.9, ["commit"]]]);
  });

  it("of a result stand where its call does: there the thumb is when one goes to it", () => {
    expect(gathered([{ ...mark(30), row: "20" }], place, 690).map((one) => one.at)).toEqual([0.02]);
    expect(barred([{ ...mark(990), row: "1" }], place, 690).map((one) => one.at)).toEqual([0]);
  });

  it("never lie on each other, and none is lost", () => {
    const all = Array.from({ length: 300 }, (_, index) => mark(1 + ((index * 37) % 1000), index % 3 ? "prompt" : "failed"));
    const found = gathered(all, place, 690);
    for (const [index, one] of found.entries()) if (index) expect((one.at - found[index - 1]!.at) * 690).toBeGreaterThanOrEqual(APART);
    expect(found.flatMap((one) => one.marks).length).toBe(300);
    for (const one of found) expect(one.at).toBe(place(Number(one.marks[0]!.event)));
  });

  it("are counted where they are very many: failures apart from the rest", () => {
    const many = Array.from({ length: 500 }, (_, index) => mark(1 + index * 2, index % 5 ? "prompt" : "failed"));
    expect([crowded(many, 690), crowded(many.slice(0, 60), 690)]).toEqual([true, false]);
    const found = barred(many, place, 690);
    expect(found.length).toBeLessThanOrEqual(690 / BAR);
    expect(found.reduce((sum, one) => sum + one.marks.length, 0)).toBe(500);
    expect(Math.max(...found.map((one) => one.bad))).toBe(1);
    expect(found.every((one) => one.bad <= 1 && one.other <= 1 && (one.bad > 0) === (one.marks[0]!.kind === "failed"))).toBe(true);
  });

  it("of commits are seen beside what went wrong", () => {
    const { commits, rest } = lanes([mark(5), mark(6, "commit"), mark(7, "commit"), mark(900, "commit"), mark(8, "prompt")], place, 690);
    expect(commits.map((one) => one.marks.map((each) => each.event))).toEqual([["6", "7"], ["900"]]);
    expect(rest.map((one) => one.marks.map((each) => each.kind))).toEqual([["failed", "prompt"]]);
  });

  it("are called by the number of the row that shows them", () => {
    expect(words([mark(6)], (event) => event - 1)).toBe("failed step at 5");
  });

  it("are told in words, many of them by kind", () => {
    const same = (event: number) => event;
    expect(words([mark(3)], same)).toBe("failed step at 3");
    expect(words(Array.from({ length: 9 }, (_, index) => mark(index + 1, index ? "prompt" : "failed")), same)).toBe(
      "1 failed step, 8 prompts\nfailed step at 1\nprompt at 2\nprompt at 3\nand 6 more",
    );
  });
});

const phase = (number: number, first: number, last: number, failed = false): PhaseMark => ({
  number, label: `phase ${number}`, why: "prompt", first_event: first, last_event: last, from_s: first, to_s: last, failed, failed_event: null, end: "", cost_usd: "0.5",
});

describe("phases", () => {
  it("stand each for itself where they are few", () => {
    const found = piecesOf([phase(1, 1, 499), phase(2, 500, 990), phase(3, 991, 1000)], place, 690);
    expect(found.map((one) => [one.from, one.to])).toEqual([[0.001, 0.5], [0.5, 0.991], [0.991, 1]]);
    expect(pieceWords(found[1]!, 3)).toBe("Phase 2 of 3: phase 2, events 500 to 990, 8 min, $0.50");
    expect(piecesOf([], place, 690)).toEqual([]);
    // what a fork copied has no phase
    expect(piecesOf([phase(3, 600, 1000)], place, 690).map((one) => [one.from, one.to])).toEqual([[0.6, 1]]);
  });

  it("stand together where they are very many, and cover everything without a gap", () => {
    const all = Array.from({ length: 170 }, (_, index) => phase(index + 1, 1 + index * 5, 5 + index * 5, index === 3));
    const found = piecesOf(all, place, 690);
    expect(found.length).toBeLessThan(690 / 44);
    expect(found.flatMap((one) => one.phases)).toEqual(all);
    for (const [index, one] of found.entries()) expect(one.from).toBe(index ? found[index - 1]!.to : 0.001);
    expect(found.at(-1)!.to).toBe(1);
    expect(pieceWords(found[0]!, 170)).toMatch(/^Phases 1–\d+ of 170, 1 failed\n1 phase 1, .*\n.*\n.*\n4 phase 4 \(failed\)/);
  });
});

describe("prompts", () => {
  const prompt = (number: number, first: number, inherited = false) => ({ number, first_event: first, inherited }) as Asked;
  const before = { first_event: 2, last_event: 4, calls: 1 } as Before;

  it("begin with what was done before them", () => {
    const head = { before, prompts: [prompt(1, 5), prompt(2, 9)] };
    expect(stretches(head).map((one) => one.number)).toEqual([0, 1, 2]);
    expect([1, 4, 5, 20].map((event) => promptAt(stretches(head), event))).toEqual([0, 0, 1, 2]);
    expect(stretches({ ...head, before: null })).toBe(head.prompts);
  });

  it("of a fork stand behind what was copied", () => {
    const head = { before: { ...before, first_event: 7 }, prompts: [prompt(1, 1, true), prompt(2, 9)] };
    expect(stretches(head).map((one) => one.number)).toEqual([1, 0, 2]);
    expect(stretches({ before, prompts: [] }).map((one) => one.number)).toEqual([0]);
  });
});

describe("heights", () => {
  it("know the nearest row that is shown", () => {
    const heights = new Heights();
    heights.fill(9, (row) => (row === 2 || row === 7 ? 10 : 0));
    expect([1, 2, 4, 5, 9].map((row) => heights.nearest(row))).toEqual([2, 2, 2, 7, 7]);
    heights.fill(3, () => 0);
    expect(heights.nearest(2)).toBe(2);
  });
});

describe("what a session cost beside its own calls", () => {
  const made = (cost_usd: string | null) => ({ cost_usd, unpriced_calls: 0 }) as Amounts;

  it("is told with what it comes to", () => {
    const said = apart({ own: made("0.38"), subagents: made("0.05"), unlogged: made("0.10"), total: made("0.53") });
    expect(said).toEqual({ text: "$0.53", why: "$0.05 by sub-agents and $0.10 not in the log: with the session's own calls, $0.38, $0.53. Only its own calls have a place in time" });
    expect(apart({ own: made("0.38"), subagents: made(null), unlogged: null, total: made("0.38") })).toBeNull();
    expect(apart({ own: made("0.38"), subagents: made("0"), unlogged: made("0"), total: made("0.38") })).toBeNull();
  });

  it("and why calls tell nothing, where none counts in it", () => {
    expect([untold({ calls: 0 }, "no price"), untold({ calls: 3 }, "no price"), untold({ calls: null }, "no price")].map((one) => one === "no price")).toEqual([false, true, true]);
  });
});
