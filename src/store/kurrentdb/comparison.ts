// Reads a ledger on a cluster from its first event and holds every byte against a log that should
// be the same: how a move knows where to go on, and how it proves in the end that nothing changed.

import type { Gate, LogReader } from "../event-store.ts";
import { parseAddress } from "./address.ts";
import { openConnection } from "./connection.ts";
import { openFeed } from "./feed.ts";
import { damaged, eventOfItem, type FeedItem, positionText } from "./feed-item.ts";
import type { WriteOf } from "./kurrentdb-store.ts";
import { createNews } from "./news.ts";

/** How long the cluster may be silent before the comparison is given up. */
const SILENCE_MS = 15_000;

export type Comparison = {
  /** Entries that were the same so far. */
  readonly count: () => number;
  /** The place of the last of them. */
  readonly position: () => string | null;
  /** Resolves once the cluster has nothing more to show. @throws Error at the first difference. */
  complete(): Promise<void>;
  /** Resolves once so many entries were the same. @throws Error at the first difference. */
  reach(count: number): Promise<void>;
  close(): Promise<void>;
};

export type Compared = {
  readonly log: Pick<LogReader, "head" | "bytes" | "find" | "read">;
  readonly writeOf: WriteOf;
  /** Judges an empty log and what follows. */
  readonly gateOf: (log: Pick<LogReader, "head" | "read">) => Gate;
  /** Gets the bytes of each entry that is the same, in order. */
  readonly onEntry: (bytes: string) => void;
};

/** Starts to compare. */
export async function compareWithCluster(
  address: string,
  { log, writeOf, gateOf, onEntry }: Compared,
): Promise<Comparison> {
  const { connectionString, ledger, shown } = parseAddress(address);
  const news = createNews();
  let count = 0;
  let last: FeedItem | undefined;
  // As far as both were the same, the folder is the log that is judged.
  const gate = gateOf({ head: () => count, read: log.read });
  const position = () => (last ? positionText(last.position) : null);
  const feed = openFeed(await openConnection(connectionString), ledger, {
    position,
    check: async () => {},
    handle(items) {
      const kept = log.bytes(count + 1, count + items.length);
      let next = 0;
      for (const item of items) {
        const { id, bytes } = item;
        const earlier = log.find(id);
        last = item;
        // An event that repeats the id of an entry before it is no entry.
        if (earlier !== undefined && earlier <= count) continue;
        const event = { ...eventOfItem(item), entry: count + 1 };
        if (!gate.admits(event, writeOf(event, log.find))) continue;
        if (kept[next] !== bytes) {
          const entry = count + 1;
          throw damaged({
            zh: `${shown} 的第 ${entry} 条与文件夹中的不同`,
            en: `${shown} has another entry ${entry} than the folder`,
          });
        }
        next += 1;
        count += 1;
        onEntry(bytes);
      }
    },
    changed: news.tell,
  });

  async function wait(reached: () => boolean): Promise<void> {
    const isOver = () => feed.state.stopped !== undefined;
    for (let before = -1; before < count; ) {
      before = count;
      if (await news.until(reached, SILENCE_MS, isOver)) return;
      if (feed.state.stopped) throw feed.state.stopped;
    }
    throw new Error(`${shown} does not answer: ${feed.state.lastError ?? "silence"}`);
  }

  return {
    count: () => count,
    position,
    complete: () => wait(() => feed.state.caughtUp && feed.state.completeAtMs !== undefined),
    reach: (wanted) => wait(() => count >= wanted),
    close: () => feed.close(),
  };
}
