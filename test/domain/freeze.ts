// Writes the frozen fixture of every fact that has none, and its line in SHA256SUMS. A fixture that
// exists stays as it is: stored bytes are a promise.

import { hash } from "node:crypto";
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { FACTS } from "../../src/domain/facts.ts";
import { exampleBytes } from "./examples.ts";

const FOLDER = new URL("../fixtures/events/", import.meta.url);

const examples = exampleBytes();
for (const { type, version } of FACTS) {
  const name = `${type}.v${version}.json`;
  const path = new URL(name, FOLDER);
  if (existsSync(path)) continue;
  const bytes = examples.get(type);
  if (bytes === undefined) throw new Error(`test/domain/examples.ts has no example of ${type}`);
  writeFileSync(path, bytes, { flag: "wx" });
  appendFileSync(new URL("SHA256SUMS", FOLDER), `${hash("sha256", bytes)}  ${name}\n`);
}
