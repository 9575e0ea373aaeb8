// Event ids: UUIDv5 (RFC 9562 §5.5) of the idempotency key, so that a retry is recognised by any
// node at any later time. Written here because the `uuid` package takes 2.4 µs an id and this
// 0.5 µs, on the path of every gift; a test holds both equal.

import { hash } from "node:crypto";

/** The namespace of Almoner's idempotency keys. */
export const KEY_NAMESPACE = "6f1b2a8e-9a55-5c39-8d0e-3b0f5d6a7c41";

const NAMESPACE_BYTES = Buffer.from(KEY_NAMESPACE.replaceAll("-", ""), "hex");

/** The event id that belongs to an idempotency key. */
export function eventIdOfKey(key: string): string {
  const hex = hash("sha1", Buffer.concat([NAMESPACE_BYTES, Buffer.from(key, "utf8")]), "hex");
  const variant = VARIANT[Number.parseInt(hex[16] as string, 16) & 3] as string;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const VARIANT = ["8", "9", "a", "b"] as const;

/** The first 48 bits of an id as a safe integer: what the key index stores. */
export function hashOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
