// What only the order of the log shows: ids that come twice, streams whose revisions do not follow
// each other, links to what is not before, and sums of all lines that are not the stored totals.

import { seriesKey } from "../../domain/move.ts";
import type { Sums } from "../../kernel/sums.ts";
import type { Text } from "../../kernel/text.ts";
import type { AuditReader } from "../../store/event-store.ts";
import type { EntriesAudit, EntryLinks, Finding, StreamStep } from "./audit-entries.ts";
import { createSeenIds, ID_WORDS, isNoId, readId } from "./seen-ids.ts";

export type OrderAudit = {
  /** Takes in the next run of entries; its findings and those of the order, one an entry. */
  add(run: EntriesAudit): Finding[];
  /** Compares what all stored lines add up to, and how many links there are. */
  finish(sums: Sums): Finding[];
};

/** Audits the order of a log whose runs are given one after the other. */
export function createOrderAudit(log: AuditReader): OrderAudit {
  const seen = createSeenIds(log.head());
  /** The last entry of each stream that more than one can be on. */
  const streams = new Map<string, StreamStep>();
  /** The stored links of entries that were not audited yet. */
  const stored = new Map<number, number[]>();
  let linksExpected = 0;

  function takeId(ids: Uint32Array, at: number, entry: number): Text | undefined {
    if (isNoId(ids, at)) return undefined;
    const same = seen.find(ids, at);
    if (same !== undefined) {
      const id = readId(ids, at);
      return { zh: `编号 ${id} 与第 ${same} 条相同`, en: `id ${id} is that of entry ${same}` };
    }
    seen.add(entry, ids, at);
    return undefined;
  }

  function takeStep(step: StreamStep): Text | undefined {
    const { stream, revision, recordedAt } = step;
    const before = streams.get(stream);
    streams.set(stream, step);
    if (!before) {
      if (revision === 0) return undefined;
      return {
        zh: `${stream} 的第一条为版次 ${revision}`,
        en: `revision ${revision} is the first of ${stream}`,
      };
    }
    // Several nodes of a cluster write with their own clocks, so only a stream has its times in
    // order; and what repeats an id there is no entry, which leaves a gap.
    if (revision <= before.revision) {
      return {
        zh: `${stream} 的版次 ${revision} 已有`,
        en: `revision ${revision} of ${stream} was there before`,
      };
    }
    if (recordedAt >= before.recordedAt) return undefined;
    return {
      zh: `记录时间早于 ${stream} 上的前一条`,
      en: `recorded before what it follows on ${stream}`,
    };
  }

  function readLinks(from: number, to: number): void {
    const { targets, entries } = log.links(from, to);
    for (const [at, entry] of entries.entries()) {
      const known = stored.get(entry);
      if (known) known.push(targets[at] as number);
      else stored.set(entry, [targets[at] as number]);
    }
  }

  /** The links of an entry, which are those from `start` to before `stop`. */
  function takeLinks(
    entry: number,
    { targets }: EntryLinks,
    start: number,
    stop: number,
  ): Text | undefined {
    const kept = stored.get(entry);
    const found: number[] = [];
    for (let link = start; link < stop; link++) {
      const target = seen.find(targets, link * ID_WORDS);
      if (target === undefined || target === entry) {
        const id = readId(targets, link * ID_WORDS);
        return { zh: `所引 ${id} 不在此前`, en: `refers to ${id}, which is not before` };
      }
      if (!kept?.includes(target)) {
        return { zh: `缺少指向第 ${target} 条的链接`, en: `its link to ${target} is missing` };
      }
      if (!found.includes(target)) found.push(target);
    }
    linksExpected += found.length;
    return undefined;
  }

  return {
    add({ from, to, findings, ids, steps, links }) {
      readLinks(from, to);
      const problemAt = inTurn(findings);
      const stepAt = inTurn(steps);
      const found: Finding[] = [];
      let link = 0;
      for (let entry = from; entry <= to; entry++) {
        const repeated = takeId(ids, (entry - from) * ID_WORDS, entry);
        const alone = problemAt(entry)?.problem;
        const step = stepAt(entry);
        const start = link;
        while (links.entries[link] === entry) link++;
        const problem =
          repeated ?? alone ?? (step && takeStep(step)) ?? takeLinks(entry, links, start, link);
        if (problem !== undefined) found.push({ entry, problem });
        stored.delete(entry);
      }
      return found;
    },
    finish(sums) {
      const entry = log.head();
      const findings: Finding[] = [];
      const stored = log.linkCount();
      // Every expected link was found, so equal counts mean that no other is stored.
      if (stored !== linksExpected) {
        const problem = {
          zh: `存有 ${stored} 条链接，按数据应为 ${linksExpected} 条`,
          en: `${stored} links are stored, ${linksExpected} follow from the data`,
        };
        findings.push({ entry, problem });
      }
      const totals = log.totals();
      for (let series = 0; series < log.seriesCount(); series++) {
        if (totals.get(series) === sums.get(series)) continue;
        const key = seriesKey(log.seriesAt(series));
        const problem = {
          zh: `${key} 的合计与条目不符`,
          en: `the stored total of ${key} is off`,
        };
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
