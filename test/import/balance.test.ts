import { describe, expect, it } from "vitest";
import { mapping } from "../../src/import/mapping.ts";
import { fileOf, importInto } from "./support.ts";

const statement = (newestFirst: boolean) =>
  mapping.parse({
    name: "bank",
    title: { zh: "账户明细", en: "Statement" },
    columns: { date: ["Date"], amountIn: ["In"], amountOut: ["Out"], balance: ["Balance"] },
    outgoing: "ignore",
    identity: ["date", "amount", "balance"],
    newestFirst,
  });

const LINES = [
  "2026-03-01,100.00,,150.00",
  "2026-03-02,,30.00,120.00",
  "2026-03-03,5.00,0.00,125.00",
  "2026-03-04,1.00,,126.00",
];

const importLines = (lines: readonly string[], newestFirst = false, openingBalance?: string) =>
  importInto(fileOf(`Date,In,Out,Balance\n${lines.join("\n")}`), {
    mapping: statement(newestFirst),
    ...(openingBalance === undefined ? {} : { defaults: { openingBalance } }),
  });

describe.each([
  ["oldest first", false],
  ["newest first", true],
])("a statement with a running balance, %s", (_name, newestFirst) => {
  const order = (lines: readonly string[]) => (newestFirst ? lines.toReversed() : lines);

  it("reconciles from its opening to its closing balance", async () => {
    const { report } = await importLines(order(LINES), newestFirst);
    expect(report.balance).toEqual({ opening: "50.00", closing: "126.00", agrees: true });
    expect(report).toMatchObject({ rows: 4, recorded: 3, outgoing: 1, finished: true });
    expect(report.totals).toEqual([
      {
        currency: "CNY",
        read: "76.00",
        recorded: "106.00",
        alreadyRecorded: "0.00",
        outgoing: "-30.00",
      },
    ]);
  });

  it("lists a row that does not follow, with the amount the balances imply", async () => {
    const lines = LINES.with(2, "2026-03-03,9.00,,125.00");
    const { report, gifts } = await importLines(order(lines), newestFirst);
    expect(report.exceptions.count).toBe(1);
    expect(report.exceptions.first[0]).toMatchObject({
      row: newestFirst ? 3 : 4,
      code: "BALANCE_BROKEN",
      impliedAmount: "5.00",
    });
    expect(gifts.map((gift) => gift.amount).sort()).toEqual(["1.00", "100.00"]);
    expect(report.balance.agrees).toBe(false);
    expect(report.finished).toBe(false);
  });

  it("lists a row without an amount, with the amount the balances imply", async () => {
    const lines = LINES.with(2, "2026-03-03,,,125.00");
    const { report } = await importLines(order(lines), newestFirst);
    expect(report.exceptions.first).toMatchObject([
      { code: "AMOUNT_MISSING", column: "amountIn", impliedAmount: "5.00" },
    ]);
  });

  it("checks the oldest row when the caller knows the balance before it", async () => {
    const { report } = await importLines(order(LINES), newestFirst, "49.00");
    expect(report.exceptions.first).toMatchObject([
      { code: "BALANCE_BROKEN", impliedAmount: "101.00" },
    ]);
  });

  it("goes on over a row whose balance cannot be read", async () => {
    const lines = LINES.with(2, "2026-03-03,5.00,,?");
    const { report } = await importLines(order(lines), newestFirst);
    expect(report.exceptions.first).toMatchObject([{ code: "BALANCE_INVALID", text: "?" }]);
    expect(report.recorded).toBe(2);
  });
});

it("an amount in both columns is an exception", async () => {
  const { report } = await importLines(["2026-03-01,1.00,2.00,10.00"]);
  expect(report.exceptions.first).toMatchObject([{ code: "AMOUNT_BOTH" }]);
});

it("a zero and a negative amount are exceptions", async () => {
  const { report } = await importLines(["2026-03-01,0.00,,10.00", "2026-03-02,-1.00,,9.00"]);
  expect(report.exceptions.first).toMatchObject([
    { code: "AMOUNT_ZERO" },
    { code: "AMOUNT_INVALID", impliedAmount: "-1.00" },
  ]);
});

describe("parts of one statement", () => {
  const second = ["2026-03-05,2.00,,128.00", "2026-03-06,,8.00,120.00"];
  const part = (lines: readonly string[], newestFirst: boolean, before: string) =>
    importInto(fileOf(`Date,In,Out,Balance\n${lines.join("\n")}`), {
      mapping: statement(newestFirst),
      balanceBefore: () => before,
    });

  it.each([true, false])("go on from the part before (newest first: %s)", async (newestFirst) => {
    const lines = newestFirst ? second.toReversed() : second;
    const { report } = await part(lines, newestFirst, "126.00");
    expect(report.balance).toEqual({ opening: "126.00", closing: "120.00", agrees: true });
    expect(report).toMatchObject({ continues: true, finished: true });
  });

  it.each([true, false])("say so when they do not (newest first: %s)", async (newestFirst) => {
    const lines = newestFirst ? second.toReversed() : second;
    const { report, gifts } = await part(lines, newestFirst, "100.00");
    expect(report).toMatchObject({ continues: false, finished: true, recorded: 1 });
    expect(gifts).toHaveLength(1);
  });

  it("show what a first row without an amount must have been", async () => {
    const { report } = await part(second.with(0, "2026-03-05,,,128.00"), false, "126.00");
    expect(report.exceptions.first[0]).toMatchObject({ row: 2, impliedAmount: "2.00" });
    expect(report.balance.opening).toBe("126.00");
  });
});
