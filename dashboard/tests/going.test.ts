import { describe, expect, it } from "vitest";
import { type Head, type Kind, moment, type Moment, type ReplayDocument, type Sent } from "../src/model/replay";
import { ended } from "../src/replay/blocks/words";
import { going } from "../src/replay/going";
import { Tape } from "../src/replay/tape";

function of(number: number, kind: Kind, more: Partial<Moment> = {}): Sent {
  return { number: String(number), id: `id-${number}`, session: "s", kind, ...more };
}

/** A tape of a session in a state, whose last prompt begins at an event. */
async function tape(state: string, events: Sent[], prompt = 1): Promise<Tape> {
  const head = { session: { state }, prompts: [{ first_event: prompt }] } as unknown as Head;
  const all: ReplayDocument = { format: "agent-trace-replay", version: 1, session: "s", agent: "a", total: events.length, first: 1, last: events.length, next: null, running_cost_usd: null, head, events, spans: [] };
  const found = new Tape("s", { head: async () => all, page: async () => all });
  await found.open();
  return found;
}

const CALL = of(1, "tool_call", { tool: "bash" });

describe("what is still on", () => {
  it("is a call of the newest prompt without a result, while the session goes on", async () => {
    const call = moment(CALL);
    expect(going(call, undefined, await tape("running", [CALL]))).toBe("runs");
    expect(going(call, undefined, await tape("waiting", [CALL]))).toBe("runs");
    for (const state of ["ended", "idle", "killed", "interrupted", "unknown"]) expect(going(call, undefined, await tape(state, [CALL]))).toBe("");
    expect(going(call, moment(of(2, "tool_result")), await tape("running", [CALL]))).toBe("");
    expect(going(call, undefined, await tape("running", [CALL, of(2, "user_prompt")], 2))).toBe("");
    expect(going({ ...call, inherited: true }, undefined, await tape("running", [CALL]))).toBe("");
    expect(going(moment(of(1, "thinking")), undefined, await tape("running", [CALL]))).toBe("");
  });

  it("is a permission that nobody has given or refused", async () => {
    const asked = of(2, "permission_asked", { tool: "bash" });
    const open = await tape("running", [CALL, asked]);
    expect([going(moment(asked), undefined, open), going(moment(CALL), undefined, open)]).toEqual(["waits", "waits"]);
    const given = await tape("running", [CALL, asked, of(3, "permission_answered", { tool: "bash" })]);
    expect([going(moment(asked), undefined, given), going(moment(CALL), undefined, given)]).toEqual(["", "runs"]);
    const over = await tape("ended", [CALL, asked]);
    expect([going(moment(asked), undefined, over), going(moment(CALL), undefined, over)]).toEqual(["", ""]);
    const other = await tape("running", [CALL, of(2, "permission_asked", { tool: "edit" })]);
    expect(going(moment(CALL), undefined, other)).toBe("runs");
  });

  it("is told in words", () => {
    const words = (goes: "" | "runs" | "waits") => ended(moment(CALL), undefined, goes).map((one) => one.text);
    expect([words("runs"), words("waits"), words("")]).toEqual([["running"], ["waits for a permission"], ["no result"]]);
  });
});
