import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditLog } from "../../../src/app/audit/audit-log.ts";
import { auditorHere, auditorInThread } from "../../../src/app/audit/auditors.ts";
import { createSeenIds, ID_WORDS, readId, writeId } from "../../../src/app/audit/seen-ids.ts";
import { openLedger } from "../../../src/app/ledger.ts";
import { createKey } from "../../../src/app/log/log-keys.ts";
import { openAuditReaderIn } from "../../../src/app/open-store.ts";
import { toBase64 } from "../../../src/proof/bytes.ts";
import type { AuditReader } from "../../../src/store/event-store.ts";
import { ask, idOf, NOW, SETTING } from "../scene.ts";

const GIFT = SETTING.length + 1;
const REFUND = GIFT + 1;

/** The numbers of a stored line. */
const [ENTRY, SERIES, DAY, AMOUNT] = [0, 1, 2, 3];

let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "almoner-"));
  createKey(dir, "audit.example/log");
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

/** A copy of the ledger in which statements were run on a file behind its back. */
function copyAfter(file: string, statements: readonly string[]): string {
  const copy = mkdtempSync(join(dir, "copy-"));
  for (const part of ["ledger.db", "log"]) {
    cpSync(join(dir, part), join(copy, part), { recursive: true });
  }
  const db = new Database(join(copy, file));
  for (const sql of statements) expect(db.prepare(sql).run().changes).toBe(1);
  db.close();
  return copy;
}

/** A problem that says this in English, and something in Chinese. */
function inEnglish(text: string) {
  return { zh: expect.stringMatching(/\p{Script=Han}/u), en: expect.stringContaining(text) };
}

async function findingsAfter(...statements: string[]) {
  return (await auditLog(copyAfter("ledger.db", statements))).findings;
}

describe("an audit of the log", () => {
  it("finds nothing in a log as it was recorded", async () => {
    expect(await findingsAfter()).toEqual([]);
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
  ])("finds %s at its entry", async (_, sql, problem) => {
    const [first] = await findingsAfter(sql);
    expect(first).toMatchObject({ entry: GIFT, problem: inEnglish(problem) });
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
  ])("finds stored moves that %s", async (_, sql) => {
    const [first] = await findingsAfter(sql);
    expect(first?.problem.en).toMatch(/the stored moves from entry \d+ on are damaged/);
  });

  it("finds a missing link, and one too many", async () => {
    const missing = await findingsAfter(`DELETE FROM link WHERE entry = ${REFUND}`);
    expect(missing).toEqual([
      { entry: REFUND, problem: inEnglish(`its link to ${GIFT} is missing`) },
    ]);
    const added = await findingsAfter(`INSERT INTO link VALUES (1, ${REFUND})`);
    expect(added).toEqual([{ entry: REFUND, problem: inEnglish("links are stored") }]);
  });

  it("finds an id that was there before", async () => {
    const [found] = await findingsAfter(
      `UPDATE entry SET bytes = ${bytesOf(GIFT)} WHERE entry = ${REFUND}`,
      `UPDATE key SET hash = (SELECT hash FROM key WHERE entry = ${GIFT}) WHERE entry = ${REFUND}`,
    );
    expect(found).toEqual({ entry: REFUND, problem: inEnglish(`entry ${GIFT}`) });
  });
});

describe("an audit of the tree over a log", () => {
  const otherActor = set(`replace(bytes, '"actor":"test"', '"actor":"else"')`);

  it("finds an entry that was changed with everything beside it, by its hash", async () => {
    const [found] = await findingsAfter(otherActor);
    expect(found).toEqual({ entry: GIFT, problem: inEnglish("tile/0/000") });
  });

  it("finds it by the signed root when the tiles are gone", async () => {
    const copy = copyAfter("ledger.db", [otherActor]);
    rmSync(join(copy, "log", "tiles.db"));
    const [found] = (await auditLog(copy)).findings;
    expect(found).toEqual({ entry: REFUND, problem: inEnglish("log/signed.db") });
  });

  it("finds a hash that was changed in a tile", async () => {
    const hashes = "UPDATE tile SET hashes = zeroblob(length(hashes)) WHERE id = 0";
    const [found] = (await auditLog(copyAfter("log/tiles.db", [hashes]))).findings;
    expect(found).toEqual({ entry: 1, problem: inEnglish("tile/0/000") });
  });

  it("tells the root that the ledger signs", async () => {
    const ledger = openLedger(dir, { mode: "read" });
    const root = ledger.log.rootAt(REFUND);
    ledger.close();
    expect(root && toBase64(root)).toBe((await auditLog(dir)).root);
  });
});

describe("an audit in parts", () => {
  it("comes to the same in a thread as here", async () => {
    const job = { dir, keptSize: REFUND };
    const auditors = [auditorHere(job), auditorInThread(job)];
    const [here, there] = await Promise.all(
      auditors.map(async (auditor) => [await auditor.audit(1, REFUND), await auditor.sums()]),
    );
    expect(there).toEqual(here);
    await Promise.all(auditors.map((auditor) => auditor.close()));
  });

  it("reads the sums and links of the head that it began with, whatever a writer adds", async () => {
    const copy = copyAfter("ledger.db", []);
    const writer = openLedger(copy, { now: () => NOW });
    const log = openAuditReaderIn(copy);
    const more = { donation: idOf("gift"), amount: "1", currency: "CNY", refundedOn: "2026-03-03" };
    const seen = () => [log.head(), log.linkCount(), ...seriesOf(log).map(log.totals().get)];
    const before = seen();
    const [answer] = await writer.record([
      ask("RefundDonation", "more", { ...more, cause: "own-error" }, "再退"),
    ]);
    expect(answer?.kind).toBe("recorded");
    expect(seen()).toEqual(before);
    expect((await auditLog(copy)).findings).toEqual([]);
    writer.close();
    log.close();
  });
});

function seriesOf(log: AuditReader): number[] {
  return Array.from({ length: log.seriesCount() }, (_, series) => series);
}

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
  const wordsOf = (id: string) => {
    const words = new Uint32Array(ID_WORDS);
    writeId(id, words, 0);
    return words;
  };

  it("are all found again in a full table", () => {
    const ids = Array.from({ length: 50_000 }, (_, at) => wordsOf(idOf(`id-${at}`)));
    const seen = createSeenIds(ids.length);
    for (const [at, id] of ids.entries()) seen.add(at + 1, id, 0);
    expect(ids.every((id, at) => seen.find(id, 0) === at + 1)).toBe(true);
    expect(seen.find(wordsOf(idOf("never seen")), 0)).toBeUndefined();
  });

  it("are told apart to the last bit", () => {
    const [one, other] = [wordsOf(`0${idOf("one").slice(1)}`), wordsOf(`1${idOf("one").slice(1)}`)];
    const seen = createSeenIds(2);
    seen.add(1, one, 0);
    expect(seen.find(other, 0)).toBeUndefined();
    seen.add(2, other, 0);
    expect([seen.find(one, 0), seen.find(other, 0)]).toEqual([1, 2]);
  });

  it("are read back as they were written", () => {
    const ids = [idOf("one"), "0000000a-0000-0000-0000-00000000000b"];
    expect(ids.map((id) => readId(wordsOf(id), 0))).toEqual(ids);
  });

  it.each([
    "00000000-0000-0000-0000-000000000000",
    "6F1B2A8E-9a55-5c39-8d0e-3b0f5d6a7c41",
    "6f1b2a8e9a555c398d0e3b0f5d6a7c41",
  ])("are no %s", (id) => {
    expect(() => wordsOf(id)).toThrow("no UUID");
  });
});
