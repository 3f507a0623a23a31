import { describe, expect, it } from "vitest";
import parts from "../src/style/parts.css?raw";
import pages from "../src/style/pages.css?raw";
import shell from "../src/style/shell.css?raw";
import tables from "../src/style/tables.css?raw";
import tokens from "../src/style/tokens.css?raw";

const block = (after: string) => {
  const start = tokens.indexOf("{", tokens.indexOf(after)) + 1;
  return tokens.slice(start, tokens.indexOf("}", start)).split("\n").map((line) => line.trim()).filter((line) => line.startsWith("--"));
};

describe("tokens", () => {
  it("are the same dark ones, chosen or preferred", () => {
    expect(block(':root:not([data-theme="light"])')).toEqual(block(':root[data-theme="dark"]'));
  });

  it("are the only place of colours", () => {
    for (const text of [parts, pages, shell, tables]) expect(text).not.toMatch(/#[0-9a-f]{3,8}\b|rgb\(|hsl\(/i);
  });

  it("are all there where they are used", () => {
    const used = [parts, pages, shell, tables].flatMap((text) => [...text.matchAll(/var\((--[\w-]+)\)/g)].map((found) => found[1]!));
    const own = new Set(["--k", "--under"]);
    expect([...new Set(used)].filter((name) => !own.has(name) && !tokens.includes(`${name}:`))).toEqual([]);
  });
});
