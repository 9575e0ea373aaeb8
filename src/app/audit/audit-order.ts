// What only the order of the log shows: ids that come twice, streams whose revisions do not follow
// each other, links to what is not before, and sums of all lines that are not the stored totals.

import { seriesKey } from "../../domain/move.ts";
import type { Sums } from "../../kernel/sums.ts";
import { hashOfId } from "../../store/event-id.ts";
import type { AuditReader } from "../../store/event-store.ts";
import {
  type EntriesAudit,
  type EntryLinks,
  type Finding,
  NO_ID,
  type StreamStep,
} from "./audit-entries.ts";
import { createSeenIds } from "./seen-ids.ts";

export type OrderAudit = {
  /** Takes in the next run of entries; its findings and those of the order, one an entry. */
  add(run: EntriesAudit): Finding[];
  /** Compares what all stored lines add up to, and how many links there are. */
  finish(sums: Sums): Finding[];
};

/** Audits the order of a log whose runs are given one after the other. */
export function createOrderAudit(log: AuditReader): OrderAudit {
  const seen = createSeenIds();
  /** The last entry of each stream that more than one can be on. */
  const streams = new Map<string, StreamStep>();
  let linksExpected = 0;

  function idAt(entry: number): string | undefined {
    return log.read(entry, entry)[0]?.id;
  }

  function entryOf(id: string): number | undefined {
    return seen.candidates(hashOfId(id)).find((entry) => idAt(entry) === id);
  }

  function takeId(hash: number, entry: number): string | undefined {
    const candidates = seen.candidates(hash);
    seen.add(hash, entry);
    if (candidates.length === 0) return undefined;
    const id = idAt(entry);
    const same = candidates.find((candidate) => idAt(candidate) === id);
    return same === undefined ? undefined : `id ${id} is that of entry ${same}`;
  }

  function takeStep(step: StreamStep): string | undefined {
    const { stream, revision, recordedAt } = step;
    const before = streams.get(stream);
    streams.set(stream, step);
    if (!before)
      return revision === 0 ? undefined : `revision ${revision} is the first of ${stream}`;
    // Several nodes of a cluster write with their own clocks, so only a stream has its times in
    // order; and what repeats an id there is no entry, which leaves a gap.
    if (revision <= before.revision) return `revision ${revision} of ${stream} was there before`;
    if (recordedAt < before.recordedAt) return `recorded before what it follows on ${stream}`;
    return undefined;
  }

  function takeLinks({ entry, targets }: EntryLinks): string | undefined {
    const found = new Set<number>();
    for (const id of targets) {
      const target = entryOf(id);
      if (target === undefined || target === entry) return `refers to ${id}, which is not before`;
      if (!log.hasLink(target, entry)) return `its link to ${target} is missing`;
      found.add(target);
    }
    linksExpected += found.size;
    return undefined;
  }

  return {
    add({ from, to, findings, idHashes, steps, links }) {
      const problemAt = inTurn(findings);
      const stepAt = inTurn(steps);
      const linksAt = inTurn(links);
      const found: Finding[] = [];
      for (let entry = from; entry <= to; entry++) {
        const hash = idHashes[entry - from] as number;
        const repeated = hash === NO_ID ? undefined : takeId(hash, entry);
        const alone = problemAt(entry)?.problem;
        const step = stepAt(entry);
        const its = linksAt(entry);
        const problem = repeated ?? alone ?? (step && takeStep(step)) ?? (its && takeLinks(its));
        if (problem !== undefined) found.push({ entry, problem });
      }
      return found;
    },
    finish(sums) {
      const entry = log.head();
      const findings: Finding[] = [];
      const stored = log.linkCount();
      // Every expected link was found, so equal counts mean that no other is stored.
      if (stored !== linksExpected) {
        const problem = `${stored} links are stored, ${linksExpected} follow from the data`;
        findings.push({ entry, problem });
      }
      const totals = log.totals();
      for (let series = 0; series < log.seriesCount(); series++) {
        if (totals.get(series) === sums.get(series)) continue;
        const problem = `the stored total of ${seriesKey(log.seriesAt(series))} is off`;
        findings.push({ entry, problem });
      }
      return findings;
    },
  };
}

/** Gives the item of an entry, for entries asked in order. */
function inTurn<T extends { readonly entry: number }>(
  items: readonly T[],
): (entry: number) => T | undefined {
  let next = 0;
  return (entry) => (items[next]?.entry === entry ? items[next++] : undefined);
}
