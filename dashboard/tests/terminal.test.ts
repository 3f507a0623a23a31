import { describe, expect, it } from "vitest";
import { isStyled, rows, unstyled, type Look } from "../src/replay/blocks/read/ansi";

function told(text: string): string {
  const look = ({ ink, ground, ...rest }: Look) => [ink, ground === undefined ? undefined : `on ${ground}`, ...Object.keys(rest)].filter((one) => one !== undefined).join(" ");
  return rows(text).map((row) => row.map((run) => (look(run.look) ? `<${look(run.look)}:${run.text}>` : run.text)).join("")).join("\n");
}

const CASES: [string, string, string][] = [
  ["colours", "\x1b[31mred\x1b[0m plain \x1b[1;92mgreen\x1b[m", "<1:red> plain <10 bold:green>"],
  ["a colour over lines", "\x1b[33ma\nb\x1b[39mc", "<3:a>\n<3:b>c"],
  ["256 colours", "\x1b[38;5;196mx\x1b[48;5;232my\x1b[38;5;3mz", "<rgb(255 0 0):x><rgb(255 0 0) on rgb(8 8 8):y><3 on rgb(8 8 8):z>"],
  ["all colours, with either sign between", "\x1b[38;2;1;2;300mx\x1b[0;38:2::9:8:7my", "<rgb(1 2 255):x><rgb(9 8 7):y>"],
  ["attributes and their ends", "\x1b[2;3;4;9mx\x1b[22;23my\x1b[24;29mz", "<dim italic underline struck:x><underline struck:y>z"],
  ["a kind of underline", "\x1b[4:3mx\x1b[4:0my", "<underline:x>y"],
  ["a line that was written over", "10 %\r50 %\r100 %\ndone", "100 %\ndone"],
  ["a shorter line over a longer one", "abcdef\rXY", "XYcdef"],
  ["a line that was erased first", "abcdef\r\x1b[KXY", "XY"],
  ["a line erased as a whole", "abc\x1b[2K\rX", "X"],
  ["colours that were written over", "\x1b[31mabc\x1b[0m\r\x1b[32mX", "<2:X><1:bc>"],
  ["ends of lines of another system", "a\r\nb\r\r\nc", "a\nb\nc"],
  ["signs that go back", "abc\b\bX", "aXc"],
  ["moves", "abc\x1b[2DX\x1b[1CY\x1b[1GZ", "ZXcY"],
  ["a title and a link", "\x1b]0;title\x07a\x1b]8;;https://x.test\x1b\\b\x1b]8;;\x1b\\", "ab"],
  ["sequences that say nothing here", "a\x1b[?25l\x1b[2J\x1b(Bb\x1b=c\x07\x00", "abc"],
  ["what was cut", "a\x1b[3", "a\x1b[3".slice(0, 1) + "3"],
];

describe("what a terminal showed", () => {
  it.each(CASES)("reads %s", (_, text, wanted) => expect(told(text)).toBe(wanted));

  it("knows where there is nothing to do", () => {
    expect([isStyled("a\n\tb"), isStyled("a\rb"), isStyled("\x1b[1m")]).toEqual([false, true, true]);
    expect(unstyled("\x1b[1ma\x1b[0m\rb\nc")).toBe("b\nc");
  });

  it("takes as long as the text, whatever stands in it", () => {
    const texts = ["\x1b[".repeat(50_000), "\x1b]0;".repeat(50_000), "a\r".repeat(20_000), "\x1b[31ma\x1b[0m".repeat(10_000), "\x1b[999999999C".repeat(1000), `\x1b[${"1;".repeat(50_000)}m`];
    for (const text of texts) expect(rows(text)).toHaveLength(1);
  });
});
