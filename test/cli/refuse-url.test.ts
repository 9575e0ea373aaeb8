// `--url` is heeded or refused, never ignored. No server runs here: a refused verb asks none.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createProgram } from "../../src/cli/program.ts";
import { FOLDER_VERBS, pathOf, SERVER_VERBS } from "../../src/cli/refuse-url.ts";
import { readConfig } from "../../src/config.ts";
import { almoner, build, temporaryFolder } from "./run.ts";

const folder = temporaryFolder();
const data = join(folder.path, "ledger");
const IMPORTS = fileURLToPath(new URL("../../src/import", import.meta.url));
const FILE = `${IMPORTS}/mapping.ts`;
const remote = ["--url", "http://127.0.0.1:9", "--data", data];

beforeAll(build, 60_000);
afterAll(folder.remove);

describe("--url", () => {
  test.each([
    "demo",
    "serve --port 0",
    `export tiles ${folder.path}/tiles`,
    "keys create",
    `bundle ${folder.path}/bundle`,
    "cosign",
    `witness list --dir ${folder.path}`,
  ])("is refused by `%s`, which leaves the folder alone", (verb) => {
    const { code, out, err } = almoner(...verb.split(" "), ...remote);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/does not go through a server.*--data DIR/);
    expect(existsSync(data)).toBe(false);
  });

  test("is refused in Chinese too, and the reason is told", () => {
    expect(almoner("--lang", "zh", "keys", "create", ...remote).err).toMatch(
      /不经服务器.*私钥不离开.*--data DIR/,
    );
  });

  test.each([
    "report counts",
    "receipt 1",
    "export hledger",
    "export log",
    "doctor",
    "rebuild",
    "audit",
    "token create --role admin --name t",
    `import ${FILE} --fund f --source s --mapping ${IMPORTS}/mappings/hubei-red-cross.json`,
    `import opening ${FILE} --host h --on 2026-01-01 --mapping ${IMPORTS}/opening/trial-balance.json`,
    "host --host 91320500MA1MXXXX0X --name x",
  ])("is heeded by `%s`, which asks the server", (verb) => {
    const { code, err } = almoner(...verb.split(" "), ...remote);
    expect([code, err]).toEqual([1, expect.stringContaining("no answer from http://127.0.0.1:9")]);
  });

  test("is heeded or refused by each verb that there is, and the lists name no other", () => {
    const commands = commandsOf(createProgram(readConfig({}), () => {}));
    const listed = [...SERVER_VERBS, ...Object.keys(FOLDER_VERBS)];
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.filter((verb) => !commands.some((each) => pathOf(each) === verb))).toEqual([]);
    const verbs = commands.filter((each) => each.commands.length === 0).map(pathOf);
    expect(verbs.filter((verb) => !listed.includes(verb))).toEqual([]);
  });
});

function commandsOf(command: Command): Command[] {
  return command.commands.flatMap((each) => [each, ...commandsOf(each)]);
}
