/** What stands in one paragraph of Markdown, read once from left to right: the work grows with the text, never with its square. */

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "code"; text: string }
  | { kind: "strong" | "em" | "del"; inside: Inline[]; deep: number }
  | { kind: "link"; href: string; inside: Inline[]; deep: number }
  /** A picture is never loaded: its address, where it may be followed, and the words for it. */
  | { kind: "image"; href: string | null; alt: string }
  | { kind: "break" };

/** As deep as marks are looked at inside each other; a browser lays out no deeper tree than a few hundred. */
const DEEPEST = 8;
const LONGEST_ADDRESS = 2048;
/** So many brackets may be open at once; one more is a bracket and nothing else. */
const MOST_BRACKETS = 64;

/** An address that may be followed: whole, http or https, without a name or password in it; else null. */
export function safe(address: string): string | null {
  if (!/^https?:\/\//i.test(address) || address.length > LONGEST_ADDRESS) return null;
  try {
    const found = new URL(address);
    return /^https?:$/.test(found.protocol) && !found.username && !found.password ? found.href : null;
  } catch {
    return null;
  }
}

interface Mark {
  sign: string;
  left: number;
  /** Where it stands in what was read so far. */
  at: number;
}

interface Bracket {
  at: number;
  image: boolean;
}

const PLAIN = /[^\\`<![\]*_~\nhH]+/y;
const ADDRESS = /<(https?:\/\/[^\s<>]{1,2048})>/iy;
const BARE = /https?:\/\/[^\s<>"'`|\\]{1,2048}/iy;
const TARGET = /\([ \t]*(?:<([^<>\n]{0,2048})>|((?:[^\s()\\]|\\[^\s]|\([^\s()]{0,512}\)){0,2048}))(?:[ \t\n]+(?:"[^"\n]{0,512}"|'[^'\n]{0,512}'))?[ \t]*\)/y;
const SPACE = /\s/;
const PUNCTUATION = /[!-/:-@[-`{-~\p{P}\p{S}]/u;

class Reader {
  private readonly out: Inline[] = [];
  private readonly marks: Mark[] = [];
  private readonly brackets: Bracket[] = [];
  private readonly open: Record<string, number> = { "*": 0, _: 0, "~": 0 };
  private ticks: Map<number, number[]> | null = null;
  private at = 0;

  constructor(private readonly text: string) {}

  read(): Inline[] {
    while (this.at < this.text.length) this.next();
    return this.out;
  }

  private next(): void {
    const sign = this.text[this.at]!;
    if (sign === "\\") return this.escape();
    if (sign === "`") return this.code();
    if (sign === "*" || sign === "_" || sign === "~") return this.mark(sign);
    if (sign === "[") return this.bracket(false, 1);
    if (sign === "!" && this.text[this.at + 1] === "[") return this.bracket(true, 2);
    if (sign === "]") return this.close();
    if (sign === "\n") return this.newline();
    if (sign === "<" && this.address()) return;
    if ((sign === "h" || sign === "H") && this.bare()) return;
    PLAIN.lastIndex = this.at;
    const plain = PLAIN.exec(this.text)?.[0] ?? sign;
    this.say(plain);
    this.at += plain.length;
  }

  private say(text: string): void {
    const last = this.out.at(-1);
    // what marks and brackets stand for is kept apart until they are closed
    if (last?.kind === "text" && this.marks.at(-1)?.at !== this.out.length - 1 && this.brackets.at(-1)?.at !== this.out.length - 1) last.text += text;
    else this.out.push({ kind: "text", text });
  }

  private escape(): void {
    const next = this.text[this.at + 1];
    if (next === "\n") {
      this.out.push({ kind: "break" });
      this.at += 2;
    } else if (next !== undefined && /[!-/:-@[-`{-~]/.test(next)) {
      this.say(next);
      this.at += 2;
    } else {
      this.say("\\");
      this.at += 1;
    }
  }

  private newline(): void {
    this.say("\n");
    this.at += 1;
  }

  private code(): void {
    const size = this.run("`");
    const from = this.at + size;
    const end = this.ticksOf(size).find((place) => place >= from);
    if (end === undefined) {
      this.say("`".repeat(size));
      this.at = from;
      return;
    }
    const inside = this.text.slice(from, end).replaceAll("\n", " ");
    const stripped = /^ .*[^ ].* $|^ [^ ] $/.test(inside) ? inside.slice(1, -1) : inside;
    this.out.push({ kind: "code", text: stripped });
    this.at = end + size;
  }

  /** Where runs of so many ticks stand, from here on: what is behind is dropped, so that each is looked at once. */
  private ticksOf(size: number): number[] {
    if (this.ticks === null) {
      this.ticks = new Map();
      for (const found of this.text.matchAll(/`+/g)) {
        const places = this.ticks.get(found[0].length);
        if (places) places.push(found.index);
        else this.ticks.set(found[0].length, [found.index]);
      }
      for (const places of this.ticks.values()) places.reverse();
    }
    const places = this.ticks.get(size) ?? [];
    while (places.length && places.at(-1)! < this.at + size) places.pop();
    return places.length ? [places.at(-1)!] : [];
  }

  private run(sign: string): number {
    let end = this.at + 1;
    while (this.text[end] === sign) end += 1;
    return end - this.at;
  }

  private address(): boolean {
    ADDRESS.lastIndex = this.at;
    const found = ADDRESS.exec(this.text);
    if (!found) return false;
    this.link(found[1]!, found[1]!);
    this.at += found[0].length;
    return true;
  }

  private bare(): boolean {
    if (/[\w/]/.test(this.text[this.at - 1] ?? "")) return false;
    BARE.lastIndex = this.at;
    const found = BARE.exec(this.text)?.[0];
    if (!found || this.brackets.some((bracket) => !bracket.image)) return false;
    const address = ended(found);
    if (safe(address) === null) return false;
    this.link(address, address);
    this.at += address.length;
    return true;
  }

  private link(address: string, words: string): void {
    const href = safe(address);
    if (href === null) this.say(words);
    else this.out.push({ kind: "link", href, inside: [{ kind: "text", text: words }], deep: 1 });
  }

  private bracket(image: boolean, size: number): void {
    if (this.brackets.length < MOST_BRACKETS) this.brackets.push({ at: this.out.length, image });
    this.out.push({ kind: "text", text: image ? "![" : "[" });
    this.at += size;
  }

  private close(): void {
    this.at += 1;
    const bracket = this.brackets.pop();
    TARGET.lastIndex = this.at;
    const target = bracket ? TARGET.exec(this.text) : null;
    if (!bracket || !target) return this.say("]");
    this.forget(bracket.at);
    const inside = this.out.splice(bracket.at).slice(1);
    const address = (target[1] ?? target[2] ?? "").replace(/\\([!-/:-@[-`{-~])/g, "$1");
    this.at += target[0].length;
    const href = safe(address);
    if (bracket.image) {
      this.out.push({ kind: "image", href, alt: words(inside) });
      return;
    }
    const deep = depth(inside) + 1;
    if (href === null) this.unfollowed(inside, address);
    else if (deep > DEEPEST) this.out.push({ kind: "link", href, inside: [{ kind: "text", text: words(inside) }], deep: 1 });
    else this.out.push({ kind: "link", href, inside, deep });
    // no link stands in a link
    for (let index = this.brackets.length - 1; index >= 0 && !bracket.image; index -= 1) if (!this.brackets[index]!.image) this.brackets.splice(index, 1);
  }

  /** What cannot be followed stays to be read: a path beside its words, anything else as it was written. */
  private unfollowed(inside: Inline[], address: string): void {
    if (/^[a-z][a-z\d+.-]*:/i.test(address) || !address) return void this.out.push({ kind: "text", text: "[" }, ...inside, { kind: "text", text: `](${address})` });
    if (words(inside) !== address) this.out.push(...inside, { kind: "text", text: " " });
    this.out.push({ kind: "code", text: address });
  }

  private mark(sign: string): void {
    const size = this.run(sign);
    const [before, after] = [this.text[this.at - 1] ?? " ", this.text[this.at + size] ?? " "];
    this.at += size;
    const opens = !SPACE.test(after) && (!PUNCTUATION.test(after) || SPACE.test(before) || PUNCTUATION.test(before));
    const closes = !SPACE.test(before) && (!PUNCTUATION.test(before) || SPACE.test(after) || PUNCTUATION.test(after));
    if (sign === "~" && size !== 2) return this.say(sign.repeat(size));
    const [canOpen, canClose] = sign === "_" ? [opens && (!closes || PUNCTUATION.test(before)), closes && (!opens || PUNCTUATION.test(after))] : [opens, closes];
    const left = canClose ? this.match(sign, size) : size;
    if (left === 0) return;
    if (!canOpen) return this.say(sign.repeat(left));
    this.marks.push({ sign, left, at: this.out.length });
    this.open[sign] = this.open[sign]! + 1;
    this.out.push({ kind: "text", text: sign.repeat(left) });
  }

  /** Close what the same sign opened; returns how many signs are left over. */
  private match(sign: string, size: number): number {
    let left = size;
    while (left > 0 && this.open[sign]! > 0) {
      while (this.marks.at(-1)!.sign !== sign) this.drop();
      const mark = this.marks.at(-1)!;
      const used = sign === "~" ? 2 : Math.min(2, left, mark.left);
      const inside = this.out.slice(mark.at + 1);
      const deep = depth(inside) + 1;
      if (deep > DEEPEST) {
        this.forget(mark.at);
        return left;
      }
      while (this.brackets.length && this.brackets.at(-1)!.at > mark.at) this.brackets.pop();
      this.out.length = mark.at + 1;
      mark.left -= used;
      left -= used;
      if (mark.left === 0) {
        this.out.pop();
        this.drop();
      } else this.out[mark.at] = { kind: "text", text: sign.repeat(mark.left) };
      this.out.push({ kind: sign === "~" ? "del" : used === 2 ? "strong" : "em", inside, deep });
    }
    return left;
  }

  private drop(): void {
    const mark = this.marks.pop()!;
    this.open[mark.sign] = this.open[mark.sign]! - 1;
  }

  private forget(from: number): void {
    while (this.marks.length && this.marks.at(-1)!.at >= from) this.drop();
  }
}

function depth(inside: readonly Inline[]): number {
  let deep = 0;
  for (const one of inside) if ("deep" in one && one.deep > deep) deep = one.deep;
  return deep;
}

/** A bare address without the sign that ends its sentence, and without a bracket that was opened before it. */
function ended(address: string): string {
  let end = address.length;
  let round = 0;
  for (const sign of address) round += sign === "(" ? 1 : sign === ")" ? -1 : 0;
  for (; end > 0; end -= 1) {
    const last = address[end - 1]!;
    if (last === ")" && round < 0) round += 1;
    else if (!/[.,;:!?*_~'"\]]/.test(last)) break;
  }
  return address.slice(0, end);
}

/** Only the words. */
export function words(inside: readonly Inline[]): string {
  return inside.map((one) => (one.kind === "break" ? "\n" : one.kind === "image" ? one.alt : "text" in one ? one.text : words(one.inside))).join("");
}

export function inline(text: string): Inline[] {
  return new Reader(text).read();
}
