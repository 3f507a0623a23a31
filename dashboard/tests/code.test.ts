import { describe, expect, it } from "vitest";
import { codeRows, LONGEST, pieces } from "../src/replay/blocks/read/code";
import { languageOf } from "../src/replay/blocks/read/languages";

function told(text: string, language: string): string {
  return pieces(text, language).map(({ kind, text: piece }) => (kind ? `<${kind}:${piece}>` : piece)).join("");
}

const CASES: [string, string, string][] = [
  ["python", '@cached\ndef f(a):  # why\n    return "x\\"" + 1.5e3', '<name:@cached>\n<word:def> <call:f>(a):  <comment:# why>\n    <word:return> <string:"x\\""> + <number:1.5e3>'],
  ["py", '"""a\nb""" + \'c', '<string:"""a\nb"""> + \'c'],
  ["tsx", "const a = `x${1}`; // b\nlet c: string = $d(0xff)", "<word:const> a = <string:`x${1}`>; <comment:// b>\n<word:let> c: <word:string> = <call:$d>(<number:0xff>)"],
  ["json", '{"a": "b", "c": [1, true]}', '{<key:"a">: <string:"b">, <key:"c">: [<number:1>, <word:true>]}'],
  ["bash", "for f in *.py; do echo \"$f\" # x\ndone", '<word:for> f <word:in> *.py; <word:do> <word:echo> <string:"$f"> <comment:# x>\n<word:done>'],
  ["sql", "SELECT a FROM b -- c", "<word:SELECT> a <word:FROM> b <comment:-- c>"],
  ["yaml", "a-b: true # c\nd: 'e'", "<key:a>-<key:b>: <word:true> <comment:# c>\n<key:d>: <string:'e'>"],
  ["toml", 'a = "b" # c', '<key:a> = <string:"b"> <comment:# c>'],
  ["css", "a { color: 10px; /* b */ }", "a { <key:color>: <number:10px>; <comment:/* b */> }"],
  ["html", '<a href="b">c = d</a><!-- e -->', '<tag:<a> <key:href>=<string:"b"><tag:>>c = d<tag:</a>><comment:<!-- e -->>'],
  ["go", "func f() int { return 1 } /* open", "<word:func> <call:f>() <word:int> { <word:return> <number:1> } <comment:/* open>"],
  ["rust", "let x: &'a str = \"b\";", "<word:let> x: &'a <word:str> = <string:\"b\">;"],
  ["diff", "@@ -1 +1 @@\n-a\n+b\n c", "<place:@@ -1 +1 @@\n><minus:-a\n><plus:+b\n> c"],
  ["nobody", "def a(): # b", "def a(): # b"],
  ["constructor", "def a", "def a"],
];

describe("code in colours", () => {
  it.each(CASES)("reads %s", (language, text, wanted) => expect(told(text, language)).toBe(wanted));

  it("leaves out no sign, whatever stands in it", () => {
    const bits = ['"', "'", "`", "/*", "*/", "//", "#", "\n", "\\", "<a", ">", "=", "1", "a", ".", "-->", "<!--", "--", "$", "@", '"""', "é", "😀", "\ud800"];
    let state = 7;
    const roll = (sides: number) => (state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647) % sides;
    for (const language of ["python", "ts", "json", "sh", "css", "html", "sql", "yaml", "toml", "go", "rust", "java", "cpp", "ruby", "php", "docker", "diff"]) {
      for (let round = 0; round < 60; round += 1) {
        const text = Array.from({ length: roll(80) }, () => bits[roll(bits.length)]).join("");
        expect(pieces(text, language).map((piece) => piece.text).join("")).toBe(text);
        expect(codeRows(text, language).map((row) => row.map((piece) => piece.text).join("")).join("\n")).toBe(text);
      }
    }
  });

  it("takes as long as the text, and no longer text than it should", () => {
    const hard = ["1".repeat(49_000) + "_", "1.".repeat(20_000), '"\\'.repeat(20_000), "/*".repeat(20_000), "'".repeat(49_999), "a".repeat(49_000), "<a".repeat(20_000), "$".repeat(49_000), "<!--".repeat(12_000), '"""'.repeat(15_001), "-".repeat(49_000), "a=".repeat(20_000), "@".repeat(49_000) + "1"];
    for (const text of hard) for (const language of ["python", "js", "html", "php", "css", "yaml", "sh", "sql"]) expect(pieces(text, language).length).toBeGreaterThan(0);
    expect(pieces("def a ".repeat(LONGEST), "py")).toHaveLength(1);
  });

  it("knows a language by a file's name", () => {
    expect(["/a/b.py", "C:\\x\\y.TSX", "Dockerfile", "Makefile", "a.unknown", "", "x.constructor", ".gitignore"].map(languageOf)).toEqual(["py", "tsx", "dockerfile", "makefile", "", "", "", ""]);
  });
});
