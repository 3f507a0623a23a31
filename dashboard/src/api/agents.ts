/** What agents are called and which colour they have: the same on every page. */
import type { AgentRow } from "../model/types";
import { get, report } from "./client";
import { remembered, useStore } from "./store";

export interface Known {
  title: string;
  /** 1 to 8, a colour of the tokens. */
  colour: number;
  /** One or two letters that no other agent has. */
  mark: string;
}

const known = remembered<Record<string, Known>>("agents", {});
export const COLOURS = 8;

/** The colour of a name that the list does not have: always the same one. */
export function anyColour(name: string): number {
  let sum = 0;
  for (const sign of name) sum = (sum * 31 + sign.charCodeAt(0)) % 9973;
  return (sum % COLOURS) + 1;
}

/** The first letter, or with one of the next where others have the same. */
export function markOf(title: string, taken: ReadonlySet<string>): string {
  const first = title.charAt(0);
  const others = [...title.slice(1)].filter((sign) => /\w/.test(sign)).map((sign) => first + sign);
  return [first, ...others].find((mark) => !taken.has(mark)) ?? first;
}

/** Titles, marks and colours of the agents that are on this machine first, so that these differ from each other. */
export function named(rows: readonly AgentRow[]): Record<string, Known> {
  const order = [...rows].sort((a, b) => Number(b.sessions > 0) - Number(a.sessions > 0) || (a.name < b.name ? -1 : 1));
  const taken = new Set<string>();
  return Object.fromEntries(
    order.map((row, index) => {
      const mark = markOf(row.title, taken);
      taken.add(mark);
      return [row.name, { title: row.title, colour: (index % COLOURS) + 1, mark }];
    }),
  );
}

/** What is told of agents by whoever knows them. */
export function tellAgents(rows: readonly (Known & { name: string })[]): void {
  known.set({ ...known.value, ...Object.fromEntries(rows.map(({ name, title, colour, mark }) => [name, { title, colour, mark }])) });
}

export async function learnAgents(): Promise<void> {
  const answer = await get<{ agents: AgentRow[] }>(report("agents")).catch(() => null);
  if (!answer) return;
  const next = named(answer.agents);
  if (JSON.stringify(next) !== JSON.stringify(known.value)) known.set(next);
}

/** How an agent is shown; grey until the list of agents is here, so that no colour changes before the eyes. */
export function useAgent(name: string): Known {
  const all = useStore(known);
  const found = all[name];
  if (found) return found;
  const colour = Object.keys(all).length ? anyColour(name) : COLOURS;
  return { title: name, colour, mark: name.charAt(0).toUpperCase() };
}

export function useAgents(): Record<string, Known> {
  return useStore(known);
}
