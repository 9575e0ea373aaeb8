// Whoever works in Chinese is answered in Chinese, errors first of all.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { almoner, build, shell, temporaryFolder } from "./run.ts";

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

test("the state of the files and the verdict of an audit are told in Chinese", () => {
  const { out } = inChinese("doctor");
  expect(out).toMatch(/^条目: 5$/m);
  expect(out).toMatch(/^投影 fund-balance v\d：条目 5，落后 0$/m);
  expect(out).toMatch(/^账册 .*：树 5，已签署 /m);
  expect(inChinese("audit").out).toMatch(/^通过 {2}5 条，[0-9.]+ 秒$/m);
});

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
    ["an unknown option", ["donate", "--nope"], ["没有选项 --nope"]],
    ["an unknown verb", ["give"], ["没有命令 give"]],
    ["a flag left out", ["token", "create"], [expect.stringMatching(/^缺少必需的选项 --role/)]],
    [
      "a role",
      ["token", "create", "--role", "x", "--name", "x"],
      [expect.stringMatching(/^--role: 无效选项/)],
    ],
    [
      "an option that is spelt wrong",
      ["doctor", "--jsn"],
      ["没有选项 --jsn", "（是否指 --json？）"],
    ],
    [
      "an option without its value",
      ["report", "counts", "--as-of"],
      ["选项 --as-of <point> 没有值"],
    ],
    ["an argument left out", ["report"], ["缺少参数 name"]],
    ["an argument too many", ["doctor", "x"], ["参数过多：应有 0 个，给了 1 个"]],
    [
      "a value that an option cannot have",
      ["--actor", "张三", "doctor"],
      ["选项 --actor <name> 的值 张三 不合规：1–40 A-Z a-z 0-9 . _ -"],
    ],
    ["a key", ["verify", folder.path, "--vkey", "x"], ["密钥写法不对"]],
    [
      "a place that is taken",
      ["import", "log", "/dev/null"],
      [`${data} 不是空的；日志须导入空文件夹`],
    ],
    [
      "a file that is not there",
      ["verify", "no", "--policy", "no"],
      ["no：没有这个文件或文件夹 (ENOENT)"],
    ],
    ["an address", ["--store", "here", "doctor"], ["here 不是 kurrentdb://host:port?ledger=NAME"]],
    [
      "a flag that is no JSON",
      [...give, "--restriction", "x"],
      ['--restriction <json>: "x" 不是 JSON'],
    ],
  ])("tells %s", (_what, args, lines) => {
    const { code, err } = inChinese(...args);
    expect([code, err.trimEnd().split("\n")]).toEqual([2, expect.arrayContaining(lines)]);
  });

  test("tells a line of a log that is none, and a server that is not there", () => {
    const log = join(folder.path, "log");
    writeFileSync(log, "x\n");
    const other = ["--data", join(folder.path, "other"), "--lang", "zh"];
    expect(almoner("import", "log", log, ...other)).toMatchObject({
      code: 3,
      err: "日志第 1 行不是 JSON\n",
    });
    const away = almoner("report", "counts", "--url", "http://127.0.0.1:49151", "--lang", "zh");
    expect(away.err).toBe("http://127.0.0.1:49151 没有回答：那里没有服务器在听 (ECONNREFUSED)\n");
  });

  test("tells another program's database, and a ledger of another version", () => {
    const other = join(folder.path, "foreign");
    mkdirSync(other);
    const db = new Database(join(other, "ledger.db"));
    db.exec("CREATE TABLE t (x)");
    const inOther = () => almoner("report", "counts", "--data", other, "--lang", "zh");
    expect(inOther().err).toMatch(/ledger\.db 不是善账的账本\n$/);
    db.exec("PRAGMA application_id = 0x414c4d4e; PRAGMA user_version = 9");
    expect(inOther().err).toMatch(/^账本文件版本为 9，/);
    db.close();
  });

  test("tells a wrong variable in the language of the locale", () => {
    const { code, err } = shell("LANG=zh_CN.UTF-8 PORT=web almoner doctor");
    expect([code, err]).toEqual([2, "PORT: 0 至 65535 的整数\n"]);
  });
});
