// Hand-over formats from the command line: from a folder and from a server, to a file and a pipe.

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { almoner, build, shell, temporaryFolder } from "./run.ts";

const HOST = "91320500MA1MXXXX0X";
const folder = temporaryFolder();
const data = join(folder.path, "ledger");
const onLedger = (...args: string[]) => almoner(...args, "--data", data);
const at = (name: string) => join(folder.path, name);

beforeAll(() => {
  build();
  const community = ["community", "--community", "320500", "--name", "苏州市", "--level", "city"];
  const fund = ["--host", HOST, "--name", "愿望基金", "--level", "city", "--purpose", "愿望"];
  for (const step of [
    ["init", "--name", "账本", "--demo"],
    ["host", "--host", HOST, "--name", "慈善会"],
    [...community],
    ["fund", "open", ...fund, "--community", "320500", "--currency", "CNY"],
    ["donate", "--fund", "愿望基金", "--amount", "100"],
    ["allocate", "--fund", "愿望基金", "--community", "320500", "--amount", "60"],
  ]) {
    const { code, err } = onLedger(...step);
    if (code !== 0) throw new Error(`${step.join(" ")}: ${err}`);
  }
}, 60_000);
afterAll(folder.remove);

describe("almoner export", () => {
  test("writes a file, and tells its digest and what is in it", () => {
    const file = at("grants.json");
    const { code, out, err } = onLedger("export", "360giving", "--out", file, "--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const bytes = readFileSync(file);
    expect(JSON.parse(out)).toMatchObject({
      export: "360giving",
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      demo: true,
      asOf: { entry: 6 },
      summary: { grants: 1, "charity awarded CNY": "60.00" },
    });
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  test("writes the same bytes to a pipe, and ends quietly when the pipe does", () => {
    onLedger("export", "iati", "--out", at("a.xml"), "--lang", "zh");
    const piped = onLedger("export", "iati", "--lang", "zh");
    expect(piped.out).toBe(readFileSync(at("a.xml"), "utf8"));
    const { code, err } = shell(`almoner export iati --data '${data}' | head -n 1 >/dev/null`);
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });

  test.each([
    [["export", "iati", "--format", "pdf"], 2, "--format is xml"],
    [["export", "iati", "--json"], 2, "--out"],
    [["export", "360giving", "--as-of", "5"], 1, "EXPORT_EMPTY"],
  ] as const)("%j ends with %i", (args, expected, told) => {
    const { code, err } = onLedger(...args);
    expect(code).toBe(expected);
    expect(err).toContain(told);
  });
});
