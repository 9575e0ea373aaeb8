import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLedger } from "../../src/app/ledger.ts";
import { openAuditReaderIn } from "../../src/app/open-store.ts";
import { auditLog } from "../../src/cli/audit-log.ts";
import { createSeenIds } from "../../src/cli/seen-ids.ts";
import { ask, idOf, NOW, SETTING } from "../app/scene.ts";

const GIFT = SETTING.length + 1;
const REFUND = GIFT + 1;

/** The numbers of a stored line. */
const [ENTRY, SERIES, DAY, AMOUNT] = [0, 1, 2, 3];

let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "almoner-"));
  const ledger = openLedger(dir, { now: () => NOW });
  const gift = { fund: idOf("fund-town"), amount: "10", currency: "CNY", receivedOn: "2026-03-01" };
  const refund = { donation: idOf("gift"), amount: "4", currency: "CNY", refundedOn: "2026-03-02" };
  const answers = await ledger.record([
    ...SETTING,
    ask("ReceiveDonation", "gift", gift),
    ask("RefundDonation", "refund", { ...refund, cause: "own-error" }, "试验"),
  ]);
  expect(answers.filter(({ kind }) => kind !== "recorded")).toEqual([]);
  ledger.close();
});
afterAll(() => rmSync(dir, { recursive: true }));

/** What an audit finds in a copy of the log once these statements were run behind its back. */
function findingsAfter(...statements: string[]) {
  const copy = mkdtempSync(join(dir, "copy-"));
  cpSync(join(dir, "ledger.db"), join(copy, "ledger.db"));
  const db = new Database(join(copy, "ledger.db"));
  for (const sql of statements) expect(db.prepare(sql).run().changes).toBe(1);
  db.close();
  const log = openAuditReaderIn(copy);
  const { findings } = auditLog(log, () => {});
  log.close();
  return findings;
}

describe("an audit of the log", () => {
  it("finds nothing in a log as it was recorded", () => {
    expect(findingsAfter()).toEqual([]);
  });

  it.each([
    ["a moved amount", setLine(AMOUNT, "1"), "stored moves"],
    ["a moved day", setLine(DAY, "1"), "stored moves"],
    ["another series", setLine(SERIES, "0"), "stored moves"],
    ["a missing move", changeLine("json_remove", Array(4).fill(0)), "stored moves"],
    ["a move of another entry", setLine(ENTRY, `${GIFT + 1}`), "stored moves"],
    ["a missing key", `DELETE FROM key WHERE entry = ${GIFT}`, "leads elsewhere"],
    ["another hash", `UPDATE key SET hash = 1 WHERE entry = ${GIFT}`, "leads elsewhere"],
    ["a blank in the bytes", set("replace(bytes, '{', '{ ')"), "canonical form"],
    ["other data", set("replace(bytes, '10', '11')"), "stored moves"],
    ["another revision", set(`replace(bytes, '"revision":0', '"revision":1')`), "is open"],
  ])("finds %s at its entry", (_, sql, problem) => {
    const [first] = findingsAfter(sql);
    expect(first).toMatchObject({ entry: GIFT, problem: expect.stringContaining(problem) });
  });

  it.each([
    ["are no numbers", setLine(AMOUNT, "'10'")],
    ["are no list", "UPDATE movement SET lines = '{'"],
    ["begin elsewhere", "UPDATE movement SET first_entry = first_entry - 1"],
    ["go back", setLine(ENTRY, "1")],
    [
      "belong to no entry",
      "UPDATE movement SET lines = json_insert(lines, '$[#]', 999, '$[#]', 0, '$[#]', 0, '$[#]', 0)",
    ],
    ["are cut", "UPDATE movement SET lines = json_remove(lines, '$[#-1]')"],
  ])("finds stored moves that %s", (_, sql) => {
    const [first] = findingsAfter(sql);
    expect(first?.problem).toMatch(/the stored moves from entry \d+ on are damaged/);
  });

  it("finds a missing link, and one too many", () => {
    const missing = findingsAfter(`DELETE FROM link WHERE entry = ${REFUND}`);
    expect(missing).toEqual([{ entry: REFUND, problem: `its link to ${GIFT} is missing` }]);
    const added = findingsAfter(`INSERT INTO link VALUES (1, ${REFUND})`);
    expect(added).toEqual([
      { entry: REFUND, problem: expect.stringContaining("links are stored") },
    ]);
  });

  it("finds an id that was there before", () => {
    const [found] = findingsAfter(
      `UPDATE entry SET bytes = ${bytesOf(GIFT)} WHERE entry = ${REFUND}`,
      `UPDATE key SET hash = (SELECT hash FROM key WHERE entry = ${GIFT}) WHERE entry = ${REFUND}`,
    );
    expect(found).toEqual({ entry: REFUND, problem: expect.stringContaining(`entry ${GIFT}`) });
  });
});

/** Changes what one SQLite function of JSON changes at these columns of the gift's only line. */
function changeLine(change: string, columns: number[], value = ""): string {
  const at = `(SELECT key FROM json_each(lines) WHERE key % 4 = 0 AND value = ${GIFT})`;
  const paths = columns.map((column) => `'$[' || (${at} + ${column}) || ']'${value}`);
  return `UPDATE movement SET lines = ${change}(lines, ${paths.join(", ")})`;
}

function setLine(column: number, value: string): string {
  return changeLine("json_set", [column], `, ${value}`);
}

function bytesOf(entry: number): string {
  return `(SELECT bytes FROM entry WHERE entry = ${entry})`;
}

function set(bytes: string): string {
  return `UPDATE entry SET bytes = ${bytes} WHERE entry = ${GIFT}`;
}

describe("the ids an audit has seen", () => {
  it("are all found again once the table has grown", () => {
    const seen = createSeenIds();
    const ids = Array.from({ length: 50_000 }, (_, at) => idOf(`id-${at}`));
    for (const [at, id] of ids.entries()) seen.add(id, at + 1);
    expect(ids.every((id, at) => seen.candidates(id).includes(at + 1))).toBe(true);
    expect(seen.candidates(idOf("never seen"))).toEqual([]);
  });
});
