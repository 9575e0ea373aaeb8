// Whoever works in Chinese is answered in Chinese, errors first of all.

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { almoner, build, temporaryFolder } from "./run.ts";

const HOST = "91320500MA1MXXXX0X";
const folder = temporaryFolder();
const data = join(folder.path, "ledger");

const inChinese = (...args: string[]) => almoner(...args, "--data", data, "--lang", "zh");

beforeAll(() => {
  build();
  const fund = ["fund", "open", "--host", HOST, "--name", "甲", "--level", "city"];
  for (const step of [
    ["init", "--name", "测试"],
    ["host", "--host", HOST, "--name", "慈善会"],
    ["community", "--community", "320500", "--name", "苏州", "--level", "city"],
    [...fund, "--currency", "CNY", "--purpose", "救助", "--community", "320500"],
    [...fund, "--currency", "CNY", "--purpose", "助学", "--community", "320500"],
  ]) {
    const { code, err } = inChinese(...step);
    if (code !== 0) throw new Error(`${step.join(" ")}: ${err}`);
  }
}, 60_000);
afterAll(folder.remove);

describe("an error", () => {
  const give = ["donate", "--fund", "甲"];
  test.each([
    [
      "wrong fields, by their flags, each once",
      ["host", "--host", "91320500MA1MXXXX00", "--name", " x", "--registered-on", "2026-02-30"],
      [
        "--host: 校验码正确的统一社会信用代码",
        "--name: 首尾没有空白、非空的文字",
        "--registered-on (registeredOn): 真实存在的日期，写作 YYYY-MM-DD",
      ],
    ],
    ["a name of two funds", give, ["甲 不止一个基金，请给出编号："]],
    [
      "a flag that is no JSON",
      [...give, "--restriction", "x"],
      ['--restriction <json>: "x" 不是 JSON'],
    ],
  ])("tells %s", (_what, args, lines) => {
    const { code, err } = inChinese(...args);
    expect([code, err.trimEnd().split("\n")]).toEqual([2, expect.arrayContaining(lines)]);
  });
});
