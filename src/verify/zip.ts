// Reads a ZIP archive by its central directory, a file at a time, from anything that gives bytes at
// an offset (APPNOTE 6.3.9, §4.3). Stored and deflated files, any number of them below 4 GiB; no
// encryption. A larger bundle is a folder.

import { inflateSync } from "fflate";
import type { Source } from "./source.ts";

/** Bytes of the archive from an offset, at most `length`. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>;

type Member = {
  readonly offset: number;
  readonly packed: number;
  readonly size: number;
  readonly method: number;
};

const END_SIZE = 22;
const COMMENT_MAX = 65_535;
const END_MARK = 0x06054b50;
/** In the last record: the number of files stands in the ZIP64 record. */
const COUNT_ELSEWHERE = 0xffff;
const RECORD_SIZE = 56;
const RECORD_MARK = 0x06064b50;
const LOCATOR_SIZE = 20;
const LOCATOR_MARK = 0x07064b50;
const MEMBER_MARK = 0x02014b50;
const LOCAL_MARK = 0x04034b50;
/** Nothing in a bundle is larger; a small archive must not unpack into all memory. */
const FILE_SIZE_MAX = 1 << 30;

/** Opens an archive. @throws RangeError when it is none, or of a kind not read here. */
export async function openZip(readAt: ReadAt, size: number): Promise<Source> {
  const members = await readDirectory(readAt, size);
  return {
    listing: [...members.keys()],
    async fetch(path) {
      const member = members.get(path);
      return member && readMember(readAt, member, path);
    },
  };
}

async function readDirectory(readAt: ReadAt, size: number): Promise<Map<string, Member>> {
  const tailAt = Math.max(0, size - END_SIZE - COMMENT_MAX - LOCATOR_SIZE - RECORD_SIZE);
  const tail = viewOf(await readAt(tailAt, size - tailAt));
  let end = tail.byteLength - END_SIZE;
  while (end >= 0 && tail.getUint32(end, true) !== END_MARK) end -= 1;
  if (end < 0) throw new RangeError("not a ZIP archive");
  const length = tail.getUint32(end + 12, true);
  const at = tail.getUint32(end + 16, true);
  if (at === 0xffffffff || at + length > size)
    throw new RangeError("the archive is cut or too big");
  const stated = tail.getUint16(end + 10, true);
  const count = stated === COUNT_ELSEWHERE ? countBefore(tail, end) : stated;
  const directory = await readAt(at, length);
  const view = viewOf(directory);
  const members = new Map<string, Member>();
  let offset = 0;
  for (let i = 0; i < count; i++) {
    if (offset + 46 > directory.length || view.getUint32(offset, true) !== MEMBER_MARK) {
      throw new RangeError("the archive's directory is damaged");
    }
    const nameLength = view.getUint16(offset + 28, true);
    const name = new TextDecoder().decode(
      directory.subarray(offset + 46, offset + 46 + nameLength),
    );
    const member = {
      method: view.getUint16(offset + 10, true),
      packed: view.getUint32(offset + 20, true),
      size: view.getUint32(offset + 24, true),
      offset: view.getUint32(offset + 42, true),
    };
    // Two files of one name would let two readers see two things.
    if (members.has(name)) throw new RangeError(`the archive holds ${name} twice`);
    if (!name.endsWith("/")) members.set(name, member);
    offset +=
      46 + nameLength + view.getUint16(offset + 30, true) + view.getUint16(offset + 32, true);
  }
  return members;
}

/** The number of files in the ZIP64 record that stands, with its locator, before the last record. */
function countBefore(tail: DataView, end: number): number {
  const record = end - LOCATOR_SIZE - RECORD_SIZE;
  const isThere =
    record >= 0 &&
    tail.getUint32(record, true) === RECORD_MARK &&
    tail.getUint32(record + RECORD_SIZE, true) === LOCATOR_MARK;
  const count = isThere ? tail.getBigUint64(record + 32, true) : -1n;
  // Each file takes 46 bytes of the directory, which is below 4 GiB.
  if (count < 0n || count > 0xffffffffn / 46n) {
    throw new RangeError("the archive does not say how many files it has");
  }
  return Number(count);
}

async function readMember(readAt: ReadAt, member: Member, path: string): Promise<Uint8Array> {
  const { offset, packed, size, method } = member;
  const local = viewOf(await readAt(offset, 30));
  if (local.byteLength < 30 || local.getUint32(0, true) !== LOCAL_MARK || size > FILE_SIZE_MAX) {
    throw new RangeError(`${path} in the archive is damaged`);
  }
  const start = offset + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  const bytes = await readAt(start, packed);
  if (method === 0 && packed === size) return bytes;
  if (method !== 8) throw new RangeError(`${path} is packed in a way that is not read here`);
  const unpacked = inflateSync(bytes, { out: new Uint8Array(size) });
  if (unpacked.length !== size) throw new RangeError(`${path} in the archive is damaged`);
  return unpacked;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
