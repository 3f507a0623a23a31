/** Names of things as a person reads them. */

/** The last folder of a path. */
export function leaf(path: string | null): string {
  if (!path) return "?";
  return path.replace(/[/\\]+$/, "").split(/[/\\]/).pop() || path;
}

/** Each path by as few of its last parts as tell it from the others. */
export function shortest(paths: readonly string[]): Map<string, string> {
  const parts = new Map([...new Set(paths)].map((path) => [path, path.replace(/[/\\]+$/, "").split(/[/\\]/)]));
  return new Map([...parts].map(([path, own]) => {
    const others = [...parts].filter(([other]) => other !== path).map(([, other]) => other);
    for (let size = 1; size < own.length; size++) {
      const name = own.slice(-size).join("/");
      if (others.every((other) => other.slice(-size).join("/") !== name)) return [path, name];
    }
    return [path, path || "?"];
  }));
}

/** A path in two: the folders, which may be cut, and the name, which may not. */
export function halves(path: string): [string, string] {
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1;
  return [path.slice(0, cut), path.slice(cut)];
}

/** `RETRY_LOOP` and `retry_loop` as "Retry loop". */
export function rule(name: string): string {
  const words = name.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const BY_CHANCE = /^[0-9a-f]{8}-[0-9a-f]{4}-4/;

/** As many signs of an id as tell it: eight where they are by chance; ids that begin with a time differ later. A sub-agent is called by its own part. */
export function shortId(id: string): string {
  const own = id.slice(id.lastIndexOf("/") + 1);
  if (own.length <= 12) return own;
  return own.slice(0, BY_CHANCE.test(own) ? 8 : own.startsWith("agent-") ? 14 : 13);
}

/** Why nobody knows how much a commit changed, or its name. */
export const UNPRINTED = "git did not print it: the commit was made quietly, say";

/** A session's title; one without any is called by its id. */
export function title(session: { title: string | null; id: string }): string {
  return session.title?.trim() || `untitled ${shortId(session.id)}`;
}

const STATES: Record<string, string> = {
  running: "an event within five minutes, or its process is alive",
  waiting: "waits for a permission",
  idle: "no end is recorded, and nothing happened for five minutes",
  ended: "the agent recorded its end",
  interrupted: "a person interrupted it last",
  killed: "its process ended without an end on record",
  unknown: "the log does not say",
};

/** Whether something may still happen in a session. */
export function goesOn(state: string | undefined): boolean {
  return state === "running" || state === "waiting";
}

/** What a state means. */
export function stateWords(state: string): string {
  return STATES[state] ?? state;
}

/** Why something of a session is not known that its model calls tell: none counts in it, where all stand in another session too. */
export function untold(own: { calls: number | null }, otherwise: string): string {
  return own.calls === 0 ? "no model call counts here: those in its log, if there are any, count in the session that they were copied from" : otherwise;
}
