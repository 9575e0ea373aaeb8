// A list of entries for people and programs: one a line, its number, a tab, its stored bytes. Stored
// bytes are one line of JSON, so a line feed ends an entry and nothing else.

import { concatBytes, fromUtf8, parseDecimal, toUtf8 } from "./bytes.ts";
import { malformed } from "./proof-error.ts";

/** An entry with its place in the log and, when it was read from a list, in the list. */
export interface NumberedEntry {
  readonly entry: number;
  readonly bytes: Uint8Array;
  /** Where its bytes begin in the list. */
  readonly offset?: number;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;

/** One line of the list. */
export function numberedLine({ entry, bytes }: NumberedEntry): Uint8Array {
  return concatBytes(toUtf8(`${entry}\t`), bytes, Uint8Array.of(LINE_FEED));
}

/** Reads a list; numbers ascend, each in its one spelling. Bytes are views. */
export function parseNumbered(list: Uint8Array): NumberedEntry[] {
  const entries: NumberedEntry[] = [];
  let last = 0;
  for (let start = 0; start < list.length; ) {
    const tab = list.indexOf(TAB, start);
    const end = list.indexOf(LINE_FEED, start);
    if (tab < 0 || end < tab) throw malformed("清单行写法不对", "a line is not number, tab, entry");
    const entry = parseDecimal(fromUtf8(list.subarray(start, tab)));
    if (entry <= last) throw malformed("清单未按序号排列", "the entries do not ascend");
    entries.push({ entry, bytes: list.subarray(tab + 1, end), offset: tab + 1 });
    last = entry;
    start = end + 1;
  }
  return entries;
}
