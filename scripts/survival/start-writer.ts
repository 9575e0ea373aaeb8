// Starts the writer as a process of its own, also under another program that harms its system
// calls, and remembers what it acknowledged.

import { type ChildProcess, spawn } from "node:child_process";
import { extname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Key → entry, as acknowledged; kept over the lives of many writers. */
export type Acknowledged = Map<string, number>;

export type WriterOptions = {
  readonly dir: string;
  /** The first request's number, and how many there are. */
  readonly first: number;
  readonly count: number;
  readonly acknowledged: Acknowledged;
  /** A program with its arguments that starts the writer. */
  readonly under?: readonly string[];
};

export type Writer = {
  readonly child: ChildProcess;
  /** Codes of failed writes, in order. */
  readonly failures: string[];
  /** Projection → whether it was identical after a rebuild at the end. */
  readonly rebuilt: Map<string, boolean>;
  /** Keys that were acknowledged at two entries: always a fault. */
  readonly doubled: string[];
  readonly firstAcknowledged: Promise<void>;
  /** All requests are recorded, or the process has ended. */
  readonly done: Promise<void>;
  /** Exit code, or null when killed, with all its output read. */
  readonly ended: Promise<number | null>;
  stderr(): string;
};

/** Starts a writer; from source under tsx, from compiled code as it is. */
export function startWriter(options: WriterOptions): Writer {
  const extension = extname(fileURLToPath(import.meta.url));
  const program = fileURLToPath(new URL(`./writer${extension}`, import.meta.url));
  const loader = extension === ".ts" ? ["--import", "tsx"] : [];
  const { dir, first, count, under = [] } = options;
  const command = [
    ...under,
    process.execPath,
    ...loader,
    program,
    dir,
    String(first),
    String(count),
  ];
  const child = spawn(command[0] as string, command.slice(1), {
    stdio: ["pipe", "pipe", "pipe"],
  });
  return watchWriter(child, options.acknowledged);
}

function watchWriter(child: ChildProcess, acknowledged: Acknowledged): Writer {
  const failures: string[] = [];
  const rebuilt = new Map<string, boolean>();
  const doubled: string[] = [];
  let stderr = "";
  child.stderr?.on("data", (chunk) => {
    stderr = (stderr + chunk).slice(-4_000);
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const read = new Promise((resolve) => lines.once("close", resolve));
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once("exit", resolve);
    child.once("error", reject);
  });
  const done = new Promise<void>((resolve) => {
    lines.on("line", (line) => line === "done" && resolve());
    lines.once("close", resolve);
  });
  const firstAcknowledged = new Promise<void>((resolve) => {
    lines.once("close", resolve);
    lines.on("line", (line) => {
      const [word, what = "", rest = ""] = line.split(" ");
      if (word === "fail") failures.push(what);
      if (word === "rebuilt") rebuilt.set(what, rest === "true");
      if (word !== "ack") return;
      const before = acknowledged.get(rest);
      if (before !== undefined && before !== Number(what)) doubled.push(rest);
      acknowledged.set(rest, Number(what));
      resolve();
    });
  });
  const ended = Promise.all([exited, read]).then(([code]) => code);
  return {
    child,
    failures,
    rebuilt,
    doubled,
    firstAcknowledged,
    done,
    ended,
    stderr: () => stderr,
  };
}
