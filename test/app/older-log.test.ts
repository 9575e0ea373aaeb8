import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openLedger } from "../../src/app/ledger.ts";
import { ask, freshLedger, idOf, NOW, SETTING } from "./scene.ts";

const gift = (key: string) =>
  ask("ReceiveDonation", key, {
    fund: idOf("fund-town"),
    amount: "5",
    currency: "CNY",
    receivedOn: "2026-03-01",
    reference: "R1",
  });

it("projections of a log that was put back from a backup are made anew", async () => {
  const scene = freshLedger();
  const file = join(scene.dir, "ledger.db");
  try {
    await scene.ledger.record([...SETTING, gift("a")]);
    scene.reopen();
    copyFileSync(file, join(scene.dir, "backup"));
    const later = scene.reopen();
    await later.record([gift("b"), gift("c")]);
    later.close();
    rmSync(file);
    copyFileSync(join(scene.dir, "backup"), file);

    const restored = openLedger(scene.dir, { now: () => NOW });
    for (const asOf of [undefined, "2026-11-01"]) {
      const query = { asOf, filters: { definition: "received" } };
      expect([...restored.report("grassroots-total", query).rows][0]?.["value"]).toBe("5.00");
    }
    expect(restored.entries({ after: 0, limit: 9, reference: "R1" })).toHaveLength(1);
    const [again] = await restored.record([gift("b")]);
    expect(again?.kind).toBe("recorded");
    restored.close();
  } finally {
    rmSync(scene.dir, { recursive: true });
  }
});
