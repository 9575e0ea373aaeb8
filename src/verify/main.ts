// The verifier alone, as one file for Node without anything installed: what a bundle carries along.
// Usage: node verify.mjs TARGET (--vkey KEY | --policy FILE) [--earlier FILE] [--receipt FILE]

import { parseArgs } from "node:util";
import { errorText } from "../kernel/error-text.ts";
import { UsageError } from "../kernel/usage-error.ts";
import { verdictLines } from "./present.ts";
import { runVerify } from "./run.ts";

const USAGE = `node verify.mjs TARGET (--vkey KEY … | --policy FILE) [--earlier FILE …] [--receipt FILE …] [--entry FILE]
       [--json] [--lang zh|en]
TARGET: 目录、.zip、网址或 .tlog-proof 收据 / a folder, .zip, address or .tlog-proof receipt
exit 0 通过 pass · 3 不通过 fail · 2 用法 usage`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      vkey: { type: "string", multiple: true, default: [] },
      policy: { type: "string" },
      earlier: { type: "string", multiple: true, default: [] },
      receipt: { type: "string", multiple: true, default: [] },
      entry: { type: "string" },
      json: { type: "boolean", default: false },
      lang: { type: "string", default: "zh" },
    },
  });
  const [target, ...more] = positionals;
  if (target === undefined || more.length > 0) throw new UsageError({ zh: USAGE, en: USAGE });
  const verdict = await runVerify({
    target,
    vkeys: values.vkey,
    policy: values.policy,
    earlier: values.earlier,
    receipts: values.receipt,
    entry: values.entry,
    onProgress: (entries) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${entries}\r`);
    },
  });
  if (values.json) process.stdout.write(`${JSON.stringify(verdict)}\n`);
  else {
    for (const line of verdictLines(verdict, values.lang === "en" ? "en" : "zh")) {
      process.stdout.write(`${line}\n`);
    }
  }
  return verdict.pass ? 0 : 3;
}

try {
  process.exitCode = await main();
} catch (error) {
  // The flags that would say the language may be what is wrong.
  const { zh, en } = errorText(error);
  process.stderr.write(zh === en ? `${en}\n` : `${zh}\n${en}\n`);
  process.exitCode = 2;
}
