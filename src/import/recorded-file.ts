// Whether gifts of a file are on the log. Only who holds the `people.db` that they were imported with
// can tell its rows again; anybody else would record them a second time.

import { setImmediate } from "node:timers/promises";
import type { LogReader } from "../store/event-store.ts";

const PAGE = 4_096;

/** The first entry that is a gift of this file and was not reversed. It reads the whole log. */
export async function liveGiftOf(log: LogReader, fileHash: string): Promise<number | undefined> {
  const head = log.head();
  for (let from = 1; from <= head; from += PAGE) {
    const texts = log.bytes(from, Math.min(from + PAGE - 1, head));
    for (const [at, text] of texts.entries()) {
      if (text.includes(fileHash) && isLiveGift(log, from + at, fileHash)) return from + at;
    }
    // Others are served between two pages.
    await setImmediate();
  }
  return undefined;
}

function isLiveGift(log: LogReader, entry: number, fileHash: string): boolean {
  const [event] = log.read(entry, entry);
  const { origin } = (event?.data ?? {}) as { readonly origin?: { readonly file: string } };
  if (event?.type !== "DonationReceived" || origin?.file !== fileHash) return false;
  const later = log.linksTo(entry).flatMap((at) => log.read(at, at));
  return !later.some(({ type }) => type === "EntryReversed");
}
