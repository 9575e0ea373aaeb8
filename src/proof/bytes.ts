// Strict conversions between bytes and the few text forms the log formats use.
// Each value has exactly one accepted spelling: a second spelling of the same evidence is refused,
// so that two verifiers can never disagree about which bytes were signed.
import { malformed } from "./proof-error.ts";

/** Length of a SHA-256 hash, in bytes. */
export const HASH_SIZE = 32;

/** A SHA-256 hash: 32 bytes. */
export type Hash = Uint8Array;

/** SHA-256, supplied from outside so that the same code runs in Node and in a browser. */
export type Sha256 = (data: Uint8Array) => Hash;

/** The same, written into bytes that are there already. */
export type Sha256Into = (data: Uint8Array, into: Uint8Array, at: number) => void;

/** Ed25519 verification (RFC 8032); WebCrypto answers with a promise, Node at once. */
export type VerifyEd25519 = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>;

const encoder = new TextEncoder();
// ignoreBOM keeps a leading U+FEFF in the text: dropping it would change what was signed.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of a well-formed text. */
export function toUtf8(text: string): Uint8Array {
  if (!text.isWellFormed()) throw malformed("文本含有孤立代理项", "text has a lone surrogate");
  return encoder.encode(text);
}

/** Text of UTF-8 bytes; refuses invalid UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw malformed("不是有效的 UTF-8", "not valid UTF-8");
  }
}

/** Standard base64 with padding (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Bytes of standard base64; refuses every spelling but the canonical one (RFC 4648 §3.5). */
export function fromBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw malformed("不是有效的 base64", "not valid base64");
  }
  if (btoa(binary) !== text) throw malformed("base64 不是规范写法", "base64 is not canonical");
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

/** A hash written in base64; refuses any other length than 32 bytes. */
export function hashFromBase64(text: string): Hash {
  const hash = fromBase64(text);
  if (hash.length !== HASH_SIZE) throw malformed("散列不是 32 字节", "a hash is not 32 bytes");
  return hash;
}

/** Lower-case hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A natural number in ASCII decimal without leading zeros, at most 2^53 - 1. */
export function parseDecimal(text: string): number {
  const value = /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) {
    throw malformed("不是规范的十进制数", "not a canonical decimal number");
  }
  return value;
}

/** Index of the first byte in which two byte strings differ, or -1 when they are equal. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return i;
  return a.length === b.length ? -1 : shared;
}

/** Whether two byte strings are equal. All of this is public data: no constant time is needed. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return firstDifference(a, b) === -1;
}

/** The byte strings one after another. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
