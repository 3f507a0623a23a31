import { beforeEach, describe, expect, it } from "vitest";
import { bytes, count, many, share, short, tokens, usageWords } from "../src/model/counts";
import { absolute, ago, clock, dayName, monthName, showIn, span, weekday } from "../src/model/times";

const now = Date.parse("2026-11-21T12:00:00Z");

describe("times", () => {
  beforeEach(() => showIn("UTC"));

  it.each([
    ["2026-11-21T11:59:40Z", "just now"], ["2026-11-21T11:56:00Z", "4 min ago"], ["2026-11-21T09:00:00Z", "3 h ago"],
    ["2026-11-20T12:00:00Z", "yesterday"], ["2026-11-16T12:00:00Z", "5 days ago"], ["no time", "?"],
  ])("%s is %s", (at, words) => expect(ago(at, now)).toBe(words));

  it("names a date that is long ago or to come", () => {
    expect(ago("2020-01-02T00:00:00Z", now)).toBe("2 Jan 2020");
    expect(ago(null, now)).toBe("?");
  });

  it.each([
    [null, "?"], [0.0304, "30 ms"], [0.0001, "1 ms"], [0, "0.0 s"], [0.24, "0.2 s"], [42, "42 s"], [250, "4 min 10 s"], [7500, "2 h 05 min"], [273600, "3 d 4 h"],
  ])("%s seconds are %s", (seconds, words) => expect(span(seconds)).toBe(words));

  it("shows the page's zone", () => {
    expect(clock("2026-11-21T05:24:16Z")).toBe("05:24");
    showIn("America/New_York");
    expect(clock("2026-11-21T05:24:16Z")).toBe("00:24");
    showIn("Nowhere/At all");
    expect(absolute("2026-11-21T05:24:16Z")).toContain("2026");
    expect([absolute(null), clock(null)]).toEqual(["not recorded", "?"]);
  });

  it("names days", () => {
    expect(dayName("2026-11-16")).toMatch(/^Mon,? 16 Nov$/);
    expect(weekday("2026-11-16")).toBe("Mon");
    expect([monthName("2026-11"), monthName("(none)")]).toEqual(["November", "(none)"]);
    expect(dayName("(none)")).toBe("(none)");
  });
});

describe("counts", () => {
  it("never shows what is not known as 0", () => {
    expect([count(null), short(null), bytes(null), share(0, 0)]).toEqual(["?", "?", "?", "?"]);
  });

  it("shortens", () => {
    expect([short(987), short(12_345), short(999_600), short(4_500_000)]).toEqual(["987", "12.3 k", "1.0 M", "4.5 M"]);
    expect([bytes(12), bytes(368_640), count(12345), share(3, 4), share(1, 900), many(1, "commit"), many(2, "commit")]).toEqual([
      "12 B", "369 kB", "12,345", "75 %", "<1 %", "1 commit", "2 commits",
    ]);
  });

  it("adds tokens that are known", () => {
    const usage = { input: 10, output: 5, cache_read: null, cache_write_5m: 0, cache_write_1h: null, reasoning: 3, web_searches: null };
    expect(tokens(usage)).toBe(15);
    expect(tokens(null)).toBeNull();
    expect(tokens({ ...usage, input: null, output: null, cache_write_5m: null })).toBeNull();
    expect(usageWords(usage)).toContain("cache read: not recorded");
  });
});
