// Files into a running server by the verbs of its own machine: the same words, reports and exit codes,
// and the same end when the client or the server is killed midway.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bookOf, workbookFile } from "../import/support.ts";
import {
  ALMONER,
  almoner,
  build,
  peakOf,
  type Ran,
  runAll,
  type Serving,
  serve,
  temporaryFolder,
} from "./run.ts";

const HOST = "91320500MA1MXXXX0X";
const FUND = "Wish fund";
const shipped = (path: string) =>
  fileURLToPath(new URL(`../../src/import/${path}`, import.meta.url));
const LIST_MAPPING = shipped("mappings/hubei-red-cross.json");
const OPENING_MAPPING = shipped("opening/trial-balance.json");
const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
let server: Serving;
let token: string;

beforeAll(async () => {
  build();
  const flags = ["--host", HOST, "--name", FUND, "--level", "city", "--purpose", "Wishes"];
  runAll(at("ledger"), [
    ["init", "--name", "Test", "--demo"],
    ["host", "--host", HOST, "--name", "Charity"],
    ["fund", "open", ...flags, "--currency", "CNY"],
  ]);
  const made = ["token", "create", "--role", "accountant", "--name", "t", "--data", at("ledger")];
  token = almoner(...made).out.trim();
  cpSync(at("ledger"), at("local"), { recursive: true });
  server = await serve(at("ledger"));
}, 60_000);
afterAll(async () => {
  await server.stop();
  folder.remove();
});

const remote = (...args: string[]) => almoner(...args, "--url", server.url, "--token", token);
const local = (...args: string[]) => almoner(...args, "--data", at("local"));
const listOf = (file: string, ...flags: string[]) => [
  ...["import", file, "--mapping", LIST_MAPPING, "--fund", FUND, "--source", "september"],
  ...flags,
];

function fileOf(name: string, content: string): string {
  writeFileSync(at(name), content);
  return at(name);
}

/** What was said, but how long it took. */
function timeless({ code, out, err }: Ran): Ran {
  return { code, err, out: out.replace(/"seconds":[0-9.]+/, `"seconds":0`) };
}

describe("an import through a server says what one into the folder says", () => {
  const TITLE = ["捐赠日期", "捐赠(单位/姓名)", "捐赠金额(元)", "备注"];
  const rows = [TITLE, ["2026.9.7", "公司", 80.5, ""], ["", "合计", 80.5, ""]];
  const list = `${TITLE}\n2026.9.5,某公司,5000.00,\n2026.9.6,另一公司,60.00,\n,合计,5060.00,\n`;

  test.each([
    ["a list, tried first", () => fileOf("名单.csv", list), ["--dry-run"], 0],
    ["a list", () => fileOf("名单.csv", list), [], 0],
    ["a list again", () => fileOf("名单.csv", list), [], 0],
    ["an .xlsx file", () => workbookFile(bookOf(rows), "xlsx"), [], 0],
    ["an .xls file", () => workbookFile(bookOf(rows), "xls"), [], 0],
    ["rows that cannot be read", () => fileOf("a.csv", `${TITLE}\nx,甲,1,\n,乙,1,\n`), [], 1],
    ["a total that differs", () => fileOf("b.csv", list.replace("5060", "5061")), [], 1],
    ["a file that is no table", () => fileOf("c.csv", "<html></html>"), [], 1],
    ["an empty file", () => fileOf("d.csv", ""), [], 1],
    ["flags that are wrong", () => fileOf("名单.csv", list), ["--date", "today"], 2],
    ["a fund that there is not", () => fileOf("名单.csv", list), ["--fund", "none"], 2],
  ])("%s", (_what, file, flags, code) => {
    const path = file();
    for (const shown of [["--json"], ["--lang", "zh"]]) {
      const [there, here] = [remote, local].map((run) =>
        timeless(run(...listOf(path, ...flags, ...shown))),
      );
      expect(there).toEqual(here);
      expect(there?.code).toBe(code);
    }
  });

  test.each([
    ["tried first", "1002,12,\n3101,,12\n", ["--dry-run"], 0],
    ["in earnest", "1002,12,\n3101,,12\n", [], 0],
    ["of another file", "1002,13,\n3101,,13\n", [], 1],
    ["that does not balance", "1002,12,\n", [], 1],
    ["of a host that there is not", "", ["--host", "none"], 2],
  ])("a trial balance %s", (_what, lines, flags, code) => {
    const file = fileOf("balances.csv", `科目编码,期末借方,期末贷方\n${lines}`);
    const asked = ["--host", HOST, "--on", "2026-09-01", "--mapping", OPENING_MAPPING, ...flags];
    const verb = ["import", "opening", file, ...asked];
    const [there, here] = [remote, local].map((run) => run(...verb, "--json"));
    expect(there).toEqual(here);
    expect(there?.code).toBe(code);
  });
});

test("a file is sent as it is read, and never held whole", () => {
  const file = fileOf("wide.csv", "");
  const bytes = 512 * 2 ** 20;
  truncateSync(file, bytes);
  const peak = peakOf(...listOf(file), "--url", server.url, "--token", token);
  expect(peak).toBeGreaterThan(0);
  expect(peak).toBeLessThan(bytes / 2);
  truncateSync(file, 0);
}, 30_000);

describe("what keeps a file from the server is told", () => {
  test("no such file, no file, a mapping that is none, one that is too large", () => {
    expect(remote(...listOf(at("none.csv")))).toMatchObject({
      code: 1,
      err: expect.stringContaining("none.csv: no such file or folder"),
    });
    expect(remote(...listOf(folder.path)).code).toBe(2);
    const mapping = fileOf("mapping.json", `{"name":"x"}`);
    expect(remote(...listOf(at("none.csv"), "--mapping", mapping))).toMatchObject({
      code: 2,
      err: expect.stringContaining("columns: required"),
    });
    const large = fileOf("large.csv", "");
    truncateSync(large, 5 * 2 ** 30);
    expect(remote(...listOf(large))).toMatchObject({
      code: 1,
      err: expect.stringContaining("5368709120 bytes, which is too many"),
    });
    truncateSync(large, 0);
  });

  test("no token, and a server that only reads", async () => {
    const file = fileOf("one.csv", "捐赠日期,捐赠(单位/姓名),捐赠金额(元),备注\n");
    const unsigned = almoner(...listOf(file), "--url", server.url);
    expect([unsigned.code, unsigned.err]).toEqual([1, expect.stringContaining("UNAUTHENTICATED")]);
    const reader = await serve(at("ledger"), "--read-only");
    const refused = almoner(...listOf(file), "--url", reader.url, "--token", token);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("READ_ONLY")]);
    await reader.stop();
  });
});

describe("an import that is broken off is finished by another run", () => {
  const COUNT = 30_000;

  function large(name: string): string {
    const rows = Array.from({ length: COUNT }, (_, n) => `2026.9.8,${name} ${n},0.01,\n`);
    return fileOf(`${name}.csv`, `捐赠日期,捐赠(单位/姓名),捐赠金额(元),备注\n${rows.join("")}`);
  }

  /** Starts to import in a process of its own, and comes back once the server has some of it. */
  async function begun(file: string, source: string) {
    const before = await head();
    const [program, ...first] = ALMONER;
    const args = [...listOf(file, "--source", source), "--url", server.url, "--token", token];
    const client = spawn(program, [...first, ...args], {
      env: { ...process.env, LANG: "en_US.UTF-8" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const told: Buffer[] = [];
    client.stderr.on("data", (chunk: Buffer) => told.push(chunk));
    const exit = once(client, "close");
    while ((await head()) === before) await wait(5);
    return { client, exit, err: () => Buffer.concat(told).toString() };
  }

  async function head(): Promise<number> {
    return ((await (await fetch(`${server.url}/healthz`)).json()) as { entry: number }).entry;
  }

  function finished(file: string, source: string): void {
    const { code, out } = remote(...listOf(file, "--source", source, "--json"));
    expect(code).toBe(0);
    const { rows, recorded, alreadyRecorded, totals } = JSON.parse(out);
    expect([rows, recorded + alreadyRecorded]).toEqual([COUNT, COUNT]);
    expect([recorded > 0, alreadyRecorded > 0]).toEqual([true, true]);
    expect(totals[0].read).toBe("300.00");
    const gifts = almoner("report", "fund-balances", "--filter", "bucket=*", "--json", ...url());
    const { received } = JSON.parse(gifts.out).data[0];
    expect(Number(received) % 300).toBeCloseTo(5140.5 % 300);
  }

  const url = () => ["--url", server.url];

  test("when the client is killed", async () => {
    const file = large("client");
    const { client, exit } = await begun(file, "client");
    client.kill("SIGKILL");
    await exit;
    while (readdirSync(join(at("ledger"), "uploads")).length > 0) await wait(5);
    finished(file, "client");
  }, 60_000);

  test("when the server is killed, which the client tells", async () => {
    const file = large("server");
    const { exit, err } = await begun(file, "server");
    await server.stop("SIGKILL");
    expect((await exit)[0]).toBe(1);
    expect(err()).toMatch(/run it again: it finishes/);
    expect(readdirSync(join(at("ledger"), "uploads"))).toHaveLength(1);
    server = await serve(at("ledger"));
    expect(readdirSync(at("ledger"))).not.toContain("uploads");
    finished(file, "server");
    expect(almoner("audit", "--data", at("ledger")).code).toBe(0);
  }, 90_000);
});
