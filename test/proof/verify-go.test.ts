// The independent verifier as an auditor runs it. Needs Debian's golang and
// golang-golang-x-mod-dev; scripts/mutation-sweep.ts compares both verifiers on falsified exports.
import { execFile, execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { charityEntries } from "../../scripts/mutation-sweep/charity-entries.ts";
import {
  type Files,
  POLICY_TEXT,
  syntheticLog,
} from "../../scripts/mutation-sweep/synthetic-log.ts";
import { verifyFiles } from "../../scripts/mutation-sweep/verifiers.ts";
import { FACTS } from "../../src/domain/facts.ts";

const GO_MODULE = "/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog";

interface Outcome {
  readonly status: number;
  readonly stdout: string;
}

describe.skipIf(!existsSync(GO_MODULE))("the verifier in Go", () => {
  let folder = "";
  let program = "";
  let policy = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "almoner-verify-go-"));
    program = join(folder, "verify-go");
    policy = join(folder, "trust.policy");
    await writeFile(policy, POLICY_TEXT);
    const build = fileURLToPath(new URL("../../scripts/verify-go/build.sh", import.meta.url));
    execFileSync(build, [program]);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const run = (...args: string[]) =>
    new Promise<Outcome>((resolve) => {
      const child = execFile(program, args, (_, stdout) => {
        resolve({ status: child.exitCode ?? -1, stdout });
      });
    });

  async function write(name: string, files: Files): Promise<string> {
    for (const [path, bytes] of files) {
      const file = join(folder, name, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
    return join(folder, name);
  }

  test.each([0, 1, 256, 257])("agrees with ours on a log of %d, to the root", async (size) => {
    const files = await syntheticLog(await charityEntries(size));
    const exported = await write(`log-${size}`, files);
    const { status, stdout } = await run("-json", "-policy", policy, exported);
    const { pass, root } = await verifyFiles(files);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ pass, size, root });
  });

  test("exits 3 on a lie and names its file", async () => {
    const files = await syntheticLog(await charityEntries(3));
    files.set("tile/0/000.p/3", new Uint8Array(96));
    const exported = await write("forged", files);
    const { status, stdout } = await run("-policy", policy, exported);
    expect(status).toBe(3);
    expect(stdout).toMatch(/^不通过 \/ fail\ntile\/0\/000\.p\/3: /);
  });

  test("exits 2 when it is called wrongly or its policy cannot be read", async () => {
    expect((await run()).status).toBe(2);
    expect((await run("-policy", join(folder, "absent"), folder)).status).toBe(2);
    await writeFile(join(folder, "bad.policy"), "trust me\n");
    expect((await run("-policy", join(folder, "bad.policy"), folder)).status).toBe(2);
  });
});

test("the Go verifier knows every kind of entry there is", () => {
  const source = readFileSync(
    new URL("../../scripts/verify-go/entries.go", import.meta.url),
    "utf8",
  );
  const unknown = FACTS.filter(({ type }) => !source.includes(`"${type}": "`));
  expect(unknown.map(({ type }) => type)).toEqual([]);
});
