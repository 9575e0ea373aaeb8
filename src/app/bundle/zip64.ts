// An archive of more files than 16 bits count (APPNOTE 6.3.9, §4.3.14 to §4.3.16): fflate writes their
// directory but not their number, so the records that say it are put before its last one.

const END_SIZE = 22;
const RECORD_SIZE = 56;
const LOCATOR_SIZE = 20;
/** In the last record: look in the ZIP64 record. */
const COUNT_ELSEWHERE = 0xffff;

/** What an archive may have without these records. */
export const FILES_MAX = 65_534;
/** Where a file of an archive may begin: its place is kept in 32 bits. */
export const OFFSET_MAX = 0xffff_fffe;

/** The directory of an archive with the number of its files; `at` is where the directory begins. */
export function withFileCount(directory: Uint8Array, count: number, at: number): Uint8Array {
  const size = directory.length - END_SIZE;
  const whole = new Uint8Array(directory.length + RECORD_SIZE + LOCATOR_SIZE);
  whole.set(directory.subarray(0, size));
  whole.set(directory.subarray(size), size + RECORD_SIZE + LOCATOR_SIZE);
  const record = new DataView(whole.buffer, size, RECORD_SIZE);
  record.setUint32(0, 0x06064b50, true);
  record.setBigUint64(4, BigInt(RECORD_SIZE - 12), true);
  record.setUint16(12, 45, true);
  record.setUint16(14, 45, true);
  record.setBigUint64(24, BigInt(count), true);
  record.setBigUint64(32, BigInt(count), true);
  record.setBigUint64(40, BigInt(size), true);
  record.setBigUint64(48, BigInt(at), true);
  const locator = new DataView(whole.buffer, size + RECORD_SIZE, LOCATOR_SIZE);
  locator.setUint32(0, 0x07064b50, true);
  locator.setBigUint64(8, BigInt(at + size), true);
  locator.setUint32(16, 1, true);
  const end = new DataView(whole.buffer, size + RECORD_SIZE + LOCATOR_SIZE, END_SIZE);
  end.setUint16(8, COUNT_ELSEWHERE, true);
  end.setUint16(10, COUNT_ELSEWHERE, true);
  return whole;
}
