/** What names of the log and of reports mean, for who reads them the first time: the word that is shown, and what stands behind it. */

type Meant = readonly [words: string, why: string];

const PARTS: Record<string, Meant> = {
  "system and tools, not logged": ["instructions and tools, not in the log", "What the agent's program sends with every call and its log does not hold: what no logged text explains"],
  "system and tools": ["instructions and tools in the log", "The system prompt, permissions and descriptions of tools that the log holds"],
  "more than estimated": ["more than its texts explain", "The context grew by more than the lengths of the logged texts let expect"],
  "less than estimated": ["less than its texts explain", "The context grew by less than the lengths of the logged texts let expect"],
  "notes of the agent": ["notes by the agent's program", "Reminders, hooks and other texts that the program put beside the conversation"],
};

const BESIDE: [RegExp, string][] = [
  [/^deferred tools delta$/, "tools it can load when needed"], [/^agent listing delta$/, "sub-agents it can start"], [/^remote session change$/, "change of a remote session"],
  [/^total tokens reminder$/, "tokens left"], [/^session context$/, "state of the repository"], [/^mcp instructions delta$/, "instructions of MCP servers"],
];

/** A part of the context: what it is called, and what that means. */
export function partWords(what: string): Meant {
  return PARTS[what] ?? [what, ""];
}

/** What an agent's program put into the context, in words. */
export function besideWords(kind: string): string {
  const plain = kind.replaceAll("_", " ");
  return BESIDE.find(([pattern]) => pattern.test(plain))?.[1] ?? plain;
}

/** A phase in which no tool ran is called so by reports. */
export function phaseWords(label: string): string {
  return label === "talk" ? "only talked" : label;
}
