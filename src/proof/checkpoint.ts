// Checkpoints: the signed statement of a log's size and root (c2sp.org/tlog-checkpoint).
// A log never signs two checkpoints of which one is not a prefix of the other.
import { type Hash, hashFromBase64, parseDecimal, toBase64 } from "./bytes.ts";
import { malformed } from "./proof-error.ts";

/** The text of a checkpoint. */
export interface Checkpoint {
  /** The log's identity; equal to the name of the key that signs. */
  readonly origin: string;
  /** Number of entries. */
  readonly size: number;
  readonly root: Hash;
  /** Further signed lines. Ours has none; those of foreign logs are kept. */
  readonly extensions: readonly string[];
}

/** Writes the text that is signed: origin, size and root, a line each. */
export function formatCheckpoint(
  checkpoint: Pick<Checkpoint, "origin" | "size" | "root"> & Partial<Checkpoint>,
): string {
  const { origin, size, root, extensions = [] } = checkpoint;
  return [origin, String(size), toBase64(root), ...extensions].map((line) => `${line}\n`).join("");
}

/** Reads a checkpoint's text, one spelling only. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, size, root, ...rest] = text.split("\n");
  const extensions = rest.slice(0, -1);
  const ended = rest.at(-1) === "";
  if (!origin || size === undefined || root === undefined || !ended || extensions.includes("")) {
    throw malformed("检查点写法不对", "the checkpoint is not origin, size and root");
  }
  return { origin, size: parseDecimal(size), root: hashFromBase64(root), extensions };
}
