// The page that travels with a bundle, opened from a file in a real browser without a network.

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeBundle } from "../../src/app/bundle/write-bundle.ts";
import { publicKey } from "../../src/app/crypto.ts";
import { formatVerifierKey, KEY_TYPE } from "../../src/proof/key.ts";
import { flipBit, LOG_KEY } from "../proof/support.ts";
import { charityEntries, exportOf, type Files, fundEvidenceOf } from "../verify/support.ts";

const CHROMIUM = "/usr/bin/chromium";
const VKEY = formatVerifierKey(publicKey(LOG_KEY, KEY_TYPE.log));

// Debian's chromium is the browser of these tests; .ci/run installs it.
describe.skipIf(!existsSync(CHROMIUM))("the verifying page", () => {
  const folder = mkdtempSync(join(tmpdir(), "almoner-page-"));
  let browser: Browser;
  let page: Page;
  let whole: Files;
  let fund: Files;

  beforeAll(async () => {
    const build = fileURLToPath(new URL("../../scripts/build-verifier.mjs", import.meta.url));
    execFileSync(process.execPath, [build, folder]);
    const entries = await charityEntries();
    whole = await exportOf(entries);
    fund = await fundEvidenceOf(entries);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    page = await browser.newPage({ locale: "zh-CN" });
    await page.goto(pathToFileURL(join(folder, "verify.html")).href);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  async function verdictOn(name: string, files: Files, key = VKEY): Promise<string> {
    const archive = join(folder, `${name}.zip`);
    await writeBundle(
      archive,
      [...files].map(([path, bytes]) => ({ path, bytes })),
    );
    await page.fill("#key", key);
    await page.setInputFiles("#archive", archive);
    await page.click("#verify");
    await page.waitForFunction(
      () => !document.getElementById("result")?.textContent?.includes("核验中"),
    );
    return (await page.textContent("#result")) ?? "";
  }

  test("passes a true bundle, in Chinese first, and shows the arithmetic", async () => {
    const told = await verdictOn("whole", whole);
    expect(told).toMatch(/^通过 PASS/);
    expect(told).toMatch(/Σ 已拨付 [0-9,.]+ \([0-9]+\)/);
    expect(await verdictOn("fund", fund)).toMatch(/^通过 PASS[\s\S]*连号无缺/);
  });

  test("fails a bundle with one bit flipped, and names the entry", async () => {
    const path = [...whole.keys()].find((each) => each.startsWith("tile/entries/")) ?? "";
    const forged = new Map(whole).set(path, flipBit(whole.get(path) ?? new Uint8Array(0), 9_000));
    const told = await verdictOn("forged", forged);
    expect(told).toMatch(/^不通过 FAIL/);
    expect(told).toMatch(/tile\/entries\/000\.p\/[0-9]+ · 第 [0-9]+ 条/);
  });

  test("asks for a key, and believes no other", async () => {
    expect(await verdictOn("keyless", whole, "")).toContain("请先填写账册公钥");
    const other = VKEY.replace(/.$/, (letter) => (letter === "A" ? "B" : "A"));
    expect(await verdictOn("other", whole, other)).not.toContain("通过 PASS");
  });
});
