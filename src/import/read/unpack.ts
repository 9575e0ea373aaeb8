// Opens a zip container without trusting a word of it: sizes are bounded before and while
// inflating, every part must have the length and checksum it claims, and the spreadsheet parser
// then sees a plain, stored container made here. Format: PKWARE APPNOTE 6.3, sections 4.3.12-16.

import { crc32, inflateRawSync } from "node:zlib";
import { type Zippable, zipSync } from "fflate";
import { refuseFile } from "../texts.ts";
import type { ReadLimits } from "./limits.ts";

const END_RECORD = 0x06054b50;
const END_RECORD_BYTES = 22;
const CENTRAL_RECORD = 0x02014b50;
const CENTRAL_RECORD_BYTES = 46;
const LOCAL_RECORD = 0x04034b50;
const LOCAL_RECORD_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED_FLAG = 1;
const IN_ZIP64 = 0xffffffff;

// The only parts that hold cells or say where they are; pictures and macros are left behind.
const NEEDED = /^(?:\[content_types\]\.xml|_rels\/[^/]{1,200}|xl\/.{1,200}\.(?:xml|rels))$/i;

type Part = {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
};

function damaged(detail: string): never {
  return refuseFile("FILE_DAMAGED", { detail });
}

function endRecordAt(file: Buffer): number {
  const lowest = Math.max(0, file.length - END_RECORD_BYTES - 0xffff);
  for (let at = file.length - END_RECORD_BYTES; at >= lowest; at--) {
    if (file.readUInt32LE(at) === END_RECORD) return at;
  }
  return damaged("no end of zip directory");
}

function readDirectory(file: Buffer, limits: ReadLimits): Part[] {
  const end = endRecordAt(file);
  const count = file.readUInt16LE(end + 10);
  if (count > limits.zipEntries) {
    refuseFile("ZIP_ENTRIES", { count, limit: limits.zipEntries });
  }
  const parts: Part[] = [];
  let at = file.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    if (at + CENTRAL_RECORD_BYTES > end || file.readUInt32LE(at) !== CENTRAL_RECORD) {
      damaged("broken zip directory");
    }
    const nameBytes = file.readUInt16LE(at + 28);
    const name = file.toString(
      "utf8",
      at + CENTRAL_RECORD_BYTES,
      at + CENTRAL_RECORD_BYTES + nameBytes,
    );
    parts.push({
      name,
      flags: file.readUInt16LE(at + 8),
      method: file.readUInt16LE(at + 10),
      crc: file.readUInt32LE(at + 16),
      packed: file.readUInt32LE(at + 20),
      size: file.readUInt32LE(at + 24),
      offset: file.readUInt32LE(at + 42),
    });
    at +=
      CENTRAL_RECORD_BYTES + nameBytes + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return parts;
}

function inflate(file: Buffer, part: Part): Buffer {
  if (part.flags & ENCRYPTED_FLAG) refuseFile("FILE_ENCRYPTED");
  if ([part.packed, part.size, part.offset].includes(IN_ZIP64)) damaged("zip64");
  const { offset } = part;
  if (offset + LOCAL_RECORD_BYTES > file.length || file.readUInt32LE(offset) !== LOCAL_RECORD) {
    damaged("broken zip part");
  }
  const start =
    offset + LOCAL_RECORD_BYTES + file.readUInt16LE(offset + 26) + file.readUInt16LE(offset + 28);
  const packed = file.subarray(start, start + part.packed);
  if (packed.length !== part.packed) damaged("zip part cut short");
  const bytes = part.method === STORED ? packed : inflateExactly(packed, part);
  if (bytes.length !== part.size || crc32(bytes) !== part.crc)
    damaged("zip part fails its checksum");
  return bytes;
}

function inflateExactly(packed: Buffer, part: Part): Buffer {
  if (part.method !== DEFLATED) damaged(`zip method ${part.method}`);
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, part.size) });
  } catch {
    return damaged("zip part does not inflate to its size");
  }
}

/**
 * Unpacks the parts of an .xlsx file that hold cells and packs them again, stored.
 * @throws Refusal FILE_DAMAGED, FILE_ENCRYPTED, FILE_KIND, ZIP_ENTRIES, ZIP_EXPANDED, ZIP_RATIO or
 *   SHEETS_TOO_MANY.
 */
export function unpackWorkbook(file: Buffer, limits: ReadLimits): Uint8Array {
  const parts = readDirectory(file, limits);
  const claimed = parts.reduce((sum, part) => sum + part.size, 0);
  if (claimed > limits.expandedBytes) refuseFile("ZIP_EXPANDED", { limit: limits.expandedBytes });
  if (claimed > file.length * limits.zipRatio) refuseFile("ZIP_RATIO", { limit: limits.zipRatio });
  const sheets = parts.filter((part) => /^xl\/worksheets\/[^/]+\.xml$/i.test(part.name)).length;
  if (sheets > limits.sheets) {
    refuseFile("SHEETS_TOO_MANY", { count: sheets, limit: limits.sheets });
  }
  if (!parts.some((part) => /^xl\/workbook\.xml$/i.test(part.name))) {
    refuseFile("FILE_KIND", { kind: "zip" });
  }
  const kept: Zippable = {};
  for (const part of parts) {
    if (!NEEDED.test(part.name)) continue;
    if (Object.hasOwn(kept, part.name)) damaged("zip part twice");
    kept[part.name] = inflate(file, part);
  }
  return zipSync(kept, { level: 0 });
}
