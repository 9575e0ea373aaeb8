import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { UnknownReport } from "../../src/app/ledger.ts";
import { InvalidAsOf } from "../../src/app/point.ts";
import { corrupt, EXIT, exitCodeOf, failure, messageOf, problemOf } from "../../src/cli/failure.ts";
import { UnusableMapping } from "../../src/import/read-mapping.ts";
import { Refusal } from "../../src/kernel/refusal.ts";
import { StoreUnavailable } from "../../src/store/event-store.ts";
import { DamagedLines } from "../../src/store/lines.ts";

const sqlite = (code: string) => new Database.SqliteError("malformed", code);

const told = (en: string) => ({ zh: "账本不可用", en });

const CASES: readonly [string, unknown, number][] = [
  ["a usage failure", failure(EXIT.usage, { zh: "--limit 是整数", en: "--limit is whole" }), 2],
  ["a point that is none", new InvalidAsOf("soon", "asOf"), 2],
  ["a report that is none", new UnknownReport("profit"), 2],
  ["a mapping", new UnusableMapping("x", { zh: "没有", en: "none" }), 2],
  ["a second writer", new StoreUnavailable("STORE_BUSY", told("another process (7) writes")), 1],
  ["a damaged log", new StoreUnavailable("LOG_DAMAGED", told("entry 7 is gone")), 3],
  ["damaged moves", new DamagedLines(7), 3],
  ["a page that is none", sqlite("SQLITE_CORRUPT"), 3],
  ["a file that is no database", sqlite("SQLITE_NOTADB"), 3],
  [
    "a write that meets such a page",
    new StoreUnavailable("STORE_FAILED", told("the write failed"), sqlite("SQLITE_CORRUPT_INDEX")),
    3,
  ],
];

describe("how a command fails", () => {
  test.each(CASES)("%s is told in both languages, with its exit code", (_what, error, code) => {
    expect(exitCodeOf(error)).toBe(code);
    expect(messageOf(error, "zh")).toMatch(/\p{Script=Han}/u);
    expect(messageOf(error, "en")).not.toMatch(/\p{Script=Han}/u);
  });

  test("a fork ends with 3 and keeps its code, for programs too", () => {
    const error = corrupt(new Refusal("LOG_FORK", {}));
    expect(exitCodeOf(error)).toBe(3);
    expect(messageOf(error, "en")).toMatch(/ \(LOG_FORK\)$/);
    expect(problemOf(error, "zh")).toMatchObject({ code: "LOG_FORK" });
  });

  test("what is no error of ours is told as it is", () => {
    expect(messageOf(new TypeError("x is undefined"), "zh")).toBe("x is undefined");
    expect(exitCodeOf(new TypeError("x"))).toBe(1);
  });
});
