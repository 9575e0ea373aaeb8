// The Node side of the log's cryptography: hashing, Ed25519, and the file that holds the log's key.
// The pure core in src/proof gets these as arguments. The seed never leaves this file but into the
// key file itself.
import {
  createPrivateKey,
  createPublicKey,
  hash,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { Refusal } from "../kernel/refusal.ts";
import {
  concatBytes,
  fromUtf8,
  HASH_SIZE,
  type Hash,
  type Sha256,
  type Sha256Into,
  type VerifyEd25519,
} from "../proof/bytes.ts";
import { cosigner, type Ed25519Signer } from "../proof/cosignature.ts";
import {
  formatPrivateKey,
  KEY_TYPE,
  type KeyType,
  type PrivateKey,
  parsePrivateKey,
  type VerifierKey,
  verifierKey,
} from "../proof/key.ts";
import { ENTRY_SIZE_MAX, treeHasher } from "../proof/merkle.ts";
import type { NoteSigner } from "../proof/note.ts";

/**
 * SHA-256 by OpenSSL. As text and not as a Buffer, whose memory lies outside the heap: making and
 * collecting that took two thirds of the time of a node's hash.
 */
const sha256Into: Sha256Into = (data, into, at) => {
  const text = hash("sha256", data, "binary");
  for (let byte = 0; byte < HASH_SIZE; byte++) into[at + byte] = text.charCodeAt(byte);
};

export const sha256: Sha256 = (data) => {
  const digest = new Uint8Array(HASH_SIZE);
  sha256Into(data, digest, 0);
  return digest;
};

/** The log's hashes by OpenSSL. */
export const hasher = treeHasher(sha256, sha256Into);

// The longest entry behind the byte that marks a leaf (RFC 6962 §2.1).
const leafInput = Buffer.alloc(1 + ENTRY_SIZE_MAX);

/** The leaf hash of an entry given as text: what `treeHasher` gives, without copying it twice. */
export function leafOfText(entry: string): Hash {
  if (entry.length * 3 > ENTRY_SIZE_MAX && Buffer.byteLength(entry) > ENTRY_SIZE_MAX) {
    throw new RangeError("an entry beyond 65535 bytes cannot be a leaf");
  }
  return sha256(leafInput.subarray(0, 1 + leafInput.write(entry, 1)));
}

// RFC 8410 §4 and §7: the fixed DER in front of a raw Ed25519 public key and seed.
const PUBLIC_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const PRIVATE_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** Ed25519 verification (RFC 8032) by OpenSSL. */
export const verifyEd25519: VerifyEd25519 = (publicKey, message, signature) =>
  verify(null, message, publicKeyObject(publicKey), signature);

function publicKeyObject(publicKey: Uint8Array): KeyObject {
  const key = Buffer.from(concatBytes(PUBLIC_PREFIX, publicKey));
  return createPublicKey({ key, format: "der", type: "spki" });
}

function privateKeyObject(seed: Uint8Array): KeyObject {
  const key = Buffer.from(concatBytes(PRIVATE_PREFIX, seed));
  return createPrivateKey({ key, format: "der", type: "pkcs8" });
}

function publicKeyOf(seed: Uint8Array): Uint8Array {
  const der = createPublicKey(privateKeyObject(seed)).export({ format: "der", type: "spki" });
  return new Uint8Array(der.subarray(PUBLIC_PREFIX.length));
}

/** A signer that needs no waiting: a checkpoint is signed within one turn of the event loop. */
export type LogSigner = Omit<NoteSigner, "sign"> & { sign(text: Uint8Array): Uint8Array };

/** Makes a new random key under a name; for a log the name is its origin. */
export function generateKey(name: string): PrivateKey {
  return { name, seed: new Uint8Array(randomBytes(32)) };
}

/** The public half of a key in a role: what is handed to readers. */
export function publicKey(key: PrivateKey, type: KeyType): VerifierKey {
  return verifierKey(sha256, key.name, type, publicKeyOf(key.seed));
}

/** Signs checkpoints as the log, at once. */
export function logSigner(key: PrivateKey): LogSigner {
  const { name, keyId } = publicKey(key, KEY_TYPE.log);
  const secret = privateKeyObject(key.seed);
  return { name, keyId, sign: (text) => sign(null, text, secret) };
}

/** Cosigns checkpoints as a witness, at a time in POSIX seconds. */
export function witnessSigner(key: PrivateKey): (time: number) => NoteSigner {
  const secret = privateKeyObject(key.seed);
  const signer: Ed25519Signer = {
    key: publicKey(key, KEY_TYPE.cosignature),
    sign: (message) => sign(null, message, secret),
  };
  return (time) => cosigner(signer, time);
}

/** The text of a key file: one line in the form of Go's sumdb/note. */
export function privateKeyText(key: PrivateKey): string {
  return `${formatPrivateKey(key, publicKey(key, KEY_TYPE.log))}\n`;
}

/**
 * Stores a key in a new file that only its owner can read. Never overwrites: a lost key cannot be
 * made again. Throws EEXIST when the file is there.
 */
export function saveKeyFile(path: string, key: PrivateKey): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeSync(file, privateKeyText(key));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Reads a key file; refuses one that group or others may read or write: KEY_FILE_EXPOSED. */
export function loadKeyFile(path: string): PrivateKey {
  const { mode } = statSync(path);
  if ((mode & 0o077) !== 0) throw new Refusal("KEY_FILE_EXPOSED", { path });
  const text = fromUtf8(readFileSync(path));
  return parsePrivateKey(sha256, text.replace(/\n$/, ""), publicKeyOf);
}
