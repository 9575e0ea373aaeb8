// A signed, cosigned log of a made-up charity with kept checkpoints and receipts, as files in
// memory. Everything is deterministic, keys as well: nobody must ever trust these keys.
import { logSigner, publicKey, sha256, witnessSigner } from "../../src/app/crypto.ts";
import { logKeyRetired } from "../../src/domain/books/retire-log-key.ts";
import { toUtf8 } from "../../src/proof/bytes.ts";
import { formatCheckpoint } from "../../src/proof/checkpoint.ts";
import { markOf } from "../../src/proof/first-look.ts";
import { formatVerifierKey, KEY_TYPE, type PrivateKey } from "../../src/proof/key.ts";
import { treeHasher } from "../../src/proof/merkle.ts";
import { formatNote, type NoteSigner, signNote } from "../../src/proof/note.ts";
import { numberedLine } from "../../src/proof/numbered-entries.ts";
import { proveInclusion } from "../../src/proof/prove.ts";
import { publishTree } from "../../src/proof/publish.ts";
import { formatReceipt } from "../../src/proof/receipt.ts";
import { HANDOVERS } from "../../src/proof/succession.ts";
import { type Tile, tilePath, tileWidth } from "../../src/proof/tile.ts";
import { rootAt } from "../../src/proof/tree-builder.ts";
import { FUND_FILES, isShown } from "../../src/proof/verify-fund.ts";

/** An evidence folder: slash path to bytes. */
export type Files = Map<string, Uint8Array>;

const ORIGIN = "log.example/synthetic";
const COSIGNED_AT = 1_750_000_000;
const hasher = treeHasher(sha256);
const syntheticKey = (name: string, fill: number): PrivateKey => ({
  name,
  seed: new Uint8Array(32).fill(fill),
});
const LOG_KEY = syntheticKey(ORIGIN, 1);
/** Signs in the place of the first one where the entries say so; no reader knows it. */
const NEXT_KEY = syntheticKey(ORIGIN, 4);
const [VKEY, NEXT_VKEY] = [LOG_KEY, NEXT_KEY].map((key) =>
  formatVerifierKey(publicKey(key, KEY_TYPE.log)),
) as [string, string];
const WITNESS_KEYS = [syntheticKey("witness.example/a", 2), syntheticKey("witness.example/b", 3)];

/** The reader's trust: the log, and both witnesses. */
export const POLICY_TEXT = [
  `log ${VKEY}`,
  ...WITNESS_KEYS.map(
    (key, i) => `witness w${i} ${formatVerifierKey(publicKey(key, KEY_TYPE.cosignature))}`,
  ),
  "group both all w0 w1",
  "quorum both",
  "",
].join("\n");

/** What a ledger records to exchange the key; the retirement is to be entry `lastSize`. */
export function keyChange(lastSize: number, day: string) {
  return [
    {
      command: "AnnounceLogKey",
      input: { vkey: NEXT_VKEY, replaces: VKEY, announcedOn: day },
    },
    { command: "RetireLogKey", input: { vkey: VKEY, lastSize, retiredOn: day } },
  ];
}

/** The tile files of a log of these entries. */
export async function treeFiles(entries: readonly string[]): Promise<Files> {
  const files: Files = new Map();
  for await (const { path, bytes } of publishTree(hasher, entries.map(toUtf8)))
    files.set(path, bytes);
  return files;
}

/** The evidence of one fund: its entries in full, the hashes of all. */
export async function syntheticFund(entries: readonly string[], fund: string): Promise<Files> {
  const shown = listOf(entries, (text) => isShown(fund, text));
  const whole = await syntheticLog(entries, []);
  const kept = [...whole].filter(
    ([path]) => path.startsWith("tile/0/") || !/^(?:tile\/|figures)/.test(path),
  );
  return new Map(kept).set(FUND_FILES.fund, toUtf8(`${fund}\n`)).set(FUND_FILES.entries, shown);
}

function listOf(entries: readonly string[], isWanted: (text: string) => boolean): Uint8Array {
  const lines = entries.flatMap((text, at) =>
    isWanted(text) ? [numberedLine({ entry: at + 1, bytes: toUtf8(text) })] : [],
  );
  return new Uint8Array(Buffer.concat(lines));
}

/** A whole evidence folder: the log, what smaller trees left of it, checkpoints and receipts. */
export async function syntheticLog(
  entries: readonly string[],
  olderEntries = entries.slice(0, -5),
): Promise<Files> {
  const size = entries.length;
  const files = await treeFiles(entries);
  const readTile = (tile: Tile): Uint8Array => {
    const width = tileWidth(size, tile.level, tile.index);
    return files.get(tilePath({ ...tile, width })) ?? new Uint8Array(0);
  };
  const lastSize = 1 + entries.findIndex((text) => text.startsWith(markOf(logKeyRetired.type)));
  const isRetiredAt = (treeSize: number) => lastSize > 0 && treeSize > lastSize;
  const witnesses = WITNESS_KEYS.map((key) => witnessSigner(key)(COSIGNED_AT));
  const checkpointAt = async (treeSize: number, more: readonly NoteSigner[]) => {
    const keys = isRetiredAt(treeSize) ? [NEXT_KEY] : [LOG_KEY];
    if (lastSize > 0 && treeSize === lastSize) keys.push(NEXT_KEY);
    const by = [...keys.map(logSigner), ...more];
    const root = rootAt(hasher, treeSize, readTile);
    const text = formatCheckpoint({ origin: ORIGIN, size: treeSize, root });
    return toUtf8(formatNote(await signNote(text, by)));
  };

  const earlierSizes = [
    ...new Set([0, 1, 2, 255, 256, size - 1, size].filter((n) => n >= 0 && n <= size)),
  ];
  const older = await treeFiles(olderEntries);
  const all: Files = new Map([...older, ...files]);
  all.set(
    "figures.txt",
    listOf(entries, (text) => text.startsWith(markOf("FigurePublished"))),
  );
  all.set("checkpoint", await checkpointAt(size, witnesses));
  if (lastSize > 0) all.set(`${HANDOVERS}${lastSize}`, await checkpointAt(lastSize, []));
  for (const [i, earlier] of earlierSizes.entries()) {
    all.set(`checkpoints/${earlier}`, await checkpointAt(earlier, i % 2 === 0 ? [] : witnesses));
  }
  for (const number of new Set([1, 2, 256, size].filter((n) => n >= 1 && n <= size))) {
    const proof = await proveInclusion({ hasher, size, readTile }, number - 1);
    const checkpoint = await checkpointAt(size, witnesses);
    const receipt = {
      index: number - 1,
      proof,
      checkpoint,
      extra: toUtf8(entries[number - 1] ?? ""),
    };
    all.set(`receipts/${number}.tlog-proof`, toUtf8(formatReceipt(receipt)));
  }
  return all;
}
