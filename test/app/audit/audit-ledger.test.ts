import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditLedger } from "../../../src/app/audit/audit-ledger.ts";
import { openLedger } from "../../../src/app/ledger.ts";
import { ask, idOf, NOW, SETTING } from "../scene.ts";

let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "almoner-"));
  const ledger = openLedger(dir, { now: () => NOW });
  const gift = { fund: idOf("fund-town"), amount: "10", currency: "CNY", receivedOn: "2026-03-01" };
  const gifts = ["one", "two", "one"].map((reference, at) =>
    ask("ReceiveDonation", `gift-${at}`, { ...gift, reference }),
  );
  const answers = await ledger.record([...SETTING, ...gifts]);
  expect(answers.filter(({ kind }) => kind !== "recorded")).toEqual([]);
  ledger.close();
});
afterAll(() => rmSync(dir, { recursive: true }));

/** The projections that differ once a statement was run on the file of one. */
async function offAfter(file: string, sql: string): Promise<string[]> {
  const copy = mkdtempSync(join(dir, "copy-"));
  for (const part of ["ledger.db", "log", "projections"]) {
    cpSync(join(dir, part), join(copy, part), { recursive: true });
  }
  const db = new Database(join(copy, "projections", file));
  expect(db.prepare(sql).run().changes).toBe(1);
  db.close();
  const { findings, projections } = await auditLedger(copy, () => () => {});
  expect(findings).toEqual([]);
  return projections.flatMap(({ projection, identical }) => (identical ? [] : [projection]));
}

describe("an audit of the projections", () => {
  it("finds none that differs in a ledger as it was recorded", async () => {
    const { findings, projections } = await auditLedger(dir, () => () => {});
    expect(findings).toEqual([]);
    expect(projections.map(({ identical }) => identical)).toEqual(Array(6).fill(true));
  });

  it("compares what is served up to the head, however far the files were kept", async () => {
    // As after a kill: nothing of what is recorded now is brought into the files.
    const copy = mkdtempSync(join(dir, "killed-"));
    cpSync(join(dir, "ledger.db"), join(copy, "ledger.db"));
    cpSync(join(dir, "projections"), join(copy, "projections"), { recursive: true });
    const writer = openLedger(copy, { now: () => NOW });
    const gift = { fund: idOf("fund-town"), amount: "10", currency: "CNY" };
    const more = ["three", "one", "four"].map((reference) =>
      ask("ReceiveDonation", reference, { ...gift, receivedOn: "2026-03-02", reference }),
    );
    await writer.record(more);
    const { entries, findings, projections } = await auditLedger(copy, () => () => {});
    expect(findings).toEqual([]);
    expect(entries).toBe(writer.store.head());
    for (const projection of projections) {
      expect(projection).toMatchObject({ entries, identical: true });
    }
    writer.close();
  });

  const lookup = "donations-by-reference.v1.db";
  it.each([
    ["a key that is missing", lookup, `DELETE FROM key WHERE entry = ${SETTING.length + 2}`],
    ["another key", lookup, `UPDATE key SET hash = 1 WHERE entry = ${SETTING.length + 2}`],
    [
      "a key of another entry",
      lookup,
      `UPDATE key SET entry = 1 WHERE entry = ${SETTING.length + 2}`,
    ],
    ["a key too many", lookup, "INSERT INTO key VALUES (0, 1, 2)"],
    ["a key of no entry", lookup, "INSERT INTO key VALUES (7, 1, 2)"],
    [
      "a day of a tally",
      "fund-balance.v2.db",
      "UPDATE period SET parts = zeroblob(16) WHERE kind = 0",
    ],
  ])("finds %s", async (_, file, sql) => {
    expect(await offAfter(file, sql)).toEqual([file.replace(/\.v\d+\.db$/, "")]);
  });
});
