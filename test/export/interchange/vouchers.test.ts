import { read, utils } from "@e965/xlsx";
import { parse } from "csv-parse/sync";
import iconv from "iconv-lite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Ledger } from "../../../src/app/ledger.ts";
import { vouchers } from "../../../src/export/interchange/vouchers.ts";
import { ask, HOST, idOf } from "../../app/scene.ts";
import { OTHER_HOST, tellStory } from "./story.ts";
import { exported } from "./support.ts";

let ledger: Ledger;
let done: () => void;
beforeAll(async () => {
  ({ ledger, done } = await tellStory());
});
afterAll(() => done());

type Query = { for?: string; period?: string; host?: string };

function fileOf({ for: target = "yonyou", period = "2026-04", host = HOST }: Query = {}) {
  const { bytes, summary } = exported(ledger, vouchers, { params: { for: target, period, host } });
  const text = iconv.decode(bytes, "gb18030");
  return { bytes, summary, rows: parse(text, { columns: true }) as Record<string, string>[] };
}

const numbersIn = (rows: Record<string, string>[]) => [
  ...new Set(rows.map((row) => Number(row["凭证号"]?.replace("记-", "")))),
];

describe("vouchers", () => {
  test("are numbered from 1 in every month of a host, without gaps", () => {
    expect(numbersIn(fileOf({ period: "2026-03" }).rows)).toEqual([1, 2, 3, 4, 5]);
    expect(numbersIn(fileOf().rows)).toEqual([1, 2, 3, 4, 5]);
    expect(numbersIn(fileOf({ host: OTHER_HOST, period: "2026-03" }).rows)).toEqual([1]);
  });

  test("balance, each by itself", () => {
    const { rows, summary } = fileOf();
    const fen = (text = "") => Math.round(Number(text) * 100);
    for (const number of numbersIn(rows)) {
      const lines = rows.filter((row) => row["凭证号"] === String(number));
      const sum = (column: string) => lines.reduce((total, row) => total + fen(row[column]), 0);
      expect(sum("借方金额")).toBe(sum("贷方金额"));
      expect(lines.length).toBeGreaterThan(1);
    }
    expect(summary).toMatchObject({ vouchers: 5, lines: rows.length });
  });

  test.each([
    ["yonyou", "日期,凭证字,凭证号,摘要,科目代码,借方金额,贷方金额,制单人"],
    [
      "kingdee",
      "日期,凭证字,凭证号,附单据数,摘要,科目代码,科目名称,借方金额,贷方金额,币别,汇率,数量,单价,制单人,审核人,过账人",
    ],
    ["ningmeng", "日期,凭证号,附件数,摘要,科目编码,科目名称,借方金额,贷方金额"],
  ])("for %s have the columns of its template", (target, header) => {
    const { rows } = fileOf({ for: target });
    expect(Object.keys(rows[0] ?? {}).join(",")).toBe(header);
    expect(rows[0]?.["日期"]).toMatch(/^2026-04-[0-9]{2}$/);
  });

  test("write 记-1 for Ningmeng, and zero instead of nothing for Yonyou", () => {
    expect(fileOf({ for: "ningmeng" }).rows[0]?.["凭证号"]).toBe("记-1");
    const [first] = fileOf().rows;
    expect([first?.["借方金额"], first?.["贷方金额"]]).toContain("0.00");
  });

  test("name who checked an entry, once somebody has", async () => {
    const checkers = () => fileOf({ for: "kingdee" }).rows.map((row) => row["审核人"]);
    expect(new Set(checkers())).toEqual(new Set([""]));
    const entries = fileOf().rows.map((row) => Number(/#([0-9]+)$/.exec(row["摘要"] ?? "")?.[1]));
    const [first, last] = [Math.min(...entries), Math.max(...entries)];
    const input = { host: HOST, first, last, approvedOn: "2026-10-05" };
    const approval = { ...ask("ApproveEntries", "approve", input), actor: "approver" };
    expect(await ledger.record([approval])).toMatchObject([{ kind: "recorded" }]);
    expect(new Set(checkers())).toEqual(new Set(["approver"]));
    const query = { filters: { period: "2026-04", host: HOST } };
    const rows = [...ledger.report("vouchers", query).rows];
    expect(new Set(rows.map(({ checker }) => checker))).toEqual(new Set(["approver"]));
    const before = ledger.report("vouchers", { ...query, asOf: String(ledger.store.head() - 1) });
    expect(new Set([...before.rows].map(({ checker }) => checker))).toEqual(new Set([null]));
  });

  test("show a red entry negative on its own side", () => {
    const { rows } = fileOf({ period: "2026-10" });
    const red = rows.filter((row) => row["摘要"]?.includes("红字冲销"));
    expect(red.map((row) => row["借方金额"])).toContain("-30.00");
    expect(red.map((row) => row["贷方金额"])).toContain("-30.00");
  });

  test("say what happened in at most 60 characters, the entry among them", () => {
    for (const row of fileOf().rows) {
      expect([...(row["摘要"] ?? "")].length).toBeLessThanOrEqual(60);
      expect(row["摘要"]).toMatch(/#[0-9]+$/);
    }
  });

  test("come as a workbook too, with amounts as numbers and codes as text", () => {
    const params = { for: "ningmeng", period: "2026-04", host: HOST };
    const { bytes } = exported(ledger, vouchers, { params, format: "xlsx" });
    const book = read(bytes);
    const [row] = utils.sheet_to_json<Record<string, unknown>>(
      book.Sheets[book.SheetNames[0] ?? ""] as object,
    );
    expect(row).toMatchObject({ 日期: "2026-04-01", 凭证号: "记-1", 科目编码: "510101" });
    expect(typeof (row?.["借方金额"] ?? row?.["贷方金额"])).toBe("number");
  });

  test("need to know for what, when and whose", () => {
    const refused = (params: Query) => () => exported(ledger, vouchers, { params });
    expect(refused({ period: "2026-04" })).toThrow("EXPORT_NEEDS");
    expect(refused({ for: "yonyou" })).toThrow("EXPORT_NEEDS");
    expect(refused({ for: "yonyou", period: "2026-04" })).toThrow("EXPORT_NEEDS_HOST");
    expect(refused({ for: "yonyou", period: "2020-04", host: HOST })).toThrow("EXPORT_EMPTY");
  });

  test("keep numbers and bytes when later entries come into other months", async () => {
    const { bytes } = fileOf();
    const later = { fund: idOf("fund-town"), amount: "5", currency: "CNY" };
    await ledger.record([ask("ReceiveDonation", "later", { ...later, receivedOn: "2026-10-09" })]);
    expect(fileOf().bytes.equals(bytes)).toBe(true);
    await ledger.record([ask("ReceiveDonation", "late", { ...later, receivedOn: "2026-04-01" })]);
    const { rows } = fileOf();
    expect(numbersIn(rows)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(rows.at(-1)?.["摘要"]).toContain(`#${ledger.store.find(idOf("late"))}`);
  });
});
