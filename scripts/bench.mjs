// `npm run bench -- [--entries N] [--only ROW]`: builds, then measures the compiled program, never
// through a loader, whose helpers would cost a fifth.
import { spawnSync } from "node:child_process";
import { installPackages } from "./packages.mjs";

process.chdir(new URL("..", import.meta.url).pathname);
installPackages();
const build = spawnSync("npm", ["run", "build"], { stdio: ["ignore", "ignore", "inherit"] });
if (build.status !== 0) process.exit(build.status ?? 1);
const program = ["--expose-gc", "dist/scripts/bench/main.js", ...process.argv.slice(2)];
process.exit(spawnSync(process.execPath, program, { stdio: "inherit" }).status ?? 1);
