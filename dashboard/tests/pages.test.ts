import { describe, expect, it } from "vitest";
import { anyColour, markOf, named } from "../src/api/agents";
import { url } from "../src/api/client";
import { largest } from "../src/charts/donut";
import { level } from "../src/charts/heat";
import { ceiling, filled } from "../src/charts/trend";
import { said } from "../src/pages/health";
import { pieces, typed } from "../src/pages/search";
import { shortest } from "../src/model/words";
import { ordered } from "../src/parts/table";

describe("charts", () => {
  it("ends at a round number", () => {
    expect([0, 0.88, 1, 12, 21, 260].map(ceiling)).toEqual([1, 1, 1, 20, 25, 500]);
  });

  it("has every day between, and a week at least", () => {
    const point = (key: string) => ({ key, value: "1", unpriced: 0, words: "" });
    expect(filled([point("2026-11-03"), point("(none)"), point("2026-11-01")]).map((day) => day.key)).toEqual([
      "2026-10-28", "2026-10-29", "2026-10-30", "2026-10-31", "2026-11-01", "2026-11-02", "2026-11-03",
    ]);
    expect(filled([])).toEqual([]);
  });

  it("shows the largest, and the others as one", () => {
    const slices = ["5", null, "1", "0", "3", "2"].map((value, index) => ({ key: String(index), name: String(index), value, unpriced: index, colour: 1 }));
    expect(largest(slices, 2).map((slice) => [slice.name, slice.value])).toEqual([["0", "5"], ["4", "3"], ["2 others", "3"]]);
    expect(largest(slices, 2).map((slice) => slice.unpriced)).toEqual([0, 4, 7]);
    expect(largest(slices, 3)).toHaveLength(4);
  });

  it("shades a little beside a lot", () => {
    expect([level(0, 9), level(0.01, 9), level(9, 9), level(1, 0)]).toEqual([0, 1, 5, 0]);
  });
});

describe("names", () => {
  it("asks for words that begin as they are typed", () => {
    expect(["refund", "big refund", "re", '"refund"', "a OR bcd", "src/x.py", ""].map(typed)).toEqual(["refund*", "big refund*", "re", '"refund"', "a OR bcd", "src/x.py", ""]);
  });

  it("tells folders of one name apart by what is above them", () => {
    const names = shortest(["/home/dev/demo", "/srv/a/demo", "/srv/b/demo", "/home/dev/shop/", "", "demo"]);
    expect([...names.values()]).toEqual(["dev/demo", "a/demo", "b/demo", "shop", "?", "demo"]);
  });
});

describe("parts", () => {
  it("puts what is not known last in either order", () => {
    const column = { key: "v", name: "V", cell: () => null, by: (row: { v: number | null }) => row.v };
    const rows = [{ v: 1 }, { v: null }, { v: 3 }];
    expect(ordered(rows, column, true).map((row) => row.v)).toEqual([3, 1, null]);
    expect(ordered(rows, column, false).map((row) => row.v)).toEqual([1, 3, null]);
    expect(ordered(rows, undefined, false)).toBe(rows);
  });

  it("tells what was found from what is around it", () => {
    expect(pieces("a «b» c«d»")).toEqual([
      { text: "a ", found: false }, { text: "b", found: true }, { text: " c", found: false }, { text: "d", found: true },
    ]);
  });

  it("says a problem, whatever it is made of", () => {
    expect(said("plain")).toBe("plain");
    expect(said({ text: "torn", hint: "read again", path: "/x" })).toBe("torn · read again");
    expect(said({ path: "/x", lines: [1, 2], none: null })).toBe("path /x · lines 1, 2");
  });
});

describe("agents", () => {
  const row = (name: string, title: string, sessions: number) => ({ name, title, found: true, logs: 1, sessions, subagents: 0, last: null, versions: [] });

  it("have marks and colours of their own", () => {
    const found = named([row("z", "Zeta", 0), row("b", "Beta", 1), row("a", "Bravo", 2), row("c", "Be", 0)]);
    expect(Object.entries(found).map(([name, known]) => [name, known.mark, known.colour])).toEqual([["a", "B", 1], ["b", "Be", 2], ["c", "B", 3], ["z", "Z", 4]]);
    expect(markOf("X", new Set(["X"]))).toBe("X");
    expect(anyColour("someone")).toBe(anyColour("someone"));
  });
});

describe("addresses of the API", () => {
  it("repeat what may be several, and leave out what is empty", () => {
    expect(url("/api", { agent: "a,b", q: "x y", label: "", limit: 0, none: null })).toBe("/api?agent=a&agent=b&q=x+y&limit=0");
  });
});
