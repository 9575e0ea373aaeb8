// A small charity's log with published figures, as evidence in memory: the entries come from the real
// ledger, the log is signed by a test key.

import { publicKey, sha256, verifyEd25519 } from "../../src/app/crypto.ts";
import { figurePublished } from "../../src/domain/books/publish-figure.ts";
import { toUtf8 } from "../../src/proof/bytes.ts";
import { KEY_TYPE } from "../../src/proof/key.ts";
import { numberedLine } from "../../src/proof/numbered-entries.ts";
import { policyOfKey } from "../../src/proof/policy.ts";
import type { Trust } from "../../src/proof/trust.ts";
import { FUND_FILES, isShown } from "../../src/proof/verify-fund.ts";
import { BUNDLE_FILES, verifySource } from "../../src/verify/source.ts";
import { ask, commands, freshLedger, idOf, SETTING } from "../app/scene.ts";
import { LOG_KEY, makeLog } from "../proof/support.ts";

/** Trusts the test log, and asks for no witness. */
export const TRUST: Trust = {
  policy: policyOfKey(publicKey(LOG_KEY, KEY_TYPE.log)),
  sha256,
  verifyEd25519,
};

export const FUND = idOf("fund-village");

const FIGURES = [
  { figure: "grassroots-total.value", row: { definition: "allocated", currency: "CNY" } },
  { figure: "community-totals.received", row: { community: "320500", currency: "CNY" } },
  { figure: "counts.value", row: { count: "funds-open-village" } },
  { figure: "fund-balances.cash", row: { fund: FUND, bucket: "*" } },
  { figure: "fund-balances.available", row: { fund: FUND, bucket: "*" } },
];

/** The stored bytes of a ledger's entries, with figures published among them. */
export async function charityEntries(): Promise<string[]> {
  const { ledger, done } = freshLedger();
  try {
    await ledger.record([...SETTING, ...commands(11, 250)]);
    await ledger.record(
      FIGURES.map((figure, n) =>
        ask("PublishFigure", `figure-${n}`, { ...figure, publishedOn: "2026-11-01" }),
      ),
    );
    await ledger.record(commands(12, 60));
    const early = { ...FIGURES[0], asOf: 100, upTo: "2026-06-01", publishedOn: "2026-11-01" };
    await ledger.record([ask("PublishFigure", "early", early)]);
    return ledger.store.bytes(1, ledger.store.head());
  } finally {
    done();
  }
}

export type Files = Map<string, Uint8Array>;

/** The export of a log of these entries, signed, with the list of what it published. */
export async function exportOf(entries: readonly string[]): Promise<Files> {
  const { files } = await makeLog(entries.length, (n) => toUtf8(entries[n - 1] ?? ""));
  return files.set(BUNDLE_FILES.figures, listOf(entries, isPublication));
}

/** The evidence of one fund. */
export async function fundEvidenceOf(entries: readonly string[]): Promise<Files> {
  const whole = await exportOf(entries);
  const kept = [...whole].filter(([path]) => path === "checkpoint" || path.startsWith("tile/0/"));
  return new Map(kept).set(FUND_FILES.fund, toUtf8(`${FUND}\n`)).set(
    FUND_FILES.entries,
    listOf(entries, (text) => isShown(FUND, text)),
  );
}

/** The entries that are wanted, as a numbered list. */
export function listOf(entries: readonly string[], isWanted: (text: string) => boolean) {
  const lines = entries.flatMap((text, at) =>
    isWanted(text) ? [numberedLine({ entry: at + 1, bytes: toUtf8(text) })] : [],
  );
  return new Uint8Array(Buffer.concat(lines));
}

export function isPublication(text: string): boolean {
  return text.startsWith(`{"type":"${figurePublished.type}"`);
}

/** Verifies files in memory. */
export function verify(files: Files, trust = TRUST) {
  return verifySource(
    { fetch: async (path) => files.get(path), listing: [...files.keys()] },
    trust,
  );
}
