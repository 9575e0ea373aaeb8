import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Record } from "../../src/import/gifts.ts";
import { importReport } from "../../src/import/report.ts";
import { csvOf, fileOf, importInto, mappingOf, memoryLedger } from "./support.ts";

const codes = (report: { exceptions: { first: { row: number; code: string }[] } }) =>
  report.exceptions.first.map(({ row, code }) => `${row} ${code}`);

describe("importing a CSV file", () => {
  it("records each gift with its row and file, and without name or note", async () => {
    const { report, gifts } = await importInto(
      csvOf("2026-03-01,甲,100,助学", "2026-03-02,,5.50,"),
    );
    expect(gifts).toEqual([
      {
        row: 2,
        date: "2026-03-01",
        amount: "100.00",
        currency: "CNY",
        key: expect.stringMatching(/^import-[0-9a-f]{32}-1$/),
        fileHash: report.sha256,
        donorRef: "ref-of-e794b2",
        channel: "bank",
      },
      expect.objectContaining({ row: 3, amount: "5.50", donorRef: undefined }),
    ]);
    expect(JSON.stringify(gifts)).not.toMatch(/甲|助学/);
    expect(report.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(report).toMatchObject({ rows: 2, recorded: 2, notesWithoutRule: 1, finished: true });
  });

  it("gives a report that its schema describes", async () => {
    const { report } = await importInto(csvOf("2026-03-01,甲,1,", "x,乙,1,"));
    expect(importReport.parse(report)).toEqual(report);
  });

  it("finds the header below other rows, and by titles written in another width", async () => {
    const file = fileOf("捐赠公示\n单位：元,,\n备注, 日 期 ,金额（元）,捐赠人\n,2026-03-01,1,甲\n");
    const columns = { date: ["日期"], donor: ["捐赠人"], amount: ["金额(元)"], note: ["备注"] };
    const { report, gifts } = await importInto(file, { mapping: mappingOf({ columns }) });
    expect(gifts).toMatchObject([{ row: 4, amount: "1.00" }]);
    expect(report.finished).toBe(true);
  });

  it("names the columns that no header row has", async () => {
    const { report } = await importInto(fileOf("日期,捐赠人\n2026-03-01,甲\n"));
    expect(report.problem).toMatchObject({ code: "HEADER_NOT_FOUND" });
    expect(report.problem?.reason.zh).toContain("金额、备注");
    expect(report.finished).toBe(false);
  });

  it("refuses a header with two columns that could be the amount", async () => {
    const { report } = await importInto(fileOf("日期,捐赠人,金额,金额,备注\n"));
    expect(report.problem?.code).toBe("HEADER_AMBIGUOUS");
  });

  it("compares the file's own total and never records it", async () => {
    const rows = ["2026-03-01,甲,100,", "2026-03-02,合计,1,"];
    const right = await importInto(csvOf(...rows, "合 计,,101.00,"));
    expect(right.report.control).toEqual({ total: "101.00", agrees: true });
    expect(right.gifts).toHaveLength(2);
    const wrong = await importInto(csvOf(...rows, "合计,,102.00,"));
    expect(wrong.report.control).toEqual({ total: "102.00", agrees: false });
    expect(wrong.report.finished).toBe(false);
    const broken = await importInto(csvOf(...rows, "合计,,?,"));
    expect(broken.report.control).toEqual({ total: null, agrees: false });
  });

  it("lists rows that cannot be read with row and reason, and goes on", async () => {
    const file = csvOf(
      "2026-02-30,甲,1,",
      ",乙,1,",
      "2026-03-01,丙,,",
      "2026-03-01,丁,1.005,",
      '2026-03-01,戊,"1,00",',
      "2026-03-01,己,0,",
      "2026-03-01,庚,-5,",
      "2026-03-01,辛",
      "2026-03-01,壬,7,",
    );
    const { report, gifts } = await importInto(file);
    expect(codes(report)).toEqual([
      "2 DATE_INVALID",
      "3 DATE_MISSING",
      "4 AMOUNT_MISSING",
      "5 AMOUNT_PRECISION",
      "6 AMOUNT_INVALID",
      "7 AMOUNT_ZERO",
      "8 OUTGOING",
      "9 AMOUNT_MISSING",
    ]);
    expect(report.exceptions.first[3]).toMatchObject({ column: "amount", text: "1.005" });
    expect(gifts.map((gift) => gift.amount)).toEqual(["7.00"]);
    expect(report).toMatchObject({ rows: 9, recorded: 1, finished: false });
  });

  it("counts lines, not records, where a cell holds line breaks", async () => {
    const file = csvOf('2026-03-01,甲,1,"一\n二"', "", "2026-03-01,乙,2,");
    const { gifts } = await importInto(file);
    expect(gifts.map((gift) => gift.row)).toEqual([2, 5]);
  });

  it("skips what the mapping skips, and a header printed again", async () => {
    const skip = [{ column: "date" as const, startsWith: ["制表"] }];
    const file = csvOf("2026-03-01,甲,1,", "日期,捐赠人,金额,备注", "制表人：乙,,3,");
    const { report } = await importInto(file, { mapping: mappingOf({ skip }) });
    expect(report).toMatchObject({ rows: 1, skipped: 2, finished: true });
  });

  it("turns a note into what the donor bound the gift to", async () => {
    const rules = [
      {
        when: { column: "note" as const, contains: ["助学"] },
        restriction: { kind: "purpose" as const, purpose: "助学" },
      },
      {
        when: { column: "note" as const, startsWith: ["助"] },
        restriction: { kind: "fund" as const },
      },
    ];
    const file = csvOf("2026-03-01,甲,1,定向 助学", "2026-03-01,乙,1,助老", "2026-03-01,丙,1,无");
    const { report, gifts } = await importInto(file, { mapping: mappingOf({ rules }) });
    expect(gifts.map((gift) => gift.restriction)).toEqual([
      { kind: "purpose", purpose: "助学" },
      { kind: "fund" },
      undefined,
    ]);
    expect(report.notesWithoutRule).toBe(1);
  });

  it("keeps currencies apart", async () => {
    const columns = { date: ["d"], amount: ["a"], currency: ["c"] };
    const identity = ["date" as const, "amount" as const];
    const mapping = mappingOf({ columns, identity, currencies: { 人民币: "CNY" } });
    const file = fileOf("d,a,c\n2026-03-01,1.5,人民币\n2026-03-01,7,jpy\n2026-03-01,1,XXX\n");
    const { report, gifts } = await importInto(file, { mapping });
    expect(gifts.map((gift) => `${gift.amount} ${gift.currency}`)).toEqual(["1.50 CNY", "7 JPY"]);
    expect(report.totals.map((sum) => sum.read)).toEqual(["1.50", "7"]);
    expect(codes(report)).toEqual(["4 CURRENCY_UNKNOWN"]);
  });

  it("takes the day from the caller where the file has none", async () => {
    const mapping = mappingOf({ columns: { donor: ["捐赠人"], amount: ["金额"] } });
    const file = fileOf("捐赠人,金额\n甲,1\n合计,1\n");
    const dated = await importInto(file, { mapping, defaults: { date: "2026-03-09" } });
    expect(dated.gifts).toMatchObject([{ date: "2026-03-09" }]);
    expect(dated.report.control.agrees).toBe(true);
    const undated = await importInto(file, { mapping });
    expect(undated.report.problem?.code).toBe("DATE_NEEDED");
  });

  it("gives an anonymous name no reference", async () => {
    const { gifts } = await importInto(csvOf("2026-03-01, 匿名 ,1,"));
    expect(gifts).toMatchObject([{ donorRef: undefined }]);
  });

  it("streams every exception, while the report lists the first", async () => {
    const lines: string[] = [];
    const exceptionsTo = new Writable({
      highWaterMark: 1,
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        setImmediate(done);
      },
    });
    const rows = Array.from({ length: 2_500 }, () => "2026-03-01,甲,?,");
    const { report } = await importInto(csvOf(...rows), { exceptionsTo });
    expect(report.exceptions).toMatchObject({ count: 2_500, first: { length: 200 } });
    expect(lines).toHaveLength(2_500);
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ row: 2_501, code: "AMOUNT_INVALID" });
  });

  it("lists what the ledger refuses", async () => {
    const record: Record = async (rows) =>
      rows.map(() => ({
        kind: "refused",
        code: "FUND_NOT_OPEN",
        reason: { zh: "基金未开放", en: "The fund is not open" },
      }));
    const { report } = await importInto(csvOf("2026-03-01,甲,1,"), { record });
    expect(report.exceptions.first).toMatchObject([{ row: 2, code: "FUND_NOT_OPEN" }]);
    expect(report).toMatchObject({ recorded: 0, finished: false });
  });
});

describe("a dry run", () => {
  it("records nothing, names no one, and says what is recorded already", async () => {
    const ledger = memoryLedger();
    await importInto(csvOf("2026-03-01,甲,1,"), { ledger });
    const refOf = () => Promise.reject(new Error("a dry run names no one"));
    const people = { ...ledger.people, refOf };
    const { report } = await importInto(csvOf("2026-03-01,甲,1,", "2026-03-02,乙,2,"), {
      record: ledger.rehearse,
      people,
      dryRun: true,
    });
    expect(report).toMatchObject({ recorded: 1, alreadyRecorded: 1, dryRun: true });
    expect(ledger.gifts()).toHaveLength(1);
  });
});

describe("an import that is interrupted", () => {
  const rows = Array.from(
    { length: 7_000 },
    (_, n) => `2026-03-01,捐赠人${n % 50},${1 + (n % 9)},`,
  );

  it("is run again and finishes without doubling anything", async () => {
    const ledger = memoryLedger();
    const file = csvOf(...rows);
    let batches = 0;
    const failing: Record = async (batch) => {
      batches++;
      const outcomes = await ledger.record(batch);
      // The answer is lost, as when the process dies after the ledger's commit.
      if (batches === 2) throw new Error("power cut");
      return outcomes;
    };
    await expect(importInto(file, { ledger, record: failing })).rejects.toThrow("power cut");
    expect(ledger.gifts()).toHaveLength(1_000);
    const { report } = await importInto(file, { ledger });
    expect(report).toMatchObject({ recorded: 6_000, alreadyRecorded: 1_000, finished: true });
    expect(ledger.gifts().map((gift) => gift.row)).toEqual(rows.map((_, index) => index + 2));
  });

  it("stops when the caller says so", async () => {
    const stop = new AbortController();
    const { signal } = stop;
    const onProgress = () => stop.abort(new Error("stopped by hand"));
    const importing = importInto(csvOf(...rows), { signal, onProgress });
    await expect(importing).rejects.toThrow("stopped by hand");
  });
});
