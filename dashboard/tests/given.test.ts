import { describe, expect, it } from "vitest";
import type { Sent } from "../src/model/replay";
import { at, given, textAt } from "../src/replay/blocks/read/given";
import { beside, diffLines, wordMarks } from "../src/replay/blocks/read/changes";
import { holds } from "../src/replay/kinds";
import cases from "./said.json";

const WHOLE = JSON.stringify({ command: 'echo "a\\n"', list: [1, { b: null }], on: true, "ü": "é\u0001" });

describe("what a tool was given", () => {
  it("reads JSON, and nothing else", () => {
    expect(given(WHOLE)).toEqual({ value: JSON.parse(WHOLE) as unknown, cut: false });
    expect([given(""), given("plain words"), given("{not json"), given("[1 2 x]")]).toEqual([null, null, null, null]);
  });

  it("reads what is left of a text, wherever it was cut", () => {
    for (let end = 1; end < WHOLE.length; end += 1) {
      const found = given(WHOLE.slice(0, end));
      expect(found?.cut, WHOLE.slice(0, end)).toBe(true);
      const command = textAt(found!.value, "command");
      expect('echo "a\\n"'.startsWith(command.replace(/\\$/, "")), WHOLE.slice(0, end)).toBe(true);
    }
    expect(given('{"a":"b\\u00')).toEqual({ value: { a: "b" }, cut: true });
    expect(given('{"a":"b\\\\u00')).toEqual({ value: { a: "b\\u00" }, cut: true });
    expect(given('{"a":"line\nend')).toEqual({ value: { a: "line\nend" }, cut: true });
  });

  it("does not follow what is nested too deep, and gives nothing that was not said", () => {
    expect(given("[".repeat(100_000))).toBeNull();
    expect(given('{"__proto__":{"a":1},"b":"c')?.cut).toBe(true);
    expect(textAt({}, "constructor", "toString")).toBe("");
    expect(at([], "length")).toBeUndefined();
    expect([textAt({ a: ["b", "c"] }, "a"), textAt({ b: "x" }, "a", "b"), textAt(null, "a")]).toEqual(["b c", "x", ""]);
  });
});

describe("what is found of it", () => {
  it.each(cases)("$why", ({ event, has, not }) => {
    const of = { number: "1", id: "i", session: "s", ...event } as Sent;
    expect(has.filter((text) => !holds(of, text.toLowerCase()))).toEqual([]);
    expect((not as string[]).filter((text) => holds(of, text.toLowerCase()))).toEqual([]);
  });
});

describe("lines of a diff", () => {
  const hunk = { old_start: 6, new_start: 6, lines: [" def div(a, b):", "-    return a / b", "+    return None if b == 0 else a / b", " ", "-x", "-y", "+z"] };

  it("have their numbers, and marks where two are alike", () => {
    const lines = diffLines(hunk);
    expect(lines.map((line) => [line.mark, line.old, line.new])).toEqual([[" ", 6, 6], ["-", 7, null], ["+", null, 7], [" ", 8, 8], ["-", 9, null], ["-", 10, null], ["+", null, 9]]);
    const [before, after] = [lines[1]!, lines[2]!];
    expect(before.marks).toEqual([]);
    expect(after.marks.map(([from, to]) => after.text.slice(from, to)).join("")).toBe("None if b == 0 else ");
    expect(lines.slice(4).flatMap((line) => line.marks)).toEqual([]);
  });

  it("stand beside each other", () => {
    const told = beside(diffLines(hunk)).map(([left, right]) => [left?.text.trim() ?? null, right?.text.trim() ?? null]);
    expect(told).toEqual([["def div(a, b):", "def div(a, b):"], ["return a / b", "return None if b == 0 else a / b"], ["", ""], ["x", "z"], ["y", null]]);
  });

  it("have no numbers where the log has none", () => {
    expect(diffLines({ old_start: 0, new_start: 0, lines: ["-a", "+b"] }).map((line) => [line.old, line.new])).toEqual([[null, null], [null, null]]);
  });

  it("are compared only where that says something", () => {
    expect(wordMarks("same", "same")).toBeNull();
    expect(wordMarks("alpha beta", "gamma delta")).toBeNull();
    expect(wordMarks("a ".repeat(5000), "b ".repeat(5000))).toBeNull();
    expect(wordMarks("x = foo(1)", "x = foo(2)")).toEqual([[[8, 9]], [[8, 9]]]);
  });
});
