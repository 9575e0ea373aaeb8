// Event ids: UUIDv5 (RFC 9562 §5.5) of the idempotency key, so that a retry is recognised by any
// node at any later time. Written here because the `uuid` package takes 2.4 µs an id and this
// 0.5 µs, on the path of every gift; a test holds both equal.

import { hash } from "node:crypto";

/** The namespace of Almoner's idempotency keys. */
export const KEY_NAMESPACE = "6f1b2a8e-9a55-5c39-8d0e-3b0f5d6a7c41";

const NAMESPACE = Buffer.from(KEY_NAMESPACE.replaceAll("-", ""), "hex");
/** The namespace and room for a key, used again for every id. */
const scratch = Buffer.concat([NAMESPACE, Buffer.alloc(1_024)]);

/** The event id that belongs to an idempotency key. */
export function eventIdOfKey(key: string): string {
  const hex = hash("sha1", namespaced(key), "hex");
  const variant = VARIANT[Number.parseInt(hex[16] as string, 16) & 3] as string;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function namespaced(key: string): Buffer {
  // A UTF-16 unit takes at most three bytes.
  if (key.length * 3 > scratch.length - NAMESPACE.length) {
    return Buffer.concat([NAMESPACE, Buffer.from(key, "utf8")]);
  }
  return scratch.subarray(0, NAMESPACE.length + scratch.write(key, NAMESPACE.length, "utf8"));
}

const VARIANT = ["8", "9", "a", "b"] as const;

/** The first 48 bits of an id as a safe integer: what the key index stores. */
export function hashOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
