/** What comments, strings and words look like in the languages that agents write: enough to colour them, not to understand them. */

export interface Language {
  name: string;
  /** What begins a comment to the end of its line. */
  line?: string[];
  /** What begins and ends a longer one. */
  block?: [string, string][];
  /** Quotes, the longer ones first; a long one goes on over lines. */
  quotes: string[];
  long?: string[];
  words: string;
  /** Signs that a name may begin with. */
  names?: string;
  caseless?: boolean;
  /** What a key is: `key:` in data, `key=` in settings. */
  keys?: "colon" | "equals";
}

const C = { line: ["//"], block: [["/*", "*/"]] as [string, string][], quotes: ['"', "'"] };
const SCRIPT =
  "abstract any as async await boolean break case catch class const continue debugger declare default delete do else enum export extends false finally for from function get if implements import in infer instanceof interface is keyof let namespace never new null number object of override private protected public readonly return satisfies set static string super switch this throw true try type typeof undefined unknown using var void while with yield";
const SHELL = "alias break case cd continue declare do done echo elif else esac eval exec exit export false fi for function if in local printf read readonly return select set shift source then time trap true unset until while";

const LANGUAGES: Record<string, Language> = {
  python: {
    name: "Python", line: ["#"], quotes: ['"', "'"], long: ['"""', "'''"],
    words: "False None True and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return self try type while with yield", names: "@",
  },
  javascript: { ...C, name: "JavaScript", long: ["`"], words: SCRIPT, names: "@" },
  typescript: { ...C, name: "TypeScript", long: ["`"], words: SCRIPT, names: "@" },
  json: { ...C, name: "JSON", words: "true false null", keys: "colon" },
  shell: { name: "Shell", line: ["#"], quotes: ["'"], long: ['"'], words: SHELL, names: "$" },
  css: { name: "CSS", block: [["/*", "*/"]], quotes: ['"', "'"], words: "important media supports import from to and not only keyframes layer container", names: "@-", keys: "colon" },
  html: { name: "HTML", block: [["<!--", "-->"]], quotes: ['"', "'"], words: "" },
  sql: {
    name: "SQL", line: ["--"], block: [["/*", "*/"]], quotes: ["'", '"'], caseless: true,
    words: "add all alter and as asc begin between by cascade case check column commit constraint create cross database default delete desc distinct drop else end exists explain foreign from full group having if in index inner insert into is join key left like limit not null offset on or order outer over partition primary references returning right rollback select set table then transaction trigger union unique update using values view when where with",
  },
  yaml: { name: "YAML", line: ["#"], quotes: ['"', "'"], words: "true false null yes no on off", keys: "colon" },
  settings: { name: "TOML", line: ["#", ";"], quotes: ['"', "'"], long: ['"""', "'''"], words: "true false", keys: "equals" },
  go: { ...C, name: "Go", long: ["`"], words: "any bool break byte case chan const continue default defer else error fallthrough false float64 for func go goto if import int int64 interface iota make map nil package range return rune select string struct switch true type var" },
  rust: {
    line: ["//"], block: [["/*", "*/"]], quotes: ['"'], name: "Rust",
    words: "Err None Ok Self Some as async await bool break const continue crate dyn else enum extern false fn for i32 i64 if impl in let loop match mod move mut pub ref return self static str struct super trait true type u32 u64 u8 unsafe use usize where while",
  },
  java: {
    ...C, name: "Java", long: ['"""'],
    words: "abstract as boolean break byte case catch char class companion const continue data default do double else enum extends false final finally float for fun guard if implements import in int interface internal is let long namespace new null nil object open operator override package private protected public readonly record return sealed short static string struct super switch this throw throws true try using val var virtual void when where while",
    names: "@",
  },
  c: {
    ...C, name: "C", names: "#",
    words: "auto bool break case catch char class const constexpr continue default define delete do double else endif enum extern false float for friend goto if ifdef ifndef include inline int long namespace new noexcept nullptr NULL operator override private protected public return short signed size_t sizeof static std struct switch template this throw true try typedef typename union unsigned using virtual void volatile while",
  },
  ruby: { name: "Ruby", line: ["#"], quotes: ['"', "'"], words: "alias and attr_accessor attr_reader begin break case class def defined do else elsif end ensure false for if in include module next nil not or private raise redo require require_relative rescue retry return self super then true undef unless until when while yield", names: "@:$" },
  php: { ...C, name: "PHP", line: ["//", "#"], words: "abstract and array as break case catch class const continue declare default do echo else elseif extends false final fn for foreach function global if implements include interface match namespace new null or private protected public readonly require return static string switch this throw trait true try use var void while", names: "$" },
  lua: { name: "Lua", line: ["--"], quotes: ['"', "'"], words: "and break do else elseif end false for function goto if in local nil not or repeat return then true until while" },
  docker: { name: "Dockerfile", line: ["#"], quotes: ['"', "'"], words: "ADD ARG AS CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL RUN SHELL STOPSIGNAL USER VOLUME WORKDIR", names: "$" },
  make: { name: "Makefile", line: ["#"], quotes: ['"', "'"], words: "define else endef endif ifdef ifeq ifndef ifneq include export override", names: "$." },
  diff: { name: "Diff", quotes: [], words: "" },
};

/** Other names, and the endings of files. */
const SAID: Record<string, string> = {
  py: "python", pyi: "python", python3: "python", pycon: "python", js: "javascript", jsx: "javascript", mjs: "javascript", cjs: "javascript", node: "javascript", ts: "typescript",
  tsx: "typescript", mts: "typescript", cts: "typescript", json5: "json", jsonc: "json", jsonl: "json", ndjson: "json", bash: "shell", sh: "shell", zsh: "shell", fish: "shell", console: "shell",
  "shell-session": "shell", terminal: "shell", powershell: "shell", ps1: "shell", scss: "css", sass: "css", less: "css", xml: "html", svg: "html", vue: "html", svelte: "html", htm: "html", xhtml: "html",
  plist: "html", yml: "yaml", toml: "settings", ini: "settings", cfg: "settings", conf: "settings", env: "settings", properties: "settings", editorconfig: "settings", golang: "go", mod: "go", rs: "rust", kt: "java", kts: "java",
  kotlin: "java", cs: "java", csharp: "java", swift: "java", scala: "java", groovy: "java", gradle: "java", dart: "java", h: "c", cc: "c", cpp: "c", "c++": "c", cxx: "c", hpp: "c", hh: "c", objc: "c", m: "c", rb: "ruby", erb: "html",
  gemfile: "ruby", rakefile: "ruby", phtml: "php", dockerfile: "docker", containerfile: "docker", makefile: "make", mk: "make", patch: "diff", postgresql: "sql", mysql: "sql", sqlite: "sql",
};

/** A language by its name in a fence; null where it is not known. */
export function language(name: string): (Language & { key: string }) | null {
  const given = name.toLowerCase();
  const key = SAID[given] ?? given;
  const found = Object.hasOwn(LANGUAGES, key) ? LANGUAGES[key] : undefined;
  return found ? { ...found, key } : null;
}

/** The language that a file is in by its name; empty where it is not known. */
export function languageOf(path: string): string {
  const leaf = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1).toLowerCase();
  const ending = leaf.includes(".") ? leaf.slice(leaf.lastIndexOf(".") + 1) : leaf;
  return language(ending) ? ending : "";
}
