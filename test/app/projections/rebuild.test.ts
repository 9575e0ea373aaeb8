import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshLedger, SETTING } from "../scene.ts";

let scene: ReturnType<typeof freshLedger>;
beforeAll(async () => {
  scene = freshLedger();
  await scene.ledger.record(SETTING);
});
afterAll(() => scene.done());

describe("a rebuild that is ended midway", () => {
  test("leaves what is served as it was, and nothing behind", async () => {
    const { runners } = scene.ledger;
    const before = scene.ledger.projections();
    for (const runner of runners) {
      const ended = runner.rebuild(() => {
        throw new Error("enough");
      });
      await expect(ended).rejects.toThrow("enough");
    }
    const files = readdirSync(join(scene.dir, "projections"));
    expect(files.filter((name) => name.includes("rebuild"))).toEqual([]);
    expect(scene.ledger.projections().map(({ name }) => name)).toEqual(
      before.map(({ name }) => name),
    );
    for (const runner of runners) {
      expect(await runner.rebuild()).toMatchObject({ identical: true, swapped: true });
    }
  });
});
