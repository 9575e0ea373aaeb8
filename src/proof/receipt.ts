// Receipts: one file that proves, offline, that an entry is in the log (c2sp.org/tlog-proof).
// Ours carries the entry itself in the `extra` line, so that a donor keeps a single file; the line is
// not signed, but a changed entry no longer hashes to the proven leaf.
import {
  fromBase64,
  fromUtf8,
  type Hash,
  hashFromBase64,
  parseDecimal,
  toBase64,
  toUtf8,
} from "./bytes.ts";
import { malformed } from "./proof-error.ts";

const HEADER = "c2sp.org/tlog-proof@v1";
/** A tree of at most 2^63 leaves has no longer path. */
const PROOF_LINES_MAX = 63;
const RECEIPT_SIZE_MAX = 2_000_000;

/** A receipt as read: nothing in it is true before verifyReceipt. */
export interface Receipt {
  /** Zero-based leaf index: entry number minus one. */
  readonly index: number;
  /** Inclusion proof, from the leaf's sibling up. */
  readonly proof: readonly Hash[];
  /** The signed checkpoint, byte for byte. */
  readonly checkpoint: Uint8Array;
  /** Not authenticated by itself. */
  readonly extra?: Uint8Array;
}

/** Writes a `.tlog-proof` file. */
export function formatReceipt(receipt: Receipt): string {
  const lines = [
    HEADER,
    ...(receipt.extra === undefined ? [] : [`extra ${toBase64(receipt.extra)}`]),
    `index ${receipt.index}`,
    ...receipt.proof.map(toBase64),
    "",
  ];
  return `${lines.join("\n")}\n${fromUtf8(receipt.checkpoint)}`;
}

/** Reads a `.tlog-proof` file; one spelling only. */
export function parseReceipt(bytes: Uint8Array): Receipt {
  if (bytes.length > RECEIPT_SIZE_MAX) throw malformed("收据过大", "the receipt is too large");
  const text = fromUtf8(bytes);
  const end = text.indexOf("\n\n");
  if (end < 0) throw malformed("收据缺少检查点", "the receipt has no checkpoint");
  const [header, ...lines] = text.slice(0, end).split("\n");
  if (header !== HEADER) throw malformed("不是 tlog-proof 收据", "not a tlog-proof receipt");
  const extra = lines[0]?.startsWith("extra ") ? lines.shift()?.slice("extra ".length) : undefined;
  const index = lines.shift();
  if (index === undefined || !index.startsWith("index ")) {
    throw malformed("收据缺少序号", "the receipt has no index");
  }
  if (lines.length > PROOF_LINES_MAX) throw malformed("证明过长", "the proof is too long");
  return {
    index: parseDecimal(index.slice("index ".length)),
    proof: lines.map(hashFromBase64),
    checkpoint: toUtf8(text.slice(end + 2)),
    ...(extra === undefined ? {} : { extra: fromBase64(extra) }),
  };
}
