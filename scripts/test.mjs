// `npm test`: installs what is missing, then types, style and tests.
import { spawnSync } from "node:child_process";
import { installPackages } from "./packages.mjs";

process.chdir(new URL("..", import.meta.url).pathname);

function run(command, ...args) {
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

installPackages();
run("npx", "tsc", "-p", "tsconfig.json");
run("npx", "biome", "check", ".");
run("npx", "vitest", "run");
