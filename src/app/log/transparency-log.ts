// The log that anyone can verify, kept in step with the ledger: entries are hashed as they are
// committed, tiles are made durable, what is about to be signed is written down, and only then a
// checkpoint is signed and published. A crash between any two steps leaves nothing to contradict.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Hash, toUtf8 } from "../../proof/bytes.ts";
import { formatCheckpoint } from "../../proof/checkpoint.ts";
import { formatVerifierKey, KEY_TYPE, type PrivateKey } from "../../proof/key.ts";
import { formatNote, type Note, parseNote } from "../../proof/note.ts";
import { meetsQuorum, type TrustPolicy } from "../../proof/policy.ts";
import { subtreeHashes } from "../../proof/subtree-hashes.ts";
import { closeForReaders } from "../../store/close-for-readers.ts";
import type { Committed, LogReader } from "../../store/event-store.ts";
import { type LogSigner, logSigner, publicKey } from "../crypto.ts";
import { closeAnyhow, type Damage, tellDamage } from "../derived-file.ts";
import { mendingOf } from "../mending.ts";
import type { Mode } from "../projections/projection.ts";
import { signedBesideWriter, tilesBesideWriter } from "./beside-writer.ts";
import { type Fork, forkOf } from "./fork.ts";
import { handoversIn } from "./handovers.ts";
import { keepPublicTrust, publicTrust } from "./load-policy.ts";
import { LOG_FILES } from "./log-files.ts";
import { type LogSource, rootOf } from "./published-log.ts";
import { openSignedFile, type SignedFile, type TreeHead } from "./signed-file.ts";
import { openTileFile, type TileFile } from "./tile-file.ts";
import { type LogTree, lastTileHolds, openTree } from "./tree.ts";

/** Entries that are hashed in one turn of the event loop while the tree catches up. */
const SLICE = 1_024;
/** A gap that is closed at once, before an answer that needs the root. */
const GAP_MAX = 16_384;
/** Checkpoints are signed at most so often, so that a busy ledger pays for few of them. */
const SIGN_EVERY_MS = 1_000;
const SIGN_SOON_MS = 50;

export type LogParts = {
  /** The ledger's folder. */
  readonly dir: string;
  readonly store: Pick<LogReader, "head" | "bytes">;
  /** Keys that sign; none means that nothing is signed. */
  readonly keys: readonly PrivateKey[];
  /** `read`: another process keeps the log's files; nothing is written or signed. */
  readonly mode?: Mode;
  /** Whether this process may sign: of many nodes over one store, only one does. */
  readonly canSign?: () => boolean;
  /** Whose cosignatures a checkpoint needs before it is published; nobody's when left out. */
  readonly policy?: TrustPolicy | undefined;
  /** Told when the tiles are found damaged. */
  readonly onDamage?: ((damage: Damage) => void) | undefined;
};

/** A checkpoint with its signatures so far. */
export type SignedHead = TreeHead & { readonly note: Note };

export type LogStatus = {
  readonly origin: string | null;
  readonly vkeys: readonly string[];
  readonly treeSize: number;
  readonly signedSize: number;
  readonly publishedSize: number;
  readonly fork: Fork | null;
  /** Why the log could not be kept last; it is tried again. */
  readonly error: string | null;
};

export type TransparencyLog = LogSource & {
  /** Takes in what was committed, or what there is, and signs it soon. Never throws: see `status`. */
  follow(committed?: Committed): void;
  /** Root of the first entries; undefined while the tree of an old ledger is being built. */
  rootAt(size: number): Hash | undefined;
  /** Signs the log as it is now, if there is anything new to sign. */
  sign(): void;
  /** The latest checkpoint signed here; it waits for cosignatures until it is published. */
  latest(): SignedHead | undefined;
  /** The checkpoint of a smaller tree than was signed, by the keys of now; the same bytes each time. */
  checkpointAt(size: number): string | undefined;
  /** Publishes a signed checkpoint; an older one than is published stays where it is. */
  publish(head: SignedHead): void;
  /** The keys that sign, and whose cosignatures are asked for. */
  readonly trust: TrustPolicy;
  /** What was signed and published, and what others were shown. */
  kept(): SignedFile;
  /** Set when the ledger contradicts what was signed: nothing is written or signed any more. */
  fork(): Fork | undefined;
  /** Asks anew whether the ledger continues what is known of it. */
  checkFork(): Fork | undefined;
  status(): LogStatus;
  /** Resolves once the tree has every entry of the ledger. */
  catchUp(onProgress?: (entries: number) => void): Promise<void>;
  /** Signs what is left and lets go of the files. */
  close(): void;
};

type Session = { readonly tiles: TileFile; readonly kept: SignedFile; readonly tree: LogTree };

/** Opens the log of a ledger's folder and goes on where it stopped. */
export function openTransparencyLog(parts: LogParts): TransparencyLog {
  const { dir, store, keys, mode, policy, canSign = () => true } = parts;
  const publishesAlone = policy === undefined || meetsQuorum(policy, []);
  const signers = keys.map(logSigner);
  const vkeys = keys.map((key) => publicKey(key, KEY_TYPE.log));
  const nobody = { witnesses: [], groups: [], quorum: undefined };
  const own = { ...(policy ?? nobody), logs: vkeys.map((key) => ({ key })) };
  /** A reader has no keys; it hands on what the process that signs says of itself. */
  const trust = () => (mode === "read" ? publicTrust(dir) : own);
  let session: Session | undefined;
  let fork: Fork | undefined;
  let failure: string | undefined;
  let latest: SignedHead | undefined;
  let timer: NodeJS.Timeout | undefined;
  let signedAtMs = Number.NEGATIVE_INFINITY;
  let closed = false;

  const tilesPath = join(dir, LOG_FILES.tiles);
  const mending = mendingOf(tilesPath, mode === "read", parts.onDamage ?? tellDamage);
  /** Damaged tiles are made anew, by a reader in memory. */
  const served = {
    letGo() {
      if (session) closeSession(session);
      session = undefined;
      latest = undefined;
    },
    reopen: () => void catchUp(),
  };
  const onTiles = <T>(work: () => T): T => mending.over(work, served);

  function current(): Session {
    session ??= openSession(parts, mending.found());
    return session;
  }

  /** After a failed write only the files know what was kept: they are opened anew the next time. */
  function guarded<T>(work: () => T): T | undefined {
    try {
      return onTiles(work);
    } catch (error) {
      failure = (error as Error).message;
      if (session) closeSession(session);
      session = undefined;
      latest = undefined;
      return undefined;
    }
  }

  /** Adds at most so many entries; true when the tree has all there are. */
  function advance(entries: number): boolean {
    const { tree } = current();
    const end = Math.min(store.head(), tree.size() + entries);
    while (tree.size() < end) {
      const from = tree.size() + 1;
      tree.append(store.bytes(from, Math.min(from + SLICE - 1, end)));
    }
    return tree.size() >= store.head();
  }

  /** The bytes of a commit that follows the tree are at hand; others are read. */
  function takeIn(committed: Committed | undefined): boolean {
    const { tree } = current();
    if (committed?.events[0]?.entry === tree.size() + 1) tree.append(committed.bytes);
    return advance(GAP_MAX);
  }

  async function catchUp(onProgress: (entries: number) => void = () => {}): Promise<void> {
    while (!closed && guarded(() => advance(SLICE)) === false) {
      onProgress(current().tree.size());
      await nextTurn();
    }
    soon();
  }

  function soon(): void {
    if (closed || timer || signers.length === 0) return;
    const due = signedAtMs + SIGN_EVERY_MS - performance.now();
    timer = setTimeout(
      () => {
        timer = undefined;
        sign();
      },
      Math.max(due, SIGN_SOON_MS),
    );
    timer.unref();
  }

  function sign(): void {
    if (signers.length === 0 || fork || !canSign()) return;
    guarded(() => {
      if (!advance(GAP_MAX)) return;
      const { tree, kept } = current();
      const size = tree.size();
      if (size === 0 || latest?.size === size || isPublished(kept, size, signers, own)) return;
      tree.keep();
      if (checkFork()) return;
      signedAtMs = performance.now();
      const head = { size, root: tree.rootAt(size) };
      kept.keepSigned(head);
      latest = { ...head, note: signHead(head, signers) };
      if (publishesAlone) publish(latest);
      failure = undefined;
    });
  }

  function publish({ size, root, note }: SignedHead): void {
    const { kept } = current();
    if (size < (kept.published()?.size ?? 0)) return;
    kept.keepPublished({ size, root, note: formatNote(note) });
  }

  function checkFork(): Fork | undefined {
    const { tree, kept } = current();
    fork = forkOf(kept, { head: store.head(), treeSize: tree.size(), rootAt: tree.rootAt });
    return fork;
  }

  const log: TransparencyLog = {
    entries: (from, to) => store.bytes(from, to),
    tile: (tile) => onTiles(() => current().tree.read(tile)),
    treeSize: () => onTiles(() => current().tree.size()),
    published: () => guarded(() => current().kept.published()),
    follow(committed) {
      if (guarded(() => takeIn(committed)) === false) void catchUp();
      else soon();
    },
    rootAt(size) {
      return guarded(() => {
        if (size > current().tree.size()) advance(GAP_MAX);
        return rootOf(log, size);
      });
    },
    sign,
    latest: () => latest,
    checkpointAt: (size) =>
      guarded(() => {
        const { tree, kept } = current();
        if (signers.length === 0 || fork || size > (kept.signed()?.size ?? 0)) return undefined;
        return formatNote(signHead({ size, root: tree.rootAt(size) }, signers));
      }),
    publish,
    get trust() {
      return trust();
    },
    handovers: handoversIn(dir),
    subtrees: subtreeHashes(),
    kept: () => onTiles(() => current().kept),
    fork: () => fork,
    checkFork,
    status: () => ({
      origin: trust().logs[0]?.key.name ?? null,
      vkeys: trust().logs.map(({ key }) => formatVerifierKey(key)),
      treeSize: guarded(() => current().tree.size()) ?? 0,
      signedSize: guarded(() => current().kept.signed()?.size) ?? 0,
      publishedSize: guarded(() => current().kept.published()?.size) ?? 0,
      fork: fork ?? null,
      error: failure ?? null,
    }),
    catchUp,
    close() {
      clearTimeout(timer);
      sign();
      guarded(() => current().tree.keep());
      closed = true;
      if (session && mode === "read") closeSession(session);
      else if (session) closeLast(session, dir);
      session = undefined;
    },
  };
  if (mode !== "read" && keys.length > 0) guarded(() => keepPublicTrust(dir, own));
  guarded(checkFork);
  log.follow();
  return log;
}

type LogFiles = Pick<Session, "tiles" | "kept">;

function openFiles({ dir, mode }: LogParts, tilesAreDamaged: boolean): LogFiles {
  const tiles = join(dir, LOG_FILES.tiles);
  const signed = join(dir, LOG_FILES.signed);
  if (mode === "read") {
    const kept = signedBesideWriter(signed);
    return { tiles: tilesBesideWriter(tilesAreDamaged ? undefined : tiles), kept };
  }
  mkdirSync(join(dir, LOG_FILES.folder), { recursive: true });
  return { tiles: openTileFile(tiles), kept: openSignedFile(signed) };
}

function openSession(parts: LogParts, tilesAreDamaged: boolean): Session {
  const files = openFiles(parts, tilesAreDamaged);
  try {
    return { ...files, tree: openTreeOf(parts, files) };
  } catch (error) {
    closeSession(files);
    throw error;
  }
}

function openTreeOf({ store }: LogParts, { tiles }: LogFiles): LogTree {
  const size = Math.min(tiles.size(), store.head());
  const holds = lastTileHolds(tiles, size, store.bytes);
  const tree = openTree(tiles, holds ? size : 0);
  // The ledger's file was exchanged. Whether it contradicts a signature must be known before it is
  // written to, so the tree is made anew at once.
  for (let from = 1; !holds && from <= store.head(); from = tree.size() + 1) {
    tree.append(store.bytes(from, Math.min(from + SLICE - 1, store.head())));
  }
  return tree;
}

/** A writer leaves its files as readers need them. */
function closeLast({ tiles, kept }: LogFiles, dir: string): void {
  closeForReaders(join(dir, LOG_FILES.tiles), () => closeAnyhow(tiles));
  closeForReaders(join(dir, LOG_FILES.signed), kept.close);
}

function closeSession({ tiles, kept }: LogFiles): void {
  closeAnyhow(tiles);
  kept.close();
}

function signHead({ size, root }: TreeHead, signers: readonly LogSigner[]): Note {
  const text = formatCheckpoint({ origin: signers[0]?.name ?? "", size, root });
  const message = toUtf8(text);
  const signatures = signers.map((signer) => {
    return { name: signer.name, keyId: signer.keyId, signature: signer.sign(message) };
  });
  return { text, signatures };
}

/** True when this very size is published, signed by every key of ours and cosigned by the quorum. */
function isPublished(
  kept: SignedFile,
  size: number,
  signers: readonly LogSigner[],
  trust: TrustPolicy,
): boolean {
  const published = kept.published();
  if (published?.size !== size) return false;
  const { signatures } = parseNote(toUtf8(published.note));
  const hasSigned = ({ keyId }: { readonly keyId: number }) =>
    signatures.some((line) => line.keyId === keyId);
  const cosigners = trust.witnesses.filter(({ key }) => hasSigned(key)).map(({ name }) => name);
  return signers.every(hasSigned) && meetsQuorum(trust, cosigners);
}
