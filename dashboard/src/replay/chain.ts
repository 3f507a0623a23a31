/** Why: from an event back to the prompt that it came from, along the strongest cause of each. */
import type { How, Moment } from "../model/replay";

export interface Step {
  event: number;
  /** How the event before it in the chain led to it; null of the first. */
  how: How | null;
  path: string;
}

const LONGEST = 60;

/** How one thing led to the next, as a person says it. */
export const HOWS: Record<How, string> = {
  result: "gave back", retry: "was tried again as", iteration: "was mended and tried again as", denial: "was refused, so", read: "was read before",
  path: "named the file of", prompt: "asked for", answer: "was answered by", part: "did", interruption: "was stopped by", continuation: "goes on in",
  "sub-agent": "was done by", said: "and so it did", change: "was mended by",
};

/** The chain, the prompt first, and before its end what the agent said right then. Events that are not here yet are asked for. */
export async function chainTo(event: number, ask: (event: number) => Promise<Moment | undefined>): Promise<Step[]> {
  const chain: Step[] = [];
  const seen = new Set<number>();
  let now: number | null = event;
  while (now !== null && !seen.has(now) && chain.length < LONGEST) {
    seen.add(now);
    const of: Moment | undefined = await ask(now);
    const cause: Moment["because"][number] | undefined = of?.kind === "user_prompt" ? undefined : of?.because.find((one) => Number(one.event) < now!);
    chain.unshift({ event: now, how: cause?.how ?? null, path: cause?.path ?? "" });
    now = cause ? Number(cause.event) : null;
  }
  return withSaid(chain, await ask(event));
}

/** What was said right before the last step stands between it and what it came from. */
function withSaid(chain: Step[], of: Moment | undefined): Step[] {
  const said = Number(of?.because.find((one) => one.how === "said")?.event ?? 0);
  const last = chain.at(-1)!;
  if (!said || said >= last.event || chain.some((one) => one.event === said)) return chain;
  return [...chain.slice(0, -1), { ...last, event: said }, { event: last.event, how: "said", path: "" }];
}
