import { expect, it } from "vitest";
import { ask, freshLedger, idOf, SETTING } from "./scene.ts";

it("finds donations by reference, in order and in pages, also after a restart", async () => {
  const scene = freshLedger();
  try {
    await scene.ledger.record(SETTING);
    const gifts = ["A1", "B2", "A1", "a1"].map((reference, n) =>
      ask("ReceiveDonation", `g${n}`, {
        fund: idOf("fund-town"),
        amount: `${n + 1}`,
        currency: "CNY",
        receivedOn: "2026-03-01",
        reference,
      }),
    );
    await scene.ledger.record(gifts);
    const first = SETTING.length + 1;
    for (const opening of [() => scene.ledger, scene.reopen]) {
      const [lookup] = opening().lookups;
      expect(lookup?.find("A1", 0, 10).map(({ entry }) => entry)).toEqual([first, first + 2]);
      expect(lookup?.find("A1", first, 1)).toMatchObject([{ entry: first + 2 }]);
      expect(lookup?.find("C3", 0, 10)).toEqual([]);
      expect(lookup?.status().lagEntries).toBe(0);
    }
  } finally {
    scene.done();
  }
});
