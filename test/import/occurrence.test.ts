// Goal: a source holds each identical row as often as the file that has it most often, whatever the
// order of its files and however often each is imported. Method: random files of few distinct
// rows, imported in random order through real keys.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { occurrenceCounter } from "../../src/import/occurrence.ts";
import type { ImportedRow } from "../../src/import/row-types.ts";

const secret = new Uint8Array(32).fill(1);

const rowOf = (donor: string, amount = "1.00", row = 1): ImportedRow => ({
  row,
  date: "2026-03-01",
  amount,
  currency: "CNY",
  direction: "in",
  donor,
  anonymous: false,
  reference: undefined,
  note: undefined,
  restriction: undefined,
  balance: undefined,
  computed: false,
});

function keysOf(donors: readonly string[], source = "s"): string[] {
  const occurrenceOf = occurrenceCounter(secret, source, ["date", "donor", "amount"]);
  return donors.map((donor) => occurrenceOf(rowOf(donor)).key);
}

const count = (donors: readonly string[], donor: string) =>
  donors.filter((other) => other === donor).length;

describe("the key of a row", () => {
  it("makes a source the largest count of each row over its files, in any order", () => {
    const file = fc.array(fc.constantFrom("甲", "乙", "丙"), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(file, { maxLength: 6 }), fc.infiniteStream(fc.nat()), (files, nats) => {
        const order = files.toSorted(() => ((nats.next().value ?? 0) % 2 === 0 ? 1 : -1));
        const keys = new Set([...order, ...files].flatMap((donors) => keysOf(donors)));
        const most = (donor: string) => Math.max(0, ...files.map((donors) => count(donors, donor)));
        expect(keys.size).toBe(most("甲") + most("乙") + most("丙"));
      }),
    );
  });

  it("does not depend on where in the file the row stands", () => {
    expect(keysOf(["甲", "乙", "甲"]).toSorted()).toEqual(keysOf(["甲", "甲", "乙"]).toSorted());
  });

  it("differs between sources, amounts and parts of the identity", () => {
    const [here = ""] = keysOf(["甲"], "a");
    expect(keysOf(["甲"], "b")).not.toContain(here);
    const other = occurrenceCounter(secret, "a", ["date", "donor", "amount"]);
    expect(other(rowOf("甲", "2.00")).key).not.toBe(here);
    const coarse = occurrenceCounter(secret, "a", ["donor", "amount"]);
    expect(coarse(rowOf("甲")).key).not.toBe(here);
  });

  it("cannot be computed from a guessed name without the ledger's secret", () => {
    const foreign = occurrenceCounter(new Uint8Array(32).fill(2), "s", ["date", "donor", "amount"]);
    expect(keysOf(["甲"])).not.toContain(foreign(rowOf("甲")).key);
  });

  it("cannot be confused by moving text between fields", () => {
    const occurrenceOf = occurrenceCounter(secret, "s", ["donor", "note", "amount"]);
    const one = occurrenceOf({ ...rowOf("a"), note: "b,c" });
    const two = occurrenceOf({ ...rowOf("a,b"), note: "c" });
    expect(one.key).not.toBe(two.key);
  });
});
