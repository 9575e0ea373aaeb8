// Replays a log against its own rules: the bytes, numbers, revisions, links, moves and hashes of every
// entry are worked out again from its JSON and compared with what is stored beside it.

import { availableParallelism } from "node:os";
import { join } from "node:path";
import { createSums } from "../../kernel/sums.ts";
import { toBase64 } from "../../proof/bytes.ts";
import { DamagedFile } from "../derived-file.ts";
import { LOG_FILES } from "../log/log-files.ts";
import { openSignedReader } from "../log/signed-file.ts";
import { openTileFileReader, type TileFileReader } from "../log/tile-file.ts";
import { openAuditReaderIn } from "../open-store.ts";
import type { EntriesAudit, Finding } from "./audit-entries.ts";
import { createOrderAudit } from "./audit-order.ts";
import { createTreeAudit, tilesDamaged } from "./audit-tree.ts";
import { type Auditor, auditorHere, auditorInThread } from "./auditors.ts";

/** Entries of a run: full tiles of leaves. */
const RUN = 8_192;
/** A thread costs a third of a second to start. */
const THREADS_FROM = 65_536;
const THREADS_MAX = 4;
/** Runs that each auditor has at once, so that none waits and memory stays bounded. */
const RUNS_EACH = 2;
const FINDINGS_MAX = 100;

export type LogAudit = {
  readonly entries: number;
  /** The root of the tree over all entries, in base64; null when one of them is missing. */
  readonly root: string | null;
  /** The first differences, in the order of the log; empty when there are none. */
  readonly findings: readonly Finding[];
};

/** Audits a folder's log as it is now; stops after a hundred findings. */
export async function auditLog(
  dir: string,
  onRun: (run: EntriesAudit) => void = () => {},
): Promise<LogAudit> {
  const kept = keptOf(dir);
  const log = openAuditReaderIn(dir);
  const head = log.head();
  const auditors = auditorsFor(head, { dir, keptSize: kept.tiles.size });
  const order = createOrderAudit(log);
  const tree = createTreeAudit(log, kept.tiles, kept);
  const findings: Finding[] = kept.finding ? [kept.finding] : [];
  let hole = false;
  try {
    for await (const run of runsOf(auditors, head)) {
      const { finding } = run.leaves;
      hole ||= run.hole;
      findings.push(...order.add(run), ...(finding ? [finding] : []));
      tree.add(run.leaves);
      onRun(run);
      if (findings.length >= FINDINGS_MAX) break;
    }
    if (hole) return { entries: head, root: null, findings: findings.slice(0, FINDINGS_MAX) };
    const { root, findings: ofTree } = tree.finish();
    if (findings.length === 0) findings.push(...ofTree, ...order.finish(await sumsOf(auditors)));
    return { entries: head, root: toBase64(root), findings: findings.slice(0, FINDINGS_MAX) };
  } finally {
    await Promise.all(auditors.map((auditor) => auditor.close()));
    kept.close();
    log.close();
  }
}

/**
 * What is kept of the log's tree and was signed. Asked before the head is: the entries of a tree are
 * durable before it is, so all of it must be in the log that is read then.
 */
function keptOf(dir: string) {
  const { tiles, finding } = tilesIn(join(dir, LOG_FILES.tiles));
  const heads = openSignedReader(join(dir, LOG_FILES.signed));
  const [signed, known] = [heads?.signed(), heads?.known() ?? []];
  heads?.close();
  return {
    tiles: { size: tiles?.size() ?? 0, read: tiles?.read ?? (() => undefined) },
    signed: () => signed,
    known: () => known,
    finding,
    close: () => tiles?.close(),
  };
}

/** The kept tiles, or what is wrong with them. */
function tilesIn(path: string): { tiles?: TileFileReader | undefined; finding?: Finding } {
  try {
    const tiles = openTileFileReader(path);
    tiles?.size();
    return { tiles };
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw error;
    return { finding: { entry: 1, problem: tilesDamaged(LOG_FILES.tiles) } };
  }
}

function auditorsFor(head: number, job: Parameters<typeof auditorHere>[0]): Auditor[] {
  if (head < THREADS_FROM) return [auditorHere(job)];
  const threads = Math.min(availableParallelism(), THREADS_MAX);
  return Array.from({ length: threads }, () => auditorInThread(job));
}

/** The runs of a log in order, given to the auditors in turn. */
async function* runsOf(auditors: readonly Auditor[], head: number): AsyncGenerator<EntriesAudit> {
  const asked: Promise<EntriesAudit>[] = [];
  let next = 1;
  const ask = () => {
    const auditor = auditors[Math.floor(next / RUN) % auditors.length];
    if (!auditor || next > head) return;
    const run = auditor.audit(next, Math.min(next + RUN - 1, head));
    // Whoever takes its turn is told; until then nobody listens.
    run.catch(() => {});
    asked.push(run);
    next += RUN;
  };
  for (let ahead = 0; ahead < auditors.length * RUNS_EACH; ahead++) ask();
  for (let run = asked.shift(); run; run = asked.shift()) {
    const done = await run;
    ask();
    yield done;
  }
}

async function sumsOf(auditors: readonly Auditor[]) {
  const sums = createSums();
  for (const auditor of auditors) sums.addPairs(await auditor.sums());
  return sums;
}
