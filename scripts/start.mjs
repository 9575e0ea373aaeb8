// `npm start` on a fresh clone: installs, builds, makes the demo ledger, serves it.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { installPackages } from "./packages.mjs";

const DATA = "data/demo";
const HOST = "127.0.0.1";
const FIRST_PORT = 8080;
const PORTS_TRIED = 100;
const CLI = "dist/src/cli.js";
/** What the last step of the build writes: a build that broke off has not written it. */
const BUILT = "dist/verify/verify.html";

process.chdir(new URL("..", import.meta.url).pathname);

/** Runs one step, says that it does, and shows what it printed only when it fails. */
function run(title, command, ...args) {
  console.error(`${title} …`);
  const { status, stdout, error } = spawnSync(command, args, {
    stdio: ["inherit", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (status === 0) return;
  console.error(error?.message ?? stdout);
  console.error(`failed: ${[command, ...args].join(" ")}`);
  process.exit(status ?? 1);
}

/** The latest change under a path, in milliseconds since the epoch. */
function changedAt(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => changedAt(join(path, name))));
}

function isBuilt() {
  if (!existsSync(BUILT)) return false;
  const sources = ["src", "projections", "scripts/demo", "package.json", "tsconfig.build.json"];
  return statSync(BUILT).mtimeMs > Math.max(...sources.map(changedAt));
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, HOST, () => probe.close(() => resolve(true)));
  });
}

async function freePort() {
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS_TRIED; port++) {
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${FIRST_PORT} on; set PORT`);
}

installPackages();
if (!isBuilt()) run("编译 Building", "npm", "run", "build");
if (!existsSync(join(DATA, "ledger.db"))) {
  run("生成演示账本 Making the demo ledger", "node", CLI, "demo", "--data", DATA);
}

const port = process.env.PORT ?? String(await freePort());
const server = spawn("node", [CLI, "serve", "--data", DATA, "--port", port], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.kill(signal));
server.on("exit", (code) => process.exit(code ?? 0));
