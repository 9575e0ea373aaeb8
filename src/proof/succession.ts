// Follows the log's keys from those a reader trusts to the one that signs today: an entry announces the
// new key, and a checkpoint that the old key signed covers that entry. What is found here is believed
// once the tree was proved to hold the entries and to continue the checkpoints.

import { equalBytes, type Hash } from "./bytes.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { readEntry } from "./figure-checks.ts";
import { formatVerifierKey, parseVerifierKey } from "./key.ts";
import { type AnnouncedKey, createKeyChanges, type KeyChanges } from "./key-changes.ts";
import type { TreeHasher } from "./merkle.ts";
import { parseNote } from "./note.ts";
import type { NumberedEntry } from "./numbered-entries.ts";
import { policyOfKey } from "./policy.ts";
import { isProofError } from "./proof-error.ts";
import type { Fetch } from "./read-tree.ts";
import { LIES, type NamedFile, openTrusted, STEPS, type Trust } from "./trust.ts";
import type { Report } from "./verdict.ts";

/** Where a log shows the last checkpoints that retired keys signed. */
export const HANDOVERS = "handovers/";

/** A key that is trusted because an older one vouches for it. */
export interface Succeeded extends AnnouncedKey {
  /** The bytes of the announcement, as the tree must hold them. */
  readonly bytes: Uint8Array;
  /** The checkpoint of the older key that covers the announcement. */
  readonly voucher: NamedFile;
}

/** The reader's trust, with the keys that followed. */
export interface Succession {
  readonly trust: Trust;
  /** What must be proved of it, in the order of the log; empty when a key of the reader's signs. */
  readonly succeeded: readonly Succeeded[];
}

/** Where to look for changes of keys, and for what old keys signed. */
export interface Lookout {
  readonly fetch: Fetch;
  /** Checkpoints that were kept from earlier, or came along. */
  readonly earlier: readonly NamedFile[];
  /** The entries that change keys, unproved. */
  keyChanges(size: number): AsyncIterable<NumberedEntry> | Iterable<NumberedEntry>;
}

/** Extends the reader's trust when none of the reader's own keys signed the log's checkpoint. */
export async function followKeys(lookout: Lookout, trust: Trust): Promise<Succession> {
  const head = await unknownHead(lookout.fetch, trust);
  if (head === undefined) return { trust, succeeded: [] };
  const changes = createKeyChanges();
  const bytesOf = new Map<number, Uint8Array>();
  for await (const { entry, bytes } of lookout.keyChanges(head.size)) {
    try {
      changes.add(readEntry(entry, bytes));
      bytesOf.set(entry, bytes.slice());
    } catch {
      // What is wrong with the entry is for the proven pass to say.
    }
  }
  const logs = trust.policy.logs.filter(({ key }) => key.name === head.origin);
  const known = new Map(logs.map(({ key }) => [formatVerifierKey(key), key]));
  const succeeded: Succeeded[] = [];
  for (const announced of changes.announced) {
    const { vkey, replaces, entry } = announced;
    const old = known.get(replaces);
    if (!old || known.has(vkey)) continue;
    const oldTrust = { ...trust, policy: policyOfKey(old) };
    const voucher = await voucherOf(announced, { lookout, changes, trust: oldTrust, head });
    const bytes = bytesOf.get(entry);
    if (!voucher || !bytes) continue;
    known.set(vkey, parseVerifierKey(trust.sha256, vkey));
    succeeded.push({ ...announced, bytes, voucher });
  }
  const added = [...known.values()].slice(logs.length).map((key) => ({ key }));
  const policy = { ...trust.policy, logs: [...trust.policy.logs, ...added] };
  return { trust: { ...trust, policy }, succeeded };
}

type UnknownHead = { readonly origin: string; readonly size: number };

/** What the checkpoint says if it is of a log the reader knows, by none of the keys the reader knows. */
async function unknownHead(fetch: Fetch, { policy }: Trust): Promise<UnknownHead | undefined> {
  const bytes = await fetch("checkpoint");
  if (bytes === undefined) return undefined;
  try {
    const { text, signatures } = parseNote(bytes);
    const { origin, size } = parseCheckpoint(text);
    const keys = policy.logs.map(({ key }) => key).filter(({ name }) => name === origin);
    const isKnown = keys.some(({ keyId }) => signatures.some((line) => line.keyId === keyId));
    return keys.length === 0 || isKnown ? undefined : { origin, size };
  } catch (error) {
    if (!isProofError(error)) throw error;
    return undefined;
  }
}

type Search = {
  readonly lookout: Lookout;
  readonly changes: KeyChanges;
  /** Trusts the older key and nobody else. */
  readonly trust: Trust;
  readonly head: UnknownHead;
};

/** A checkpoint by which the older key vouches for its successor. */
async function voucherOf(
  { entry, replaces }: AnnouncedKey,
  { lookout, changes, trust, head }: Search,
): Promise<NamedFile | undefined> {
  const lastSize = changes.lastSizeOf(replaces);
  const sizeMax = Math.min(lastSize ?? head.size, head.size);
  const isVoucher = async ({ bytes }: NamedFile): Promise<boolean> => {
    try {
      const { size } = await openTrusted(bytes, trust);
      return size >= entry && size <= sizeMax;
    } catch (error) {
      if (!isProofError(error)) throw error;
      return false;
    }
  };
  for (const file of lookout.earlier) if (await isVoucher(file)) return file;
  const path = lastSize === undefined ? undefined : `${HANDOVERS}${lastSize}`;
  const bytes = path === undefined ? undefined : await lookout.fetch(path);
  if (path === undefined || bytes === undefined) return undefined;
  return (await isVoucher({ path, bytes })) ? { path, bytes } : undefined;
}

/** The kept checkpoints, with the vouchers that were not among them. */
export function withVouchers(
  earlier: readonly NamedFile[] | undefined,
  { succeeded }: Succession,
): readonly NamedFile[] | undefined {
  const added = succeeded.map(({ voucher }) => voucher).filter((file) => !earlier?.includes(file));
  return added.length === 0 ? earlier : [...(earlier ?? []), ...added];
}

/** Reports whether the tree holds the announcements by which its keys are trusted. */
export function reportSuccession(
  report: Report,
  { succeeded }: Succession,
  { leaves, hasher }: { leaves: ReadonlyMap<number, Hash>; hasher: TreeHasher },
): void {
  if (succeeded.length === 0) return;
  const wrong = succeeded.find(({ entry, bytes }) => {
    const leaf = leaves.get(entry - 1);
    return !leaf || !equalBytes(leaf, hasher.leaf(bytes));
  });
  if (wrong) {
    report.fail(STEPS.succession, {
      what: LIES.notAnnounced,
      path: "checkpoint",
      entry: wrong.entry,
    });
    return;
  }
  const told = succeeded.map(({ entry, vkey, voucher }) => `#${entry} ${vkey} (${voucher.path})`);
  const text = told.join("; ");
  report.pass(STEPS.succession, { zh: text, en: text });
}
