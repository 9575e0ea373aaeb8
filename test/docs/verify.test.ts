// docs/verify.md tells how to check a signature with nothing but openssl; what it says is run here as
// it stands there.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { publicKey } from "../../src/app/crypto.ts";
import { formatVerifierKey, KEY_TYPE } from "../../src/proof/key.ts";
import { flipBit, LOG_KEY, makeLog } from "../proof/support.ts";

const page = readFileSync(new URL("../../docs/verify.md", import.meta.url), "utf8");
const commands = /<!-- openssl -->\s*```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
const { files } = await makeLog(5);
const checkpoint = files.get("checkpoint") ?? new Uint8Array(0);

describe.skipIf(!hasOpenssl)("openssl, as docs/verify.md says", () => {
  const folder = mkdtempSync(join(tmpdir(), "almoner-openssl-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  function run(bytes: Uint8Array): { readonly status: number | null; readonly out: string } {
    writeFileSync(join(folder, "checkpoint"), bytes);
    const env = { ...process.env, VKEY: formatVerifierKey(publicKey(LOG_KEY, KEY_TYPE.log)) };
    const options = { cwd: folder, env, encoding: "utf8" } as const;
    const { status, stdout, stderr } = spawnSync("bash", ["-ec", commands], options);
    return { status, out: stdout + stderr };
  }

  test("verifies the log's signature", () => {
    expect(run(checkpoint).status).toBe(0);
    expect(run(checkpoint).out).toContain("Signature Verified Successfully");
  });

  test("refuses a checkpoint with one bit flipped", () => {
    expect(run(flipBit(checkpoint, 30)).status).not.toBe(0);
  });
});
