/** What a tool was given: JSON that may have been cut, read as far as it goes. */

export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

export interface Given {
  value: Value;
  /** It ended before its end. */
  cut: boolean;
}

const DEEPEST = 32;

/** A text as JSON; null where it is none. Of a text that was cut, all that is there. */
export function given(text: string): Given | null {
  try {
    return { value: JSON.parse(text) as Value, cut: false };
  } catch {
    const start = text.trimStart();
    if (start[0] !== "{" && start[0] !== "[") return null;
    const reader = new Reader(start);
    const value = reader.value(0);
    return reader.wrong || value === undefined ? null : { value, cut: true };
  }
}

const STRING = /"((?:[^"\\]|\\u[\da-fA-F]{4}|\\[^u])*)("?)/y;
const ATOM = /-?\d[\d.eE+-]*|true|false|null/y;

/** Reads until the text ends or is no JSON. */
class Reader {
  wrong = false;
  private at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): Value | undefined {
    const sign = this.sign();
    if (depth > DEEPEST) this.wrong = true;
    if (this.wrong || sign === undefined) return undefined;
    if (sign === "{") return this.object(depth);
    if (sign === "[") return this.list(depth);
    return sign === '"' ? this.string() : this.atom();
  }

  private sign(): string | undefined {
    while (/\s/.test(this.text[this.at] ?? "")) this.at += 1;
    return this.text[this.at];
  }

  private object(depth: number): Value {
    const found: { [key: string]: Value } = Object.create(null) as { [key: string]: Value };
    this.at += 1;
    for (let sign = this.sign(); sign !== undefined && !this.wrong; sign = this.sign()) {
      if (sign === "}" || sign === ",") this.at += 1;
      if (sign === "}") break;
      if (sign === ",") continue;
      if (sign !== '"') this.wrong = true;
      const key = this.wrong ? "" : this.string();
      if (this.sign() !== ":") break;
      this.at += 1;
      const value = this.value(depth + 1);
      if (value !== undefined) found[key] = value;
    }
    return found;
  }

  private list(depth: number): Value {
    const found: Value[] = [];
    this.at += 1;
    for (let sign = this.sign(); sign !== undefined && !this.wrong; sign = this.sign()) {
      if (sign === "]" || sign === ",") this.at += 1;
      if (sign === "]") break;
      if (sign === ",") continue;
      const value = this.value(depth + 1);
      if (value !== undefined) found.push(value);
    }
    return found;
  }

  private string(): string {
    STRING.lastIndex = this.at;
    const found = STRING.exec(this.text);
    if (!found) {
      this.wrong = true;
      return "";
    }
    this.at = found[2] ? this.at + found[0].length : this.text.length;
    return unescaped(found[1]!);
  }

  private atom(): Value | undefined {
    ATOM.lastIndex = this.at;
    const found = ATOM.exec(this.text)?.[0];
    if (found === undefined) {
      // a word that was cut is left out
      this.wrong = !/^(?:t|tr|tru|f|fa|fal|fals|n|nu|nul|-)$/.test(this.text.slice(this.at));
      this.at = this.text.length;
      return undefined;
    }
    this.at += found.length;
    return found === "true" ? true : found === "false" ? false : found === "null" ? null : Number(found);
  }
}

const ESCAPE = /\\(?:u([\da-fA-F]{4})|(["\\/bfnrt]))/g;
const SIGNS: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** What stands in the quotes of a JSON text, as it is read. */
export function unescaped(text: string): string {
  return text.replace(ESCAPE, (_, code: string | undefined, sign: string) => (code ? String.fromCharCode(parseInt(code, 16)) : SIGNS[sign] ?? sign));
}

/** What it was given under names: the first of these that is a text. */
export function textAt(value: Value, ...names: string[]): string {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return "";
  for (const name of names) {
    const found = Object.hasOwn(value, name) ? value[name] : undefined;
    if (typeof found === "string") return found;
    if (Array.isArray(found) && found.length && found.every((one) => typeof one === "string")) return found.join(" ");
  }
  return "";
}

export function at(value: Value, ...names: string[]): Value | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  const name = names.find((one) => Object.hasOwn(value, one));
  return name === undefined ? undefined : value[name];
}
