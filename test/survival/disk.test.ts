import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ALL_TALLIES } from "../../projections/index.ts";
import { findFaults } from "../../scripts/survival/check-ledger.ts";
import {
  type Acknowledged,
  startWriter,
  type Writer,
} from "../../scripts/survival/start-writer.ts";
import { auditLedger } from "../../src/app/audit/audit-ledger.ts";
import { type Ledger, openLedger } from "../../src/app/ledger.ts";
import { createKey } from "../../src/app/log/log-keys.ts";
import { openPublishedLog } from "../../src/app/log/open-published.ts";
import { receiptOf } from "../../src/app/log/published-log.ts";
import { openForReading, openForWriting } from "../../src/store/sqlite/open.ts";
import { commands, NOW, SETTING } from "../app/scene.ts";
import { missing } from "../support/missing.ts";

let dir: string;
let acknowledged: Acknowledged;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "almoner-disk-"));
  acknowledged = new Map();
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const REQUESTS = 3_000;

function canMount(): boolean {
  const probe = mkdtempSync(join(tmpdir(), "almoner-mount-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", probe]).status === 0;
  if (mounted) execFileSync("umount", [probe]);
  rmSync(probe, { recursive: true });
  return mounted;
}

/** Runs a writer to its end and expects every request kept once, whatever failed on the way. */
async function expectSurvived(writer: Writer, ledgerDir: string, stopHarm = () => {}) {
  await writer.done;
  stopHarm();
  writer.child.stdin?.end();
  const code = await writer.ended;
  expect({ code, stderr: writer.stderr() }).toEqual({ code: 0, stderr: "" });
  expect(writer.doubled).toEqual([]);
  expect([...writer.rebuilt]).toEqual(ALL_TALLIES.map(({ name }) => [name, true]));
  expect(await findFaults(ledgerDir, acknowledged)).toEqual([]);
  expect([...acknowledged.keys()].filter((key) => key.startsWith("request-"))).toHaveLength(
    REQUESTS,
  );
}

async function untilFailed(writer: Writer): Promise<void> {
  for (let wait = 0; writer.failures.length < 3 && wait < 500; wait++) await sleep(20);
}

test("a full disk refuses writes, keeps what was acknowledged, and serves again after space returns", async ({
  skip,
}) => {
  skip(!canMount(), "this user cannot mount a tmpfs");
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=96m", "none", dir]);
  try {
    const ledgerDir = join(dir, "ledger");
    const ballast = join(dir, "ballast");
    mkdirSync(ledgerDir);
    writeFileSync(ballast, Buffer.alloc(94 * 2 ** 20));
    const writer = startWriter({ dir: ledgerDir, first: 0, count: REQUESTS, acknowledged });
    await untilFailed(writer);
    const keptWhenFull = acknowledged.size;
    rmSync(ballast);
    await expectSurvived(writer, ledgerDir);
    expect(keptWhenFull).toBeGreaterThan(0);
    expect(new Set(writer.failures)).toEqual(new Set(["DISK_FULL"]));
  } finally {
    execFileSync("umount", ["-l", dir]);
  }
}, 60_000);

test("opening on a full disk says so, to a writer and to a reader", ({ skip }) => {
  skip(!canMount(), "this user cannot mount a tmpfs");
  const openAndClose = () => {
    const { db, unlock } = openForWriting(dir);
    db.close();
    unlock();
  };
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "none", dir]);
  try {
    openAndClose();
    const room = statfsSync(dir);
    writeFileSync(join(dir, "ballast"), Buffer.alloc(room.bavail * room.bsize));
    const full = expect.objectContaining({ code: "DISK_FULL" });
    expect(() => openForWriting(dir)).toThrow(full);
    expect(() => openForReading(dir)).toThrow(full);
    rmSync(join(dir, "ballast"));
    openForReading(dir).close();
    openAndClose();
  } finally {
    execFileSync("umount", ["-l", dir]);
  }
});

test.for(["closed", "open"])(
  "a ledger that is %s is read on a full disk, also without its files",
  async (state, { skip }) => {
    skip(!canMount(), "this user cannot mount a tmpfs");
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=32m", "none", dir]);
    const temporary = process.env["TMPDIR"];
    try {
      const ledgerDir = join(dir, "ledger");
      mkdirSync(ledgerDir);
      createKey(ledgerDir, "log.example/full");
      const writer = openLedger(ledgerDir, { now: () => NOW });
      await writer.record([...SETTING, ...commands(3, 200)]);
      writer.log.sign();
      const right = answersOf(writer);
      if (state === "closed") writer.close();
      // One is gone, and has to be folded where there is no room for it either.
      rmSync(join(ledgerDir, "projections", "fund-balance.v2.db"));
      process.env["TMPDIR"] = dir;
      const { bavail, bsize } = statfsSync(dir);
      writeFileSync(join(dir, "ballast"), Buffer.alloc(bavail * bsize));
      expect(statfsSync(dir).bavail).toBe(0);
      for (const _twice of [1, 2]) {
        const reader = openLedger(ledgerDir, { now: () => NOW, mode: "read" });
        expect(answersOf(reader)).toEqual(right);
        for (const runner of reader.runners) {
          expect(await runner.rebuild()).toMatchObject({ identical: true });
        }
        reader.close();
      }
      const audit = await auditLedger(ledgerDir, () => () => {});
      expect(audit.findings).toEqual([]);
      expect(audit.projections.every(({ identical }) => identical)).toBe(true);
      const published = openPublishedLog(ledgerDir);
      expect(await receiptOf(published, 5)).toMatch(/^c2sp.org\/tlog-proof@v1/);
      published.close();
      rmSync(join(dir, "ballast"));
      if (state === "open") writer.close();
    } finally {
      if (temporary === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = temporary;
      execFileSync("umount", ["-l", dir]);
    }
  },
);

/** What a ledger says of its figures and of its log. */
function answersOf(ledger: Ledger): unknown {
  const points = [{}, { asOf: "50" }, { asOf: "2026-05-15" }];
  const names = ["fund-balances", "community-totals", "counts", "trial-balance"];
  const rows = points.map((point) => names.map((name) => [...ledger.report(name, point).rows]));
  return { rows, log: ledger.report("counts", {}).log };
}

test("a file that may not grow refuses writes and loses nothing", async ({ skip }) => {
  const program = missing("prlimit");
  skip(program !== undefined, `${program} is not installed`);
  const limit = 300_000;
  const under = ["prlimit", `--fsize=${limit}:unlimited`];
  const writer = startWriter({ dir, first: 0, count: REQUESTS, acknowledged, under });
  await untilFailed(writer);
  const keptAtLimit = acknowledged.size;
  execFileSync("prlimit", ["--pid", String(writer.child.pid), "--fsize=unlimited:unlimited"]);
  await expectSurvived(writer, dir);
  expect(keptAtLimit).toBeGreaterThan(0);
  expect(["DISK_FULL", "STORE_FAILED"]).toContain(writer.failures[0]);
}, 60_000);

const FAULTS = [
  { what: "fsync", points: "posix/io/sync/*", probability: 0.05 },
  { what: "write", points: "posix/io/rw/pwrite*", probability: 0.01 },
];

test.for(FAULTS)(
  "a $what that fails now and then loses nothing and doubles nothing",
  {
    timeout: 120_000,
  },
  async ({ points, probability }, { skip }) => {
    const program = missing("fiu-run", "fiu-ctrl");
    skip(program !== undefined, `${program} is not installed (fiu-utils)`);
    const control = join(dir, "fiu");
    const ledgerDir = join(dir, "ledger");
    const under = ["fiu-run", "-x", "-f", control];
    const writer = startWriter({ dir: ledgerDir, first: 0, count: REQUESTS, acknowledged, under });
    const tell = (command: string) =>
      execFileSync("fiu-ctrl", ["-f", control, "-c", command, String(writer.child.pid)]);
    // The harm begins with the first acknowledged entry: a start that fails is a failed start.
    await writer.firstAcknowledged;
    tell(`enable_random name=${points},probability=${probability}`);
    await expectSurvived(writer, ledgerDir, () => tell(`disable name=${points}`));
    expect(writer.failures.length).toBeGreaterThan(0);
  },
);
