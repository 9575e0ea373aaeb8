// JSON as the ledger accepts it: what two readers could understand differently is refused, because
// an entry is for ever. One linear scan, one JSON.parse and one walk; no second parser.

import { isUtf8 } from "node:buffer";
import type { Text } from "../kernel/text.ts";
import { problemError } from "./problems.ts";

const DEPTH_MAX = 32;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Reads one JSON text (RFC 8259) strictly: UTF-8 without a byte order mark, at most 32 levels, no
 * key twice in an object however it is spelled, well-formed strings without NUL, finite numbers.
 * @throws a 400 problem MALFORMED_JSON that says what is wrong.
 */
export function readJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) malformed({ zh: "不是 UTF-8", en: "it is not UTF-8" });
  const text = bytes.toString("utf8");
  const keysWritten = scan(text);
  const value = parse(text);
  // A key written twice is one key of the value, so the counts differ, escaped spellings included.
  if (countKeys(value) !== keysWritten)
    malformed({ zh: "一个对象有重复的键", en: "an object has a key twice" });
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return malformed({ zh: "不是 JSON", en: "it is not JSON" });
  }
}

/** Counts the keys as written and refuses what is nested too deep, before anything recurses. */
function scan(text: string): number {
  let depth = 0;
  let keys = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at + 1);
    else if (code === COLON) keys += 1;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > DEPTH_MAX)
        malformed({ zh: `超过 ${DEPTH_MAX} 层`, en: `more than ${DEPTH_MAX} levels` });
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return keys;
}

function endOfString(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    at += code === BACKSLASH ? 2 : 1;
  }
  return at;
}

function countKeys(value: unknown): number {
  if (typeof value === "string") checkText(value);
  if (typeof value === "number" && !Number.isFinite(value))
    malformed({ zh: "数字过大", en: "a number is too large" });
  if (value === null || typeof value !== "object") return 0;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const item of value) keys += countKeys(item);
    return keys;
  }
  for (const key of Object.keys(value)) {
    checkText(key);
    if (FORBIDDEN_KEYS.has(key))
      malformed({
        zh: "对象的键是 JavaScript 的保留名",
        en: "an object has a key that JavaScript reserves",
      });
    keys += 1 + countKeys((value as Record<string, unknown>)[key]);
  }
  return keys;
}

function checkText(text: string): void {
  if (!text.isWellFormed())
    malformed({ zh: "字符串含有半个代理对", en: "a string has half a surrogate pair" });
  if (text.includes("\0")) malformed({ zh: "字符串含有 NUL", en: "a string contains NUL" });
}

function malformed(text: Text): never {
  throw problemError("MALFORMED_JSON", { errors: [{ path: "", text }] });
}
