import { describe, expect, it } from "vitest";
import { inline, safe, words, type Inline } from "../src/replay/blocks/read/inline";
import { LONGEST, markdown, MOST_ROWS, type Part } from "../src/replay/blocks/read/markdown";

function said(inside: readonly Inline[]): string {
  return inside.map((one) => (one.kind === "text" ? one.text : one.kind === "code" ? `<c>${one.text}</c>` : one.kind === "break" ? "<br>" : one.kind === "image" ? `<img ${one.href} ${one.alt}>` : `<${one.kind}${one.kind === "link" ? ` ${one.href}` : ""}>${said(one.inside)}</${one.kind}>`)).join("");
}

function told(parts: readonly Part[]): string {
  return parts.map((part) => {
    if (part.kind === "heading") return `h${part.level}(${said(part.inside)})`;
    if (part.kind === "paragraph") return `p(${said(part.inside)})`;
    if (part.kind === "code") return `code:${part.language}(${part.text})`;
    if (part.kind === "quote") return `quote(${told(part.inside)})`;
    if (part.kind === "list") return `${part.start === null ? "ul" : `ol${part.start}`}${part.tight ? "" : "~"}(${part.items.map((item) => `${item.checked === null ? "" : item.checked ? "[x]" : "[ ]"}${told(item.inside)}`).join("|")})`;
    if (part.kind === "table") return `table:${part.aligns.join(",")}(${[part.head, ...part.rows].map((row) => row.map(said).join("|")).join("/")})`;
    return part.kind === "plain" ? `plain(${part.text.length})` : "rule";
  }).join("");
}

const CASES: [string, string, string][] = [
  ["headings", "# One\n## Two ##\n###### Six\n#no", "h1(One)h2(Two)h6(Six)p(#no)"],
  ["an underlined heading", "One\n===\nTwo", "h1(One)p(Two)"],
  ["lines of a paragraph, kept apart", "one\n  two\n\nthree", "p(one\ntwo)p(three)"],
  ["a rule right below a text", "text\n---\nmore", "p(text)rulep(more)"],
  ["a fence with its language", "```Python title=x\na\n  b\n```\nend", "code:python(a\n  b)p(end)"],
  ["a fence that nobody closed", "a\n```\nb\n\nc", "p(a)code:(b\n\nc)"],
  ["a longer fence around another", "````md\n```\nx\n```\n````", "code:md(```\nx\n```)"],
  ["a list", "- a\n- b\n\ntext", "ul(p(a)|p(b))p(text)"],
  ["a loose list", "1. a\n\n2. b", "ol1~(p(a)|p(b))"],
  ["a list within a list, set in by two", "1. a\n  - b\n  - c\n2. d", "ol1(p(a)ul(p(b)|p(c))|p(d))"],
  ["tasks", "- [x] done\n- [ ] open\n- [a] no", "ul([x]p(done)|[ ]p(open)|p([a] no))"],
  ["code in a list", "- a\n  ```sh\n  ls\n  ```\n- b", "ul(p(a)code:sh(ls)|p(b))"],
  ["a quote with a list", "> a\n> - b\n\nc", "quote(p(a)ul(p(b)))p(c)"],
  ["a table", "| a | b |\n|:--|--:|\n| 1 | `x|y` |\n| \\| |\nend", "table:left,right(a|b/1|<c>x|y</c>/||)p(end)"],
  ["a bar that makes no table", "a | b\nc", "p(a | b\nc)"],
  ["code set in by four", "    a\n\n    b\nc", "code:(a\n\nb)p(c)"],
  ["tags as text", "<b onclick=x>hi</b>\n<script>alert(1)</script>", "p(<b onclick=x>hi</b>\n<script>alert(1)</script>)"],
];

const INLINES: [string, string, string][] = [
  ["stress", "*a* **b** ***c*** _d_ __e__ ~~f~~", "<em>a</em> <strong>b</strong> <em><strong>c</strong></em> <em>d</em> <strong>e</strong> <del>f</del>"],
  ["no stress in names", "snake_case_name 2*3*4 a * b", "snake_case_name 2<em>3</em>4 a * b"],
  ["what is not closed", "**a *b", "**a *b"],
  ["crossed marks", "*a _b* c_", "<em>a _b</em> c_"],
  ["code", "`a` ``b`c`` `open", "<c>a</c> <c>b`c</c> `open"],
  ["escapes", "\\*a\\* \\a", "*a* \\a"],
  ["a link", "[a **b**](https://x.test/p \"t\")", "<link https://x.test/p>a <strong>b</strong></link>"],
  ["a bare address without its full stop", "see https://x.test/a_(b). Or (https://x.test)", "see <link https://x.test/a_(b)>https://x.test/a_(b)</link>. Or (<link https://x.test/>https://x.test</link>)"],
  ["an address in brackets", "<https://x.test/?a=1>", "<link https://x.test/?a=1>https://x.test/?a=1</link>"],
  ["a script as an address", "[a](javascript:alert(1))", "[a](javascript:alert(1))"],
  ["a path as an address", "[calc](src/calc.py) [src/a.py](src/a.py)", "calc <c>src/calc.py</c> <c>src/a.py</c>"],
  ["a picture from elsewhere", "![alt *x*](https://x.test/i.png) ![b](data:image/png;base64,AA)", "<img https://x.test/i.png alt x> <img null b>"],
  ["no link in a link", "[a [b](https://x.test/1) c](https://x.test/2)", "[a <link https://x.test/1>b</link> c](<link https://x.test/2>https://x.test/2</link>)"],
];

describe("Markdown", () => {
  it.each(CASES)("reads %s", (_, text, wanted) => expect(told(markdown(text))).toBe(wanted));
  it.each(INLINES)("reads %s", (_, text, wanted) => expect(said(inline(text))).toBe(wanted));

  it("lets only http and https through, without a name", () => {
    expect(safe("HTTPS://x.test/a b")).toBe("https://x.test/a%20b");
    const bad = ["javascript:alert(1)", "java\nscript:x", "data:text/html,x", "file:///etc/passwd", "//x.test", "https://a:b@x.test", "https://", "vbscript:x", "blob:https://x.test/1", `https://x.test/${"a".repeat(3000)}`];
    expect(bad.map(safe)).toEqual(bad.map(() => null));
  });
});

// ---------------------------------------------------------------- what nobody would write

function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const BITS = ["*", "**", "_", "~~", "`", "``", "```", "\n```js\n", "[", "]", "](", ")", "!", "![", "<", ">", "\n", "\n\n", "\n> ", "\n- ", "\n1. ", "\n   ", "\n\t", "# ", "|", "\n|-|-|\n", "---", "===", "\\", "javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,<script>", "https://x.test/", "http://a@b.test", "//x.test", "<script>", "&#106;avascript:", "\0", "\u202e", "\ud800", "é", "😀", "word ", "[x] ", "\r\n", "\x1b[31m", "\"", "'", "mailto:a@b.test", "https://x.test/\"onmouseover=\"a"];

interface Seen {
  addresses: string[];
  words: number;
  deepest: number;
}

function lookAt(parts: readonly (Part | Inline)[], seen: Seen, depth = 1): Seen {
  seen.deepest = Math.max(seen.deepest, depth);
  for (const part of parts) {
    if ((part.kind === "link" || part.kind === "image") && part.href !== null) seen.addresses.push(part.href);
    if ("text" in part) seen.words += part.text.length;
    if (part.kind === "list") for (const item of part.items) lookAt(item.inside, seen, depth + 1);
    else if (part.kind === "table") for (const row of [part.head, ...part.rows]) for (const cell of row) lookAt(cell, seen, depth + 1);
    else if ("inside" in part) lookAt(part.inside, seen, depth + 1);
  }
  return seen;
}

function seenIn(text: string): Seen {
  return lookAt(markdown(text), { addresses: [], words: 0, deepest: 0 });
}

describe("Markdown that nobody vouches for", () => {
  it("never throws, and follows nothing but http and https", () => {
    const roll = dice(20_261_122);
    for (let round = 0; round < 4000; round += 1) {
      const text = Array.from({ length: 1 + roll(60) }, () => BITS[roll(BITS.length)]).join("");
      const seen = seenIn(text);
      for (const address of seen.addresses) expect(new URL(address).protocol, text).toMatch(/^https?:$/);
      expect(seen.deepest, text).toBeLessThan(64);
    }
  });

  const HUGE: [string, string][] = [
    ["a line of 10 MB", "a ".repeat(5_000_000)], ["stars", "*a **b ".repeat(14_000)], ["closed marks", "*".repeat(50_000) + "a" + "*".repeat(50_000)], ["mixed marks", "*_".repeat(25_000) + "a" + "_*".repeat(25_000)],
    ["brackets", "[".repeat(100_000)], ["links", "[a](".repeat(25_000)], ["brackets and addresses", "[".repeat(50_000) + " https://x.test".repeat(4000)], ["ticks", "`a``b".repeat(20_000)], ["rising ticks", Array.from({ length: 400 }, (_, index) => "`".repeat(index + 1)).join(" ")],
    ["quotes", ">".repeat(100_000)], ["lists", "- ".repeat(50_000)], ["a stair", Array.from({ length: 400 }, (_, index) => `${" ".repeat(index * 2)}- x`).join("\n")], ["tags", "<a ".repeat(33_000)], ["addresses", "<http://".repeat(12_000)],
    ["a wide table", `${"|a".repeat(9000)}|\n${"|-".repeat(2000)}|\n`], ["a long table", `|a|b|\n|-|-|\n${"|1|2|\n".repeat(14_000)}`], ["fences", "```\n".repeat(25_001)], ["dashes", "- - ".repeat(25_000)], ["blanks", " ".repeat(100_000)], ["empty lines", "\n".repeat(100_000)], ["bars", "|".repeat(100_000)], ["tails", "https://x.test/" + ".".repeat(100_000)], ["escapes", "\\".repeat(100_000)], ["numbers", "1. ".repeat(33_000)],
    ["lines of lists", "- a\n".repeat(25_000)], ["indents", `- a\n${"\n".repeat(20)}`.repeat(4000)], ["many words", "word https://x.test/a ".repeat(4500)],
  ];
  it.each(HUGE)("reads %s", (_, text) => {
    const seen = seenIn(text);
    expect(seen.deepest).toBeLessThan(64);
    expect(seen.addresses.every((address) => /^https?:/.test(address))).toBe(true);
  });

  it("leaves what is too much as it is, to the last sign", () => {
    const parts = markdown(`${"word ".repeat(LONGEST)}end`);
    const last = parts.at(-1);
    expect(last?.kind).toBe("plain");
    expect(last?.kind === "plain" && last.text.endsWith("end")).toBe(true);
    const kept = parts.map((part) => (part.kind === "plain" ? part.text : part.kind === "paragraph" ? words(part.inside) : "")).join("");
    expect(kept.replaceAll(" ", "")).toBe(`${"word".repeat(LONGEST)}end`);
  });

  it("says how many rows a table has beyond those it shows", () => {
    const [table] = markdown(`|a|b|\n|-|-|\n${"|1|2|\n".repeat(MOST_ROWS + 7)}`);
    expect(table).toMatchObject({ kind: "table", more: 7 });
  });
});
