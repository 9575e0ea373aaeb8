// PDF files are taken apart here by the file's own cross references and its map from glyphs to
// characters; CI opens them with poppler as well.

import { inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Row } from "../../projections/reports/report.ts";
import { wrapped } from "../../src/export/pdf/wrap.ts";
import { COMMUNITY, fileOf, resultOf } from "./sample.ts";

type Taken = { readonly pages: readonly string[]; readonly info: string };

/** Pages as their texts, each `Tj` a line. */
function takeApart(file: Buffer): Taken {
  const text = file.toString("latin1");
  expect(text).toMatch(/^%PDF-1\.7\n/);
  const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
  const [, count = "0", table = ""] =
    /^xref\n0 (\d+)\n([^t]+)trailer/.exec(text.slice(start)) ?? [];
  const lines = table.split(" \n").filter(Boolean);
  expect(lines).toHaveLength(Number(count));
  const objects = lines.slice(1).map((line, at) => {
    const object = text.slice(Number(line.slice(0, 10)));
    expect(object.startsWith(`${at + 1} 0 obj\n`)).toBe(true);
    return object.slice(0, object.indexOf("\nendobj"));
  });
  const objectAt = (number: string | undefined) => objects[Number(number) - 1] ?? "";
  const streamAt = (number: string | undefined) => {
    const [head = "", body = ""] = objectAt(number).split(/\nstream\n(.*)$/s);
    const length = Number(/\/Length (\d+)/.exec(head)?.[1]);
    return inflateSync(Buffer.from(body.slice(0, length), "latin1")).toString("latin1");
  };
  const cmap = new Map(
    [...streamAt("8").matchAll(/^<(\w{4})> <(\w+)>$/gm)].map(([, glyph, code = ""]) => [
      glyph,
      Buffer.from(code, "hex").swap16().toString("utf16le"),
    ]),
  );
  const decode = (hex: string) =>
    (hex.match(/.{4}/g) ?? []).map((glyph) => cmap.get(glyph)).join("");
  const kids = [...(/\/Kids \[(.*?)\]/.exec(objectAt("2"))?.[1] ?? "").matchAll(/(\d+) 0 R/g)];
  const pages = kids.map(([, page]) => {
    const content = streamAt(/\/Contents (\d+)/.exec(objectAt(page))?.[1]);
    return [...content.matchAll(/<(\w*)> Tj/g)].map(([, hex = ""]) => decode(hex)).join("\n");
  });
  return { pages, info: objectAt("3") };
}

describe("a PDF file", () => {
  test("shows what it is, every cell with its thousands grouped, and the totals", async () => {
    const { pages, info } = takeApart(await fileOf(resultOf([COMMUNITY]), "pdf"));
    expect(pages).toHaveLength(1);
    for (const text of [
      "社区合计",
      "【演示】",
      "条目 42",
      "000320505001",
      "横塘街道",
      "1,234,567.89",
      "-5.00",
      "第 1 页",
    ]) {
      expect(pages[0]).toContain(text);
    }
    expect(pages[0]).toMatch(/控制合计 收到 CNY\n1,234,567\.89/);
    expect(info).toContain("/CreationDate (D:20260301040506Z)");
  });

  test("goes on over pages, each with its headings, and loses no row", async () => {
    const rows = Array.from(
      { length: 150 },
      (_, at): Row => ({ ...COMMUNITY, name: `社区 ${at}。` }),
    );
    const { pages } = takeApart(await fileOf(resultOf(rows), "pdf"));
    expect(pages.length).toBeGreaterThan(3);
    for (const page of pages) expect(page).toContain("区划代码");
    for (const { name } of rows) expect(pages.join("\n")).toContain(name as string);
  });

  test("parts columns that do not fit, and names the row beside each part", async () => {
    const fund = {
      fund: "0190a3f0-0000-7000-8000-000000000001",
      name: "镇基金",
      bucket: "*",
      currency: "CNY",
    };
    const result = resultOf([{ ...fund, received: "1.00", goods: "2.00" }], {
      report: "fund-balances",
    });
    const { pages } = takeApart(await fileOf(result, "pdf"));
    expect(pages.length).toBeGreaterThan(1);
    for (const page of pages) expect(page).toContain("镇基金");
    expect(pages.at(-1)).toContain("2.00");
  });

  test("marks a character that the font has not, and names it", async () => {
    const { pages } = takeApart(
      await fileOf(resultOf([{ ...COMMUNITY, name: "𪚥\u{1F600}" }]), "pdf"),
    );
    expect(pages[0]).toContain("〓");
    expect(pages[0]).toContain("U+1F600");
  });
});

describe("vouchers on paper", () => {
  const line = (voucher: string, at: number, side: "debit" | "credit", amount: string): Row => ({
    host: "53320500MJ00000001",
    date: "2026-03-01",
    voucher,
    line: String(at),
    currency: "CNY",
    summaryZh: "收到捐赠",
    summaryEn: "Donation received",
    account: "1002",
    nameZh: "银行存款",
    nameEn: "Bank deposits",
    debit: side === "debit" ? amount : null,
    credit: side === "credit" ? amount : null,
    maker: "demo-accountant",
    checker: null,
    attachments: "2",
  });
  const long = Array.from({ length: 30 }, (_, at) => line("记-2", at + 1, "debit", "10.00"));
  const rows = [
    line("记-1", 1, "debit", "1409.50"),
    line("记-1", 2, "credit", "1409.50"),
    ...long,
    line("记-2", 31, "credit", "300.00"),
  ];

  test("have their total in words, and a long one goes on in another box", async () => {
    const result = resultOf(rows, { report: "vouchers" });
    const { pages } = takeApart(await fileOf(result, "pdf", { unit: "10000" }));
    const text = pages.join("\n");
    expect(text).toContain("记-1 号  附件 2 张");
    expect(text).toContain("合计 CNY：人民币壹仟肆佰零玖元伍角\n1,409.50\n1,409.50");
    expect(text).toContain("记-2 号（1/2）");
    expect(text).toContain("转下张");
    expect(text).toContain("合计 CNY：人民币叁佰元整\n300.00\n300.00");
    expect(text.match(/银行存款/g)).toHaveLength(rows.length);
    expect(text).toContain("制单：demo-accountant");
  });

  test("are in English too", async () => {
    const { pages } = takeApart(
      await fileOf(resultOf(rows, { report: "vouchers" }), "pdf", { language: "en" }),
    );
    expect(pages.join("\n")).toContain("Donation received\n1002 Bank deposits");
  });
});

test("lines break between Chinese characters, at blanks, and never before a closing mark", () => {
  const lines = (text: string) => wrapped(text, 4, () => 1);
  expect(lines("一二三四五六")).toEqual(["一二三四", "五六"]);
  expect(lines("一二三四。五")).toEqual(["一二三四。", "五"]);
  expect(lines("一二三（四")).toEqual(["一二三", "（四"]);
  expect(lines("ab cde")).toEqual(["ab", "cde"]);
  expect(lines("abcdef")).toEqual(["abcd", "ef"]);
  expect(lines("")).toEqual([""]);
});
