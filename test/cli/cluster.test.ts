// Goal: the command line on a cluster signs, hands signing over, and puts a log back. The server is
// in this process, so the verbs run beside it.

import { execFile, spawn } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startCluster } from "../store/kurrentdb/support.ts";
import { ALMONER, build, temporaryFolder } from "./run.ts";

const [PROGRAM, SCRIPT] = ALMONER;
const TIMEOUT_MS = 90_000;
const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);

beforeAll(build, TIMEOUT_MS);
afterAll(folder.remove);

async function almoner(...args: string[]): Promise<string> {
  return (await promisify(execFile)(PROGRAM, [SCRIPT, ...args])).stdout;
}

type Serving = { readonly url: string; stop(): Promise<void> };

function serve(url: string, data: string): Promise<Serving> {
  return serving(["serve", "--store", url, "--data", data, "--port", "0", "--json"]);
}

/** Starts a server of the command line, which tells its address in its first line. */
async function serving(args: readonly string[]): Promise<Serving> {
  const started = spawn(PROGRAM, [SCRIPT, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => started.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    started.kill("SIGTERM");
    await ended;
  };
  onTestFinished(stop);
  const line = await new Promise<string>((resolve) => started.stdout.once("data", resolve));
  return { url: JSON.parse(String(line)).url, stop };
}

/** Size that a node's latest checkpoint signs; 0 while there is none. */
async function signedSize({ url }: Serving): Promise<number> {
  const answer = await fetch(`${url}/checkpoint`);
  return answer.ok ? Number((await answer.text()).split("\n")[1]) : 0;
}

test(
  "a new key signs at once, and the next node takes signing over when the first stops",
  async () => {
    const cluster = await startCluster({ nodes: 3 });
    onTestFinished(cluster.close);
    const { url } = cluster;
    const [a, b] = [at("a"), at("b")];
    await almoner("init", "--store", url, "--data", a, "--name", "苏州");
    const made = JSON.parse(await almoner("keys", "create", "--store", url, "--data", a, "--json"));
    expect(made.signed).toBe(1);

    const first = await serve(url, a);
    expect(await signedSize(first)).toBe(1);
    cpSync(join(a, "keys"), join(b, "keys"), { recursive: true });
    await almoner("rebuild", "--store", url, "--data", b);
    const second = await serve(url, b);
    expect(await signedSize(second)).toBe(0);
    await first.stop();
    await expect.poll(() => signedSize(second), { timeout: 30_000, interval: 200 }).toBe(1);
  },
  TIMEOUT_MS,
);

test(
  "a log is put back on a cluster, byte for byte, and another node reads the same",
  async () => {
    const cluster = await startCluster();
    onTestFinished(cluster.close);
    const { url } = cluster;
    const source = at("source");
    await almoner("init", "--data", source, "--name", "苏州");
    const file = at("log.jsonl");
    await almoner("--data", source, "export", "log", file);
    await almoner("--store", url, "--data", at("c"), "import", "log", file);
    const copy = await almoner("--store", url, "--data", at("d"), "export", "log", "-");
    expect(copy).toBe(await almoner("--data", source, "export", "log", "-"));
  },
  TIMEOUT_MS,
);

test(
  "cosigning on a cluster signs what was recorded since, and asks the witness",
  async () => {
    const cluster = await startCluster();
    onTestFinished(cluster.close);
    const { url } = cluster;
    const [data, witness] = [at("e"), at("witness")];
    const on = ["--store", url, "--data", data];
    await almoner("init", ...on, "--name", "苏州");
    await almoner("keys", "create", ...on);
    const keys = JSON.parse(await almoner("keys", "list", ...on, "--json")).keys;
    const vkey = (await almoner("witness", "keys", "--dir", witness, "--name", "w.example")).trim();
    await almoner("witness", "trust", keys[0].vkey, "--dir", witness);
    const served = ["witness", "serve", "--dir", witness, "--port", "0", "--json"];
    const { url: asked } = await serving(served);
    writeFileSync(join(data, "log/policy"), `witness w ${vkey} ${asked}\nquorum w\n`);
    await almoner(
      "community",
      ...on,
      "--community",
      "320581102",
      "--name",
      "海虞镇",
      "--level",
      "township",
    );
    const round = JSON.parse(await almoner("cosign", ...on, "--json"));
    expect(round).toMatchObject({ size: 2, published: true, asked: [{ outcome: "cosigned" }] });
  },
  TIMEOUT_MS,
);
