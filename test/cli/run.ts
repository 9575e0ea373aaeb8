// Runs the command line as users do: a process of its own, its output and its exit code. It is
// built anew for the tests, apart from `dist/src`, so that no test sees an old build.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** One build per worker: two test files may run at once. */
const BUILT = `dist/test-cli/${process.env["VITEST_POOL_ID"] ?? "0"}`;

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

/** The program and the first arguments that start the command line. */
export const ALMONER = [process.execPath, join(ROOT, BUILT, "src/cli.js")] as const;

/** Builds the command line; types are another check's business. */
export function build(): void {
  const args = ["tsc", "-p", "tsconfig.build.json", "--outDir", BUILT];
  const { error } = spawnSync("npx", args, { cwd: ROOT });
  if (error) throw error;
}

/** Runs `almoner` with these arguments, in English unless they say otherwise. */
export function almoner(...args: string[]): Ran {
  return run([], args);
}

/** The same on a machine whose clock is a day ahead. */
export function almonerTomorrow(...args: string[]): Ran {
  const ahead = "const { now } = Date; Date.now = () => now() + 86_400_000;";
  return run(["--import", `data:text/javascript,${encodeURIComponent(ahead)}`], args);
}

/** The most memory that a run took, in bytes. */
export function peakOf(...args: string[]): number {
  const atEnd = `process.on("exit", () => console.error("peak", process.resourceUsage().maxRSS));`;
  const { err } = run(["--import", `data:text/javascript,${encodeURIComponent(atEnd)}`], args);
  return Number(/^peak (\d+)$/m.exec(err)?.[1]) * 1024;
}

function run(nodeFlags: readonly string[], args: readonly string[]): Ran {
  const [program, ...first] = ALMONER;
  const env = { ...process.env, LANG: "en_US.UTF-8" };
  const { status, stdout, stderr } = spawnSync(program, [...nodeFlags, ...first, ...args], {
    cwd: ROOT,
    env,
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

/** Runs verbs on a folder one after the other. @throws Error at the first that fails. */
export function runAll(data: string, steps: readonly (readonly string[])[]): void {
  for (const step of steps) {
    const { code, err } = almoner(...step, "--data", data);
    if (code !== 0) throw new Error(`${step.join(" ")}: ${err}`);
  }
}

export type Serving = {
  readonly url: string;
  /** What it wrote to stderr so far. */
  err(): string;
  /** Ends it as an operator would, or at once; returns its exit code. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<number | null>;
};

/** Serves a folder in a process of its own. */
export async function serve(data: string, ...flags: string[]): Promise<Serving> {
  const [program, ...first] = ALMONER;
  const args = [...first, "serve", "--port", "0", "--json", "--data", data, ...flags];
  const server = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const told: Buffer[] = [];
  server.stderr.on("data", (chunk: Buffer) => told.push(chunk));
  const [line] = (await once(createInterface({ input: server.stdout }), "line")) as [string];
  const exit = once(server, "exit");
  return {
    url: (JSON.parse(line) as { url: string }).url,
    err: () => Buffer.concat(told).toString(),
    async stop(signal = "SIGTERM") {
      server.kill(signal);
      const [code] = (await exit) as [number | null];
      return code;
    },
  };
}

/** Runs a shell line in which `almoner` stands for the command line. */
export function shell(line: string): Ran {
  const command = ALMONER.map((word) => `'${word}'`).join(" ");
  const script = `set -o pipefail; almoner() { ${command} "$@"; }; ${line}`;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

/** A temporary folder, and the way to remove it. */
export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "almoner-cli-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
