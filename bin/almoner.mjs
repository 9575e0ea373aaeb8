#!/usr/bin/env node
// Runs the built command line.
import { existsSync } from "node:fs";

const cli = new URL("../dist/src/cli.js", import.meta.url);
if (existsSync(cli)) {
  await import(cli.href);
} else {
  process.stderr.write("almoner is not built yet: run `npm run build`\n");
  process.exitCode = 2;
}
