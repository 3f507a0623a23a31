import { describe, expect, it } from "vitest";
import { asked, changed, has, narrowed, rangeWords, read, selection, toggled, write } from "../src/model/address";
import { besideWords, partWords, phaseWords } from "../src/model/wording";
import { halves, leaf, rule, shortId, title } from "../src/model/words";

describe("address", () => {
  it("reads what it wrote, in one spelling", () => {
    const state = read("?agent=b,a&agent=a&q=x%20y&sort=cost&order=desc&evil=1&model=");
    expect(state).toEqual({ agent: "a,b", q: "x y", sort: "cost", order: "desc" });
    expect(write(state)).toBe("?agent=a,b&q=x+y&sort=cost&order=desc");
    expect(read(write(state))).toEqual(state);
    expect(write({})).toBe("");
  });

  it("puts values in and takes them out", () => {
    const one = toggled({}, "agent", "b");
    const two = toggled(one, "agent", "a");
    expect(two.agent).toBe("a,b");
    expect([has(two, "agent", "a"), has(one, "agent", "a")]).toEqual([true, false]);
    expect(toggled(one, "agent", "b")).toEqual({});
    expect(toggled({ repo: "x" }, "repo", "x")).toEqual({});
    expect(toggled({ repo: "x" }, "repo", "y")).toEqual({ repo: "y" });
    expect(changed({ q: "x" }, "q", "")).toEqual({});
    expect(has({ repo: "a,b" }, "repo", "a")).toBe(false);
  });

  it("asks for seven days unless told", () => {
    expect(asked({})).toEqual({ since: "7d" });
    expect(asked({ since: "all", q: "x" })).toEqual({ q: "x" });
    expect(asked({ until: "2026-01-01" })).toEqual({ until: "2026-01-01" });
    expect(selection({ q: "x", agent: "a", sort: "cost" })).toEqual({ agent: "a", since: "7d" });
    expect(narrowed({ since: "all", q: "x", agent: "a" })).toBe(2);
  });

  it("names its time", () => {
    expect(rangeWords({})).toBe("the last 7 days");
    expect(rangeWords({ since: "2026-11-01", until: "2026-11-01" })).toBe("2026-11-01");
    expect(rangeWords({ since: "2026-11-01" })).toBe("since 2026-11-01");
    expect(rangeWords({ until: "2026-11-01" })).toBe("until 2026-11-01");
  });
});

describe("words", () => {
  it("calls things by their names", () => {
    expect([leaf("/a/b/"), leaf("C:\\x\\y"), leaf(null)]).toEqual(["b", "y", "?"]);
    expect(halves("/a/b.py")).toEqual(["/a/", "b.py"]);
    expect([rule("RETRY_LOOP"), rule("cache_miss")]).toEqual(["Retry loop", "Cache miss"]);
    expect(shortId("01a1fc8f-fa7e-7320")).toBe("01a1fc8f-fa7e");
    expect(shortId("01a1fc90-1443-7d80-ba78-961897e9dc76")).toBe("01a1fc90-1443");
    expect(shortId("942bf1b1-e31e-4f36-8359-80dd7740a467")).toBe("942bf1b1");
    expect(shortId("942bf1b1-e31e-4f36-8359-80dd7740a467/agent-a8936251ceec1d63b")).toBe("agent-a8936251");
    expect(title({ title: " ", id: "short" })).toBe("untitled short");
  });

  it("says what only a reader of logs would know in words", () => {
    expect(partWords("system and tools, not logged")[0]).toBe("instructions and tools, not in the log");
    expect(partWords("shell")).toEqual(["shell", ""]);
    expect([besideWords("deferred_tools_delta"), besideWords("deferred tools delta"), besideWords("memory")]).toEqual(["tools it can load when needed", "tools it can load when needed", "memory"]);
    expect([phaseWords("talk"), phaseWords("edit a.py")]).toEqual(["only talked", "edit a.py"]);
  });
});
