// Verifier keys ("vkeys") and private keys in the text forms of c2sp.org/signed-note and of Go's
// sumdb/note. Ed25519 only, in two roles: a log's own signature and a witness's cosignature.
import { concatBytes, fromBase64, type Sha256, toBase64, toHex, toUtf8 } from "./bytes.ts";
import { malformed } from "./proof-error.ts";

/** Signature types (c2sp.org/signed-note): 0x01 signs the note text, 0x04 cosigns a checkpoint. */
export const KEY_TYPE = { log: 0x01, cosignature: 0x04 } as const;

/** The role of an Ed25519 key. */
export type KeyType = (typeof KEY_TYPE)[keyof typeof KEY_TYPE];

/** A public key together with the name it signs under. */
export interface VerifierKey {
  readonly name: string;
  readonly keyId: number;
  readonly type: KeyType;
  /** 32 bytes (RFC 8032). */
  readonly publicKey: Uint8Array;
}

const KEY_SIZE = 32;

/** A key name is not empty, has no Unicode space and no plus, and nothing a note cannot hold. */
export function isKeyName(name: string): boolean {
  const printable = Array.from(name).every((char) => char >= " ");
  return name !== "" && printable && name.isWellFormed() && !/[\p{White_Space}+]/u.test(name);
}

/** SHA-256(name || 0x0A || type || public key), the first four bytes as a big-endian number. */
export function keyId(sha256: Sha256, name: string, type: KeyType, publicKey: Uint8Array): number {
  const digest = sha256(concatBytes(toUtf8(name), Uint8Array.of(0x0a, type), publicKey));
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0);
}

/** Names a public key in a role. Throws on a bad name or key length. */
export function verifierKey(
  sha256: Sha256,
  name: string,
  type: KeyType,
  publicKey: Uint8Array,
): VerifierKey {
  if (!isKeyName(name)) throw malformed("密钥名称不合规", "the key name is not allowed");
  if (publicKey.length !== KEY_SIZE) throw malformed("公钥不是 32 字节", "a key is not 32 bytes");
  return { name, keyId: keyId(sha256, name, type, publicKey), type, publicKey };
}

/** Writes `name+keyid+base64(type || public key)`. */
export function formatVerifierKey(key: VerifierKey): string {
  const material = concatBytes(Uint8Array.of(key.type), key.publicKey);
  return `${key.name}+${keyIdHex(key.keyId)}+${toBase64(material)}`;
}

/** Reads a vkey; refuses a key id that does not belong to the key, and unknown types. */
export function parseVerifierKey(sha256: Sha256, vkey: string): VerifierKey {
  const { name, id, material } = splitKey(vkey);
  const type = keyType(material[0]);
  const key = verifierKey(sha256, name, type, material.subarray(1));
  if (keyIdHex(key.keyId) !== id) throw wrongKeyId();
  return key;
}

/** A private key: the seed of RFC 8032 and the name it signs under. */
export interface PrivateKey {
  readonly name: string;
  /** 32 bytes, secret. */
  readonly seed: Uint8Array;
}

const PRIVATE_PREFIX = "PRIVATE+KEY+";

/**
 * Writes `PRIVATE+KEY+name+keyid+base64(0x01 || seed)`, the form of Go's sumdb/note.
 * The key id is the one of the public key in the log's role, whatever the key is used for.
 */
export function formatPrivateKey(key: PrivateKey, logKey: VerifierKey): string {
  const material = concatBytes(Uint8Array.of(KEY_TYPE.log), key.seed);
  return `${PRIVATE_PREFIX}${key.name}+${keyIdHex(logKey.keyId)}+${toBase64(material)}`;
}

/** Reads a private key; `publicKeyOf` derives the public key, so that the key id can be checked. */
export function parsePrivateKey(
  sha256: Sha256,
  text: string,
  publicKeyOf: (seed: Uint8Array) => Uint8Array,
): PrivateKey {
  if (!text.startsWith(PRIVATE_PREFIX)) throw malformed("不是私钥", "not a private key");
  const { name, id, material } = splitKey(text.slice(PRIVATE_PREFIX.length));
  if (material[0] !== KEY_TYPE.log || material.length !== 1 + KEY_SIZE) {
    throw malformed("不是 Ed25519 私钥", "not an Ed25519 private key");
  }
  const seed = material.subarray(1);
  const key = verifierKey(sha256, name, KEY_TYPE.log, publicKeyOf(seed));
  if (keyIdHex(key.keyId) !== id) throw wrongKeyId();
  return { name, seed };
}

/** The base64 part may hold plus signs itself, so only the first two of them separate. */
function splitKey(text: string): { name: string; id: string; material: Uint8Array } {
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/s.exec(text);
  const [, name, id, material] = match ?? [];
  if (name === undefined || id === undefined || material === undefined) {
    throw malformed("密钥写法不对", "the key is not name+id+base64");
  }
  return { name, id, material: fromBase64(material) };
}

function keyType(byte: number | undefined): KeyType {
  if (byte === KEY_TYPE.log || byte === KEY_TYPE.cosignature) return byte;
  throw malformed("不支持的密钥类型", "the key type is not supported");
}

function keyIdHex(id: number): string {
  return toHex(Uint8Array.of(id >>> 24, id >>> 16, id >>> 8, id));
}

function wrongKeyId(): Error {
  return malformed("密钥编号与密钥不符", "the key id does not belong to the key");
}
