// Falsifies exports, bundles and funds' evidence of made-up charities thousands of times and demands that both verifiers, ours and
// the Go one, refuse every case but the harmless ones, and always agree. Exit 1 otherwise.
// Usage: tsx scripts/mutation-sweep.ts [--go PROGRAM] [--cases N] [--seed N]

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { charityEntries, FUND } from "./mutation-sweep/charity-entries.ts";
import { harmlessReason } from "./mutation-sweep/harmless.ts";
import { type Changes, MUTATIONS, seededRandom } from "./mutation-sweep/mutations.ts";
import {
  type Files,
  POLICY_TEXT,
  syntheticFund,
  syntheticLog,
} from "./mutation-sweep/synthetic-log.ts";
import { type GoVerifier, startGoVerifier, verifyFiles } from "./mutation-sweep/verifiers.ts";

/** Share of the cases each size gets: most on a small export, a bounded sample on the large one. */
const SIZES = [
  { size: 0, share: 0.02 },
  { size: 1, share: 0.05 },
  { size: 2, share: 0.05 },
  { size: 255, share: 0.05 },
  { size: 256, share: 0.05 },
  { size: 257, share: 0.36 },
  { size: 257, share: 0.2, fund: true },
  { size: 257, share: 0.1, changesKey: true },
  { size: 257, share: 0.1, changesKey: true, fund: true },
  { size: 65_537, share: 0.01 },
];

interface Tally {
  cases: number;
  refused: number;
  harmless: number;
  lies: string[];
  disagreements: string[];
}

interface Sweep {
  readonly go: GoVerifier;
  readonly folder: string;
  readonly tallies: Map<string, Tally>;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      go: { type: "string" },
      cases: { type: "string", default: "4000" },
      seed: { type: "string", default: "1" },
    },
  });
  const work = await mkdtemp(join(tmpdir(), "almoner-sweep-"));
  try {
    const program = values.go ?? (await buildGoVerifier(work));
    const policyPath = join(work, "trust.policy");
    await writeFile(policyPath, POLICY_TEXT);
    const go = startGoVerifier(program, policyPath);
    const sweep: Sweep = { go, folder: join(work, "export"), tallies: new Map() };
    for (const { size, share, fund = false, changesKey = false } of SIZES) {
      const cases = Math.ceil(share * Number(values.cases));
      await sweepSize(sweep, { size, fund, changesKey, cases, seed: Number(values.seed) });
    }
    await go.stop();
    process.exitCode = printTallies(sweep.tallies) ? 0 : 1;
  } finally {
    await rm(work, { recursive: true });
  }
}

async function buildGoVerifier(work: string): Promise<string> {
  const program = join(work, "verify-go");
  const script = fileURLToPath(new URL("verify-go/build.sh", import.meta.url));
  await promisify(execFile)(script, [program]);
  return program;
}

type Round = {
  readonly size: number;
  /** Whether the evidence is that of one fund. */
  readonly fund: boolean;
  /** Whether the reader's key was exchanged for another, which signs. */
  readonly changesKey: boolean;
  readonly cases: number;
  readonly seed: number;
};

async function sweepSize(sweep: Sweep, round: Round): Promise<void> {
  const { size, fund, changesKey, cases, seed } = round;
  const entries = await charityEntries(size, changesKey);
  const files = await (fund ? syntheticFund(entries, FUND) : syntheticLog(entries));
  await rm(sweep.folder, { recursive: true, force: true });
  for (const [path, bytes] of files) await writeInto(sweep.folder, path, bytes);
  const tally = tallyOf(sweep, "unchanged");
  tally.cases++;
  const [ours, theirs] = [await verifyFiles(files), await sweep.go.verify(sweep.folder)];
  const same = ours.size === theirs.size && ours.root === theirs.root;
  if (ours.pass && theirs.pass && same) tally.harmless++;
  else tally.disagreements.push(`size ${size}: ${JSON.stringify([ours, theirs])}`);

  const random = seededRandom(seed * 1_000_003 + size);
  for (let i = 0; i < cases; i++) {
    const [name, mutate] = MUTATIONS[i % MUTATIONS.length] ?? [];
    const changes = await mutate?.(files, random);
    if (name === undefined || changes === undefined) continue;
    await tryChanges(sweep, files, changes, tallyOf(sweep, name), `size ${size}, case ${i}`);
  }
  console.error(
    `size ${size}${fund ? ", one fund" : ""}${changesKey ? ", key changed" : ""}: ${cases} cases`,
  );
}

async function tryChanges(
  { go, folder }: Sweep,
  files: Files,
  changes: Changes,
  tally: Tally,
  label: string,
): Promise<void> {
  const reason = harmlessReason(files, changes);
  if (reason === "nothing changed") return;
  const changed: Files = new Map(files);
  for (const [path, bytes] of changes) {
    if (bytes === undefined) changed.delete(path);
    else changed.set(path, bytes);
    await writeInto(folder, path, bytes);
  }
  const [ours, theirs] = [await verifyFiles(changed), await go.verify(folder)];
  for (const path of changes.keys()) await writeInto(folder, path, files.get(path));

  const what = `${label}: ${[...changes.keys()].join(", ")}`;
  tally.cases++;
  if (ours.pass !== theirs.pass) {
    tally.disagreements.push(`${what}: ours ${ours.pass}, Go ${theirs.pass}`);
  } else if (!ours.pass) tally.refused++;
  else if (reason !== undefined) tally.harmless++;
  else tally.lies.push(what);
}

/** Writes a file of the export folder, or removes it. */
async function writeInto(folder: string, path: string, bytes: Uint8Array | undefined) {
  const file = join(folder, path);
  if (bytes === undefined) return rm(file, { force: true });
  await mkdir(dirname(file), { recursive: true });
  return writeFile(file, bytes);
}

function tallyOf({ tallies }: Sweep, name: string): Tally {
  const tally = tallies.get(name) ?? {
    cases: 0,
    refused: 0,
    harmless: 0,
    lies: [],
    disagreements: [],
  };
  tallies.set(name, tally);
  return tally;
}

/** Prints the counts; true when no lie passed and the verifiers never disagreed. */
function printTallies(tallies: ReadonlyMap<string, Tally>): boolean {
  const row = (name: string, ...counts: (number | string)[]) =>
    console.log(name.padEnd(26) + counts.map((count) => String(count).padStart(10)).join(""));
  row("change", "cases", "refused", "harmless", "accepted", "disagreed");
  const all = [...tallies];
  for (const [name, t] of all) {
    row(name, t.cases, t.refused, t.harmless, t.lies.length, t.disagreements.length);
  }
  const sum = (count: (tally: Tally) => number) => all.reduce((n, [, t]) => n + count(t), 0);
  const lies = all.flatMap(([, t]) => t.lies);
  const disagreements = all.flatMap(([, t]) => t.disagreements);
  const totals = [sum((t) => t.cases), sum((t) => t.refused), sum((t) => t.harmless)];
  row("all", ...totals, lies.length, disagreements.length);
  for (const what of [...lies, ...disagreements].slice(0, 20)) console.log(`  ${what}`);
  return lies.length === 0 && disagreements.length === 0;
}

await main();
