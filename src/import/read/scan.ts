// The first pass over a file: its size and hash, what it is, and in which encoding its text stands.
// The whole file is looked at, so that a table is never half recorded before its encoding is known.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { TextDecoder } from "node:util";
import { refuseFile } from "../texts.ts";
import type { ReadLimits } from "./limits.ts";
import { type Container, sniff } from "./sniff.ts";

/** Encodings of text, by the names that `TextDecoder` knows. */
export type TextEncoding = "utf-8" | "gb18030" | "utf-16le" | "utf-16be";

export type Scan = {
  readonly sha256: string;
  readonly bytes: number;
  readonly container: Container;
  /** For text: its byte order mark's encoding, else UTF-8 where it is valid, else GB18030. */
  readonly encoding: TextEncoding;
};

/**
 * Reads a file once from end to end.
 * @throws Refusal FILE_EMPTY, FILE_KIND, FILE_NUL, FILE_TOO_LARGE.
 */
export async function scanFile(path: string, limits: ReadLimits): Promise<Scan> {
  const digest = createHash("sha256");
  let bytes = 0;
  let container: Container | undefined;
  let marked: TextEncoding | undefined;
  let utf8: TextDecoder | undefined = new TextDecoder("utf-8", { fatal: true });
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
    const piece = chunk as Buffer;
    container ??= sniff(piece);
    if (bytes === 0) marked = byteOrderMark(piece);
    const limit = container === "text" ? limits.fileBytes : limits.sheetFileBytes;
    if (container === "text" && marked?.startsWith("utf-16") !== true) {
      const nul = piece.indexOf(0);
      if (nul >= 0) refuseFile("FILE_NUL", { offset: bytes + nul + 1 });
      utf8 = stillUtf8(utf8, piece);
    }
    digest.update(piece);
    bytes += piece.length;
    if (bytes > limit) refuseFile("FILE_TOO_LARGE", { size: bytes, limit });
  }
  if (container === undefined) refuseFile("FILE_EMPTY");
  utf8 = stillUtf8(utf8, new Uint8Array(), true);
  const encoding = marked ?? (utf8 ? "utf-8" : "gb18030");
  return { sha256: digest.digest("hex"), bytes, container, encoding };
}

function stillUtf8(
  decoder: TextDecoder | undefined,
  piece: Uint8Array,
  last = false,
): TextDecoder | undefined {
  try {
    decoder?.decode(piece, { stream: !last });
    return decoder;
  } catch {
    return undefined;
  }
}

function byteOrderMark(head: Buffer): TextEncoding | undefined {
  const hex = head.subarray(0, 3).toString("hex");
  if (hex === "efbbbf") return "utf-8";
  if (hex.startsWith("fffe")) return "utf-16le";
  if (hex.startsWith("feff")) return "utf-16be";
  return undefined;
}
