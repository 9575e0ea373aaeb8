// Goal: whatever becomes of a file that is worked out from the log, the log is served, and it is said.
// Method: files are cut and bytes turned over, in a copy of a folder that was closed; then it is
// opened by a process that writes and by one that reads, and asked for everything.

import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditLedger } from "../../src/app/audit/audit-ledger.ts";
import type { Damage } from "../../src/app/derived-file.ts";
import { type Ledger, openLedger } from "../../src/app/ledger.ts";
import { createKey } from "../../src/app/log/log-keys.ts";
import type { Mode } from "../../src/app/projections/projection.ts";
import { toBase64 } from "../../src/proof/bytes.ts";
import { commands, NOW, SETTING } from "./scene.ts";

const COMMANDS = 150;
const whole = mkdtempSync(join(tmpdir(), "almoner-whole-"));
let right: unknown;
let files: string[];

beforeAll(async () => {
  createKey(whole, "log.example/damage");
  const ledger = openLedger(whole, { now: () => NOW });
  await ledger.record([...SETTING, ...commands(5, COMMANDS)]);
  ledger.log.sign();
  right = answers(ledger);
  ledger.close();
  const projections = readdirSync(join(whole, "projections"));
  files = [...projections.map((name) => join("projections", name)), "log/tiles.db"];
});
afterAll(() => rmSync(whole, { recursive: true }));

/** What is asked of every projection and of the log's tree. */
function answers(ledger: Ledger): unknown {
  const points = [{}, { asOf: "12" }, { asOf: "2026-05-15" }];
  const names = [
    "fund-balances",
    "community-totals",
    "grassroots-total",
    "counts",
    "trial-balance",
  ];
  const rows = points.map((point) => names.map((name) => [...ledger.report(name, point).rows]));
  const root = ledger.log.rootAt(40);
  const found = ledger.entries({ after: 0, limit: 5, reference: "none" });
  return { rows, found, root: root && toBase64(root) };
}

type Harm = (bytes: Buffer) => Buffer;
const cutTo =
  (share: number): Harm =>
  (bytes) =>
    bytes.subarray(0, Math.floor(bytes.length * share));
const turnedAt =
  (...places: readonly number[]): Harm =>
  (bytes) => {
    const harmed = Buffer.from(bytes);
    for (const place of places) {
      const at = Math.floor(place < 1 ? bytes.length * place : place);
      harmed[at] = (harmed[at] ?? 0) ^ 0xff;
    }
    return harmed;
  };

function harmed(file: string, harm: Harm): string {
  const dir = mkdtempSync(join(tmpdir(), "almoner-harmed-"));
  cpSync(whole, dir, { recursive: true });
  writeFileSync(join(dir, file), harm(readFileSync(join(dir, file))));
  return dir;
}

function open(dir: string, mode: Mode) {
  const told: Damage[] = [];
  const ledger = openLedger(dir, { now: () => NOW, mode, onDamage: (damage) => told.push(damage) });
  return { ledger, told };
}

const HARMS: readonly (readonly [what: string, harm: Harm])[] = [
  ["cut to nothing", cutTo(0)],
  ["cut to a few bytes", (bytes) => bytes.subarray(0, 50)],
  ["cut to a tenth", cutTo(0.1)],
  ["cut in half", cutTo(0.5)],
  ["cut by its end", cutTo(0.95)],
  ["begun by another word", turnedAt(0)],
  ["of another page size", turnedAt(16)],
  ["with another schema", turnedAt(100, 101, 108)],
  ["all zeros", (bytes) => Buffer.alloc(bytes.length)],
  ["all noise", (bytes) => Buffer.alloc(bytes.length, 0xa5)],
];

describe.each(HARMS)("a derived file that is %s", (_what, harm) => {
  test.each(["write", "read"] as const)(
    "keeps nothing from being served in mode %s",
    async (mode) => {
      for (const file of files) {
        const dir = harmed(file, harm);
        const { ledger, told } = open(dir, mode);
        await ledger.log.catchUp();
        expect([file, answers(ledger)]).toEqual([file, right]);
        for (const damage of told) {
          expect(damage.file).toBe(join(dir, file));
          expect(existsSync(`${damage.file}.damaged`)).toBe(mode === "write");
        }
        ledger.close();
        if (mode === "write") {
          const again = open(dir, "read");
          expect([file, answers(again.ledger), again.told]).toEqual([file, right, []]);
          again.ledger.close();
          const audit = await auditLedger(dir, () => () => {});
          expect(audit.findings).toEqual([]);
          expect(audit.projections.every(({ identical }) => identical)).toBe(true);
        }
        rmSync(dir, { recursive: true });
      }
    },
  );
});

test("no byte that is turned over makes a figure or a root another one", async () => {
  const tallies = files.filter((file) => !file.includes("donations"));
  let found = 0;
  for (const file of tallies) {
    const { length } = readFileSync(join(whole, file));
    for (let at = 0.003; at < 1; at += 0.09) {
      const dir = harmed(file, turnedAt(at));
      for (const mode of ["read", "write"] as const) {
        const { ledger, told } = open(dir, mode);
        await ledger.log.catchUp();
        const place = Math.floor(at * length);
        expect([file, place, answers(ledger)]).toEqual([file, place, right]);
        expect(ledger.log.checkFork()).toBeUndefined();
        found += told.length;
        ledger.close();
      }
      rmSync(dir, { recursive: true });
    }
  }
  expect(found).toBeGreaterThan(0);
});
