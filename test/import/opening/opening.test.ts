// Opening balances from trial balances in CSV and XLSX, by the reading thread, over the real rules.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utils, write } from "@e965/xlsx";
import iconv from "iconv-lite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Ledger } from "../../../src/app/ledger.ts";
import { accountsOf } from "../../../src/domain/journal/chart.ts";
import {
  loadOpeningMapping,
  type OpeningMapping,
  openingMapping,
} from "../../../src/import/opening/opening-mapping.ts";
import { planOpening } from "../../../src/import/opening/plan-opening.ts";
import { readOpening } from "../../../src/import/opening/read-opening.ts";
import { freshLedger, HOST, idOf, SETTING } from "../../app/scene.ts";

const OPENING = { host: HOST, currency: "CNY", openedOn: "2026-01-03" } as const;
const TITLE = ["某基金会 科目余额表", "", "", "", "", ""];
const HEADER = ["科目编码", "科目名称", "期末借方", "期末贷方", "基金", "限定"];
const FUND = "fund-town 基金";
const SOUND = [
  ["1002", "银行存款", "1,500.50", "", "", ""],
  ["1002", "银行存款", "800.00", "", FUND, "限定"],
  ["1501", "固定资产", "300", "", "", ""],
  ["3101", "非限定性净资产", "", "1800.50", "", ""],
  ["3102", "限定性净资产", "", "800.00", FUND, "限定"],
  ["合计", "", "2600.50", "2600.50", "", ""],
];

let ledger: Ledger;
let done: () => void;
let dir: string;
let shipped: OpeningMapping;
beforeAll(async () => {
  ({ ledger, done } = freshLedger());
  await ledger.record(SETTING);
  dir = mkdtempSync(join(tmpdir(), "almoner-opening-"));
  shipped = await loadOpeningMapping("trial-balance");
});
afterAll(() => {
  done();
  rmSync(dir, { recursive: true });
});

type Rows = readonly (readonly (string | number)[])[];

async function planned(rows: Rows, mapping = shipped, bytes = csv(rows)) {
  const file = join(dir, "balances");
  writeFileSync(file, bytes);
  const read = await readOpening(file, mapping, ledger.books());
  return { read, plan: planOpening(read.lines, OPENING, ledger.books()) };
}

function csv(rows: Rows): Buffer {
  const quoted = rows.map((row) => row.map((cell) => `"${cell}"`).join(","));
  return iconv.encode(quoted.join("\r\n"), "gb18030");
}

const problems = ({ read, plan }: Awaited<ReturnType<typeof planned>>) =>
  [...read.exceptions, ...plan.exceptions].map(({ row, code }) => [row, code]);

describe("a trial balance", () => {
  test("becomes balanced lines of the host and its funds, exact to the fen", async () => {
    const result = await planned([TITLE, HEADER, ...SOUND]);
    expect(problems(result)).toEqual([]);
    const { read, plan } = result;
    expect([read.rows, read.summaries, read.lines.length]).toEqual([6, 1, 5]);
    expect([plan.debit, plan.credit, plan.unbalanced]).toEqual(["2600.50", "2600.50", []]);
    expect(plan.parts.flat()).toContainEqual({
      account: "1002",
      side: "debit",
      amount: "800.00",
      fund: idOf("fund-town"),
      bucket: "fund",
    });
  });

  test("says the same as a workbook with numbers in its cells", async () => {
    const rows = [HEADER, ...SOUND].map((row) =>
      row.map((cell) => (/^[0-9,]+\.?[0-9]*$/.test(cell) ? Number(cell.replace(",", "")) : cell)),
    );
    const book = utils.book_new();
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows), "余额");
    const bytes = write(book, { type: "buffer", bookType: "xlsx" }) as Buffer;
    const fromCsv = await planned([TITLE, HEADER, ...SOUND]);
    const fromBook = await planned([], shipped, bytes);
    expect(problems(fromBook)).toEqual([]);
    expect(fromBook.plan.parts).toEqual(fromCsv.plan.parts);
  });

  test("leaves out accounts that add up others, and says when they do not", async () => {
    const parents = (sum: string) => [
      HEADER,
      ["1002", "银行存款", sum, "", "", ""],
      ["100201", "工行", "60", "", "", ""],
      ["100202", "农行", "40", "", "", ""],
      ["3101", "非限定性净资产", "", "100", "", ""],
    ];
    const accounts = { "100201": { account: "1002" }, "100202": { account: "1002" } };
    const mapping = openingMapping.parse({ ...shipped, accounts });
    const sound = await planned(parents("100"), mapping);
    expect(problems(sound)).toEqual([]);
    expect([sound.read.summaries, sound.read.lines.length]).toEqual([1, 3]);
    expect(sound.plan.parts.flat().map(({ amount }) => amount)).toEqual(["100.00", "100.00"]);
    expect(problems(await planned(parents("101"), mapping))).toEqual([[2, "SUMMARY_DIFFERS"]]);
  });

  test("lists every row that is not understood, or that the rules refuse, with its reason", async () => {
    const wrong: [string[], string][] = [
      [["1002", "", "0.005", "", "", ""], "AMOUNT_UNREADABLE"],
      [["1002", "", "壹佰", "", "", ""], "AMOUNT_UNREADABLE"],
      [["1002", "", "5", "5", "", ""], "BOTH_SIDES"],
      [["", "", "5", "", "", ""], "ACCOUNT_MISSING"],
      [["1999", "", "5", "", "", ""], "ACCOUNT_UNKNOWN"],
      [["1002", "", "5", "", "没有这只", ""], "FUND_UNKNOWN"],
      [["1002", "", "5", "", "", "专用"], "BUCKET_UNKNOWN"],
      [["3101", "", "", "5", FUND, "限定"], "BUCKET_NOT_OF_ACCOUNT"],
      [["1002", "", "", "5", FUND, ""], "OPENING_BELOW_ZERO"],
    ];
    const result = await planned([HEADER, ...SOUND.slice(0, 5), ...wrong.map(([row]) => row)]);
    const expected = wrong.map(([, code], at) => [at + 7, code]);
    expect(problems(result).sort()).toEqual(expected.sort());
    for (const { reason } of [...result.read.exceptions, ...result.plan.exceptions]) {
      expect(reason.zh).toMatch(/\p{Script=Han}/u);
      expect(reason.en).not.toBe("");
    }
  });

  test("asks where an account goes, unless codes are said to be the same", async () => {
    const mapping = openingMapping.parse({ ...shipped, sameCodes: false });
    const result = await planned([HEADER, SOUND[0] as string[]], mapping);
    expect(problems(result)).toEqual([[2, "ACCOUNT_UNMAPPED"]]);
  });

  test("tells which fund does not balance, and by how much", async () => {
    const { plan } = await planned([HEADER, ...SOUND.slice(0, 4)]);
    expect(plan.unbalanced).toEqual([{ fund: idOf("fund-town"), difference: "800.00" }]);
  });

  test("is split into parts that an entry holds, each fund whole in one of them", async () => {
    const codes = accountsOf("2024").flatMap(({ code, restricted, agency, cash }) =>
      restricted || agency || cash ? [] : [code],
    );
    const both = ["", FUND, "fund-village 基金"].flatMap((fund) => [
      ...codes.map((code) => [code, "", "1", "", fund, ""]),
      ["1101", "", "", String(codes.length), fund, ""],
    ]);
    const { read, plan } = await planned([HEADER, ...both]);
    expect(read.exceptions).toEqual([]);
    expect(plan.unbalanced).toEqual([]);
    expect(plan.parts).toHaveLength(2);
    const funds = plan.parts.map((part) => [...new Set(part.map(({ fund }) => fund))]);
    expect(funds).toEqual([[null, idOf("fund-town")], [idOf("fund-village")]]);
  });
});
