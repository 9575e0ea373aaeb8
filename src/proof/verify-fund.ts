// Verifies what an auditor of one fund took home: the fund's entries in full, and of every other
// entry of the log its hash. The hashes give the signed root, so no entry shown was changed, moved or
// invented. That none was left out is shown by what cannot be told twice: the fund's own stream counts
// its decisions, and published figures of the fund state how many entries they add up from.

import { equalBytes, HASH_SIZE, toBase64 } from "./bytes.ts";
import {
  checkOne,
  contentStep,
  opensDemo,
  type PublishedFigure,
  publishedIn,
  readEntry,
  stepOf,
  unreadable,
} from "./figure-checks.ts";
import { createFigureFold } from "./figure-fold.ts";
import { liesOfEarlier, liesOfReceipts, openEarlier, openReceipts } from "./kept-evidence.ts";
import { changesKeys, createKeyChanges } from "./key-changes.ts";
import { type TreeHasher, treeHasher } from "./merkle.ts";
import { type NumberedEntry, parseNumbered } from "./numbered-entries.ts";
import type { TrustedCheckpoint } from "./policy.ts";
import { type Fetch, fetchTile } from "./read-tree.ts";
import { followKeys, reportSuccession, withVouchers } from "./succession.ts";
import { hashInTile, parseTilePath, TILE_WIDTH, tilePath, tileWidth } from "./tile.ts";
import { createTreeBuilder } from "./tree-builder.ts";
import { LIES, type NamedFile, STEPS, type Trust } from "./trust.ts";
import { createReport, type Lie, lieOrValue, type Report, type Verdict } from "./verdict.ts";
import { openHead, reportKept } from "./verify.ts";

/** Where the parts of a fund's evidence lie, beside the log's checkpoint and tiles of hashes. */
export const FUND_FILES = { fund: "fund.txt", entries: "entries.txt" } as const;

/** The figures of a fund that together count every entry that moves its money. */
export const FUND_FIGURES = ["fund-balances.cash", "fund-balances.available"] as const;

export interface FundEvidence {
  readonly fetch: Fetch;
  /** Every path there is, where that can be known. */
  readonly listing?: readonly string[];
  readonly earlier?: readonly NamedFile[];
  readonly receipts?: readonly NamedFile[];
}

/** Whether a fund's evidence shows an entry: its bytes name the fund, or it changes the log's keys. */
export function isShown(fund: string, text: string): boolean {
  return text.includes(fund) || changesKeys(text);
}

/** Verifies the evidence of one fund. */
export async function verifyFund(evidence: FundEvidence, asked: Trust): Promise<Verdict> {
  const report = createReport();
  const { fetch } = evidence;
  const path = FUND_FILES.entries;
  const list = await lieOrValue(path, async () => {
    return parseNumbered((await fetch(path)) ?? new Uint8Array(0));
  });
  const shown = "value" in list ? list.value : [];
  const succession = await followKeys(
    {
      fetch,
      earlier: evidence.earlier ?? [],
      keyChanges: () => shown.filter(({ bytes }) => changesKeys(new TextDecoder().decode(bytes))),
    },
    asked,
  );
  const { trust, succeeded } = succession;
  const head = await openHead(fetch, trust, report);
  if (head === undefined) return report.verdict(undefined, undefined);
  const stray = strayTile(evidence.listing ?? [], head.size);
  if (stray !== undefined) report.fail(STEPS.files, { what: LIES.stranger, path: stray });
  if ("lie" in list) {
    report.fail(STEPS.entries, list.lie);
    return report.verdict(head.size, undefined);
  }
  const kept = withVouchers(evidence.earlier, succession);
  const earlier = await openEarlier(kept ?? [], head, trust);
  const receipts = await openReceipts(evidence.receipts ?? [], head, trust);
  const opened = receipts.flatMap((each) => ("value" in each ? [each.value] : []));
  const hasher = treeHasher(trust.sha256);
  const claims = claimsOf(shown);
  const reading = await readHashes(fetch, hasher, head.size, shown, {
    rootSizes: new Set([
      ...claims.map(({ size }) => size),
      ...earlier.flatMap((each) => ("value" in each ? [each.value.size] : [])),
      ...opened.map(({ checkpoint }) => checkpoint.size),
    ]),
    leafIndexes: new Set([
      ...opened.map(({ receipt }) => receipt.index),
      ...succeeded.map(({ entry }) => entry - 1),
    ]),
  });
  const holds = reportHashes(report, reading, shown, head.root);
  reportSuccession(report, succession, { leaves: reading.leaves, hasher });
  if (kept !== undefined) {
    reportKept(report, STEPS.earlier, earlier.length, liesOfEarlier(earlier, reading));
  }
  if (evidence.receipts !== undefined) {
    reportKept(report, STEPS.receipts, receipts.length, liesOfReceipts(receipts, reading, hasher));
  }
  if (holds) await reportContent(report, fetch, shown, { claims, reading, head });
  return report.verdict(head.size, reading.root && toBase64(reading.root));
}

/** A file below tile/ that is none of the tiles of leaves. */
function strayTile(listing: readonly string[], size: number): string | undefined {
  return listing.find((path) => {
    if (!path.startsWith("tile/")) return false;
    const tile = parseTilePath(path);
    const isLeaves = tile?.kind === "hashes" && tile.level === 0;
    return !isLeaves || tile.width !== tileWidth(size, 0, tile.index);
  });
}

type Wanted = {
  readonly rootSizes: ReadonlySet<number>;
  readonly leafIndexes: ReadonlySet<number>;
};

type Reading = {
  readonly root: Uint8Array | undefined;
  readonly roots: ReadonlyMap<number, Uint8Array>;
  readonly leaves: ReadonlyMap<number, Uint8Array>;
  readonly tiles: number;
  readonly tileLie: Lie | undefined;
  readonly entryLie: Lie | undefined;
};

/** Builds the tree from its leaf hashes, and holds each entry shown against its leaf. */
async function readHashes(
  fetch: Fetch,
  hasher: TreeHasher,
  size: number,
  shown: readonly NumberedEntry[],
  { rootSizes, leafIndexes }: Wanted,
): Promise<Reading> {
  const builder = createTreeBuilder(hasher);
  const roots = new Map<number, Uint8Array>();
  const leaves = new Map<number, Uint8Array>();
  let entryLie: Lie | undefined;
  let next = 0;
  let tiles = 0;
  const result = (root: Uint8Array | undefined, tileLie: Lie | undefined): Reading => ({
    root,
    roots,
    leaves,
    tiles,
    tileLie,
    entryLie: entryLie ?? beyond(shown[next], size),
  });
  if (rootSizes.has(0)) roots.set(0, builder.root());
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    const path = tilePath({ level: 0, index, width });
    const tile = await fetchTile(fetch, path, tilePath({ level: 0, index, width: TILE_WIDTH }));
    if (
      !tile ||
      tile.bytes.length < width * HASH_SIZE ||
      (!tile.wider && tile.bytes.length > width * HASH_SIZE)
    ) {
      return result(undefined, { what: wrongTile, path });
    }
    tiles += 1;
    for (let position = 0; position < width; position++) {
      const entry = builder.size() + 1;
      const leaf = hashInTile(tile.bytes, position).slice();
      builder.append(leaf);
      builder.takeFullTiles();
      if (leafIndexes.has(entry - 1)) leaves.set(entry - 1, leaf);
      if (rootSizes.has(entry)) roots.set(entry, builder.root());
      if (shown[next]?.entry !== entry) continue;
      if (!equalBytes(hasher.leaf(shown[next]?.bytes ?? new Uint8Array(0)), leaf)) {
        entryLie ??= lieAt(shown[next], otherEntry);
      }
      next += 1;
    }
  }
  return result(builder.root(), undefined);
}

function beyond(entry: NumberedEntry | undefined, size: number): Lie | undefined {
  return entry && entry.entry > size ? lieAt(entry, notInTree) : undefined;
}

function lieAt(entry: NumberedEntry | undefined, what: Lie["what"]): Lie {
  const place = entry?.offset === undefined ? {} : { offset: entry.offset };
  return { what, path: FUND_FILES.entries, ...place, ...(entry ? { entry: entry.entry } : {}) };
}

function reportHashes(
  report: Report,
  { root, tiles, tileLie, entryLie }: Reading,
  shown: readonly NumberedEntry[],
  signed: Uint8Array,
): boolean {
  const holds = root !== undefined && equalBytes(root, signed);
  if (tileLie) report.fail(STEPS.tiles, tileLie);
  else report.pass(STEPS.tiles, { zh: `${tiles} 块`, en: `${tiles} tiles` });
  if (root === undefined) report.skip(STEPS.root);
  else if (!holds) report.fail(STEPS.root, { what: LIES.otherRoot, path: "checkpoint" });
  else report.pass(STEPS.root, { zh: toBase64(root), en: toBase64(root) });
  if (entryLie) report.fail(STEPS.entries, entryLie);
  else {
    report.pass(STEPS.entries, {
      zh: `出示 ${shown.length} 条，均在账册中`,
      en: `${shown.length} shown, all in the log`,
    });
  }
  return holds && !entryLie && !tileLie;
}

/** Publications among the entries shown; what cannot be read is told later, once the tree holds. */
function claimsOf(shown: readonly NumberedEntry[]): PublishedFigure[] {
  return shown.flatMap(({ entry, bytes }) => {
    try {
      const event = readEntry(entry, bytes);
      return event.type === "FigurePublished" ? [publishedIn(event)] : [];
    } catch {
      return [];
    }
  });
}

type Content = {
  readonly claims: readonly PublishedFigure[];
  readonly reading: Reading;
  readonly head: TrustedCheckpoint;
};

async function reportContent(
  report: Report,
  fetch: Fetch,
  shown: readonly NumberedEntry[],
  { claims, reading, head }: Content,
): Promise<void> {
  const { size } = head;
  const named = new TextDecoder().decode(await fetch(FUND_FILES.fund));
  // One spelling: an id and a line feed.
  const fund = /^([0-9a-f-]{36})\n$/.exec(named)?.[1] ?? "";
  const own = claims.filter(({ row }) => row["fund"] === fund);
  const fold = createFigureFold(own);
  const keys = createKeyChanges();
  let revision = 0;
  let demo = false;
  for (const item of shown) {
    try {
      const event = readEntry(item.entry, item.bytes);
      demo ||= opensDemo(event);
      fold.add(event);
      keys.add(event);
      if (event.stream !== `fund-${fund}`) continue;
      if (event.revision !== revision) {
        report.fail(COMPLETE, lieAt(item, gapBefore(revision, event.revision)));
        return;
      }
      revision += 1;
    } catch (error) {
      report.fail(STEPS.entries, lieAt(item, unreadable(error)));
      return;
    }
  }
  report.add([contentStep(shown.length, demo)]);
  const changes = keys.judge(head);
  report.add(changes.steps, changes.lie);
  const tree = {
    size,
    root: reading.root ?? new Uint8Array(0),
    async isPrefix(at: number, root: Uint8Array) {
      const found = reading.roots.get(at);
      return found !== undefined && equalBytes(found, root);
    },
  };
  const checked = await Promise.all(own.map((claim, at) => checkOne(claim, fold.sumOf(at), tree)));
  for (const each of checked) report.add([stepOf(each)], each.lie);
  reportComplete(report, own, { fund, revision, size });
}

function reportComplete(
  report: Report,
  own: readonly PublishedFigure[],
  { fund, revision, size }: { fund: string; revision: number; size: number },
): void {
  const latest = FUND_FIGURES.map((name) =>
    own.findLast(
      ({ figure, row, upTo }) => figure === name && row["bucket"] === "*" && upTo === undefined,
    ),
  );
  const missing = FUND_FIGURES.filter((_name, at) => latest[at] === undefined);
  if (fund === "" || revision === 0 || missing.length > 0) {
    const names = missing.join(", ");
    report.fail(COMPLETE, {
      what: {
        zh: `不能证明无遗漏：该基金尚未公布 ${names || "任何数字"}`,
        en: `nothing shows that no entry is missing: the fund's ${names || "figures"} are not published`,
      },
      path: FUND_FILES.entries,
    });
    return;
  }
  const upTo = Math.min(...latest.map((each) => each?.size ?? 0));
  report.pass(COMPLETE, {
    zh: `基金的 ${revision} 项决定连号无缺；到第 ${upTo} 条为止，动用其资金的分录与公布的条数、金额一致。第 ${upTo + 1} 至 ${size} 条中他人记入的收款不在此证明之内`,
    en: `the fund's ${revision} decisions are numbered without a gap; up to entry ${upTo} the entries that move its money are as many, and as much, as published. Gifts among entries ${upTo + 1} to ${size} are not covered`,
  });
}

const COMPLETE = { zh: "无遗漏", en: "Completeness" };
const wrongTile = {
  zh: "散列块缺失或长度不对",
  en: "the tile of hashes is missing or has another length",
};
const otherEntry = {
  zh: "分录内容与账册的散列不符",
  en: "the entry's bytes do not hash to the leaf of the log",
};
const notInTree = { zh: "账册没有这一条", en: "the log has no such entry" };
const gapBefore = (expected: number, found: number) => ({
  zh: `基金的第 ${expected} 号决定缺失（下一条是 ${found} 号）`,
  en: `decision ${expected} of the fund is missing (the next is ${found})`,
});
