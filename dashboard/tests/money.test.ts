import { describe, expect, it } from "vitest";
import { change, compared, costOf, dollars, exact, missing, sum, units, whole } from "../src/model/money";

const priced = { calls: 2, cost_usd: "1.5", cost_basis: "priced", unpriced_calls: 0, recorded_usd: null };

describe("money", () => {
  it("reads decimals and exponents without a binary fraction", () => {
    expect(units("0.1")).toBe(100_000_000_000n);
    expect(units("-2.50")).toBe(-2_500_000_000_000n);
    expect(units("1E-7")).toBe(100_000n);
    expect(units("1e+3")).toBe(10n ** 15n);
    expect([units(null), units("NaN"), units("")]).toEqual([null, null, null]);
  });

  it("adds what is known, and knows nothing of nothing", () => {
    expect(sum(["0.1", "0.2", null])).toBe("0.3");
    expect(sum([null, null])).toBeNull();
    expect(sum([])).toBeNull();
  });

  it("puts what is not known before zero", () => {
    expect(["2", null, "0", "10"].sort(compared)).toEqual([null, "0", "2", "10"]);
  });

  it("shows cents, thousands apart", () => {
    expect(dollars("1234567.895")).toBe("$1,234,567.90");
    expect(dollars("0")).toBe("$0.00");
    expect(dollars("0.004")).toBe("<$0.01");
    expect(dollars("0.005")).toBe("$0.01");
    expect(dollars("-3.1")).toBe("−$3.10");
    expect(dollars(null)).toBe("?");
    expect([dollars("3", 2), dollars("0.004", 1), dollars(null, 3)]).toEqual(["≥$3.00", "≥$0.00", "?"]);
    expect(exact("0.7557697")).toBe("$0.7557697");
  });

  it("says what a cost is made of", () => {
    expect(costOf(priced)).toEqual({ text: "$1.50", why: "$1.5, priced from tokens by the dated price book", known: true });
    expect(costOf({ ...priced, unpriced_calls: 1 }).text).toBe("≥$1.50");
    expect(costOf({ ...priced, calls: 0, cost_usd: null }).text).toBe("–");
    const unknown = costOf({ ...priced, cost_usd: null, unpriced_calls: 2, recorded_usd: "0.25" });
    expect(unknown).toEqual({ text: "?", why: "no price is known for its 2 calls; the agent recorded $0.25", known: false });
  });

  it("adds what the log does not hold, and what of it has no price", () => {
    const row = { ...priced, key: "x", tool_calls: 0, errors: 0, usage: null, unlogged: null };
    const beyond = { ...priced, tool_calls: 0, errors: 0, usage: null, cost_usd: "0.25", unpriced_calls: 2 };
    expect(whole(row)).toBe(row);
    expect(whole({ ...row, unlogged: beyond })).toMatchObject({ cost_usd: "1.75", cost_basis: "mixed", unpriced_calls: 2 });
    const used = (input: number | null, output: number | null) => ({ input, output }) as NonNullable<typeof row.usage>;
    expect(whole({ ...row, usage: used(3, null), unlogged: { ...beyond, usage: used(4, null) } }).usage).toEqual({ input: 7, output: null });
    expect(whole({ ...row, usage: null, unlogged: { ...beyond, usage: used(4, 1) } }).usage).toEqual({ input: 4, output: 1 });
    expect(whole({ ...row, unlogged: { ...beyond, cost_usd: null } })).toMatchObject({ cost_usd: "1.5", cost_basis: "priced" });
    expect([missing(0), missing(1), missing(2, "claim")]).toEqual(["", "; 1 call has no known price", "; 2 claims have no known price"]);
  });

  it("compares only with what was there", () => {
    expect(change(12, 10)).toBe(20);
    expect([change(1, 0), change(null, 2), change(2, null)]).toEqual([null, null, null]);
  });
});
