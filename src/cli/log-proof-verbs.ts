// What the log hands out: a static export, proofs, and receipts for donors. A server may be writing
// meanwhile; with --url the same comes from a server.

import { writeFileSync } from "node:fs";
import { exportTiles } from "../app/log/export-tiles.ts";
import { hasLog, openPublishedLog } from "../app/log/open-published.ts";
import {
  consistencyProof,
  inclusionProof,
  receiptOf,
  rootOf,
  type SignedLog,
} from "../app/log/published-log.ts";
import { toBase64 } from "../proof/bytes.ts";
import { EXIT, failure } from "./failure.ts";
import { checkLedger } from "./local-backend.ts";
import { askServer } from "./remote-call.ts";
import type { Session } from "./session.ts";
import { refuseExisting } from "./whole-file.ts";

export type ReceiptFlags = { readonly out?: string; readonly force?: boolean };
export type InclusionFlags = { readonly size?: string };
export type ConsistencyFlags = { readonly from: string; readonly to?: string };

/** Writes the published log as files that any web server can host. */
export async function exportTilesVerb(session: Session, to: string): Promise<void> {
  await withLog(session, async (log) => {
    const exported = exportTiles(log, to, session.progress("export"));
    session.answer({ ...exported, dir: to });
    const told = { zh: "条已导出到", en: "entries exported to" };
    session.line(`${exported.size} ${session.say(told)} ${to} (+${exported.files})`);
  });
}

/** Writes the receipt of an entry: what a donor is given. */
export async function receiptVerb(
  session: Session,
  entry: string,
  { out, force }: ReceiptFlags,
): Promise<void> {
  const number = sizeOf("N", entry);
  if (out !== undefined) refuseExisting(out, force);
  const receipt =
    session.url === undefined
      ? await withLog(session, (log) => receiptOf(log, number))
      : await askServer(session, `/v1/entries/${number}/receipt`);
  if (typeof receipt !== "string") {
    throw failure(EXIT.refused, {
      zh: `第 ${number} 条尚未进入已公布的检查点`,
      en: `entry ${number} is in no published checkpoint yet`,
    });
  }
  if (out !== undefined) writeFileSync(out, receipt);
  session.answer({ entry: number, receipt, ...(out === undefined ? {} : { file: out }) });
  if (out === undefined) session.line(receipt.replace(/\n$/, ""));
  else session.line(out);
}

/** Proves that an entry is in the tree of a size. */
export async function proveEntryVerb(
  session: Session,
  entry: string,
  flags: InclusionFlags,
): Promise<void> {
  const number = sizeOf("N", entry);
  await show(session, "/v1/log/inclusion", { entry: number, size: flags.size }, async (log) => {
    const size = withinTree(log, "--size", flags.size);
    if (number > size)
      throw failure(EXIT.usage, {
        zh: `第 ${number} 条超出了 ${size} 条的树`,
        en: `entry ${number} is beyond the tree of ${size}`,
      });
    const proof = await inclusionProof(log, number, size);
    return { entry: number, size, root: rootText(log, size), proof: proof.map(toBase64) };
  });
}

/** Proves that the tree of one size is the beginning of another. */
export async function proveConsistencyVerb(
  session: Session,
  flags: ConsistencyFlags,
): Promise<void> {
  const { from: first, to: last } = flags;
  await show(session, "/v1/log/consistency", { from: first, to: last }, async (log) => {
    const to = withinTree(log, "--to", last);
    const from = withinTree(log, "--from", first);
    if (from > to)
      throw failure(EXIT.usage, {
        zh: `--from ${from} 大于 --to ${to}`,
        en: `--from ${from} is beyond --to ${to}`,
      });
    const proof = await consistencyProof(log, from, to);
    const [fromRoot, root] = [rootText(log, from), rootText(log, to)];
    return { from, fromRoot, to, root, proof: proof.map(toBase64) };
  });
}

async function show(
  session: Session,
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
  local: (log: SignedLog) => Promise<object>,
): Promise<void> {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const answer =
    session.url === undefined
      ? await withLog(session, local)
      : ((await askServer(session, `${path}?${new URLSearchParams(given)}`)) as object);
  session.answer(answer);
  for (const [name, value] of Object.entries(answer)) {
    session.line(Array.isArray(value) ? [name, ...value].join("\n  ") : `${name}: ${value}`);
  }
}

/** Runs `work` on the published log of the session's folder. */
export async function withLog<T>(
  session: Session,
  work: (log: SignedLog) => Promise<T>,
): Promise<T> {
  checkLedger(session.data);
  const log = hasLog(session.data) ? openPublishedLog(session.data) : undefined;
  try {
    const published = log?.published();
    if (!log || !published) {
      throw failure(EXIT.refused, {
        zh: "日志尚未签署：请运行 `almoner keys create`",
        en: "the log is not signed yet: run `almoner keys create`",
      });
    }
    return await work({ ...log, published: () => published });
  } finally {
    log?.close();
  }
}

function withinTree(log: SignedLog, flag: string, text: string | undefined): number {
  const { size: published } = log.published();
  const size = text === undefined ? published : sizeOf(flag, text);
  if (size > published)
    throw failure(EXIT.usage, {
      zh: `${flag} ${size}：已公布的是 ${published} 条`,
      en: `${flag} ${size}: ${published} are published`,
    });
  return size;
}

function rootText(log: SignedLog, size: number): string | null {
  const root = rootOf(log, size);
  return root ? toBase64(root) : null;
}

function sizeOf(flag: string, text: string): number {
  if (!/^[1-9][0-9]{0,14}$/.test(text))
    throw failure(EXIT.usage, {
      zh: `${flag} 是从 1 起的整数`,
      en: `${flag} is a number from 1 on`,
    });
  return Number(text);
}
