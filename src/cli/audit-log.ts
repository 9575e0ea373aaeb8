// Replays a log against its own rules: every entry's bytes, numbers, revisions, links and moves are
// worked out again from the JSON and compared with what is stored beside it.

import { isDeepStrictEqual } from "node:util";
import { decodeEvent, encodeEvent, type StoredEvent } from "../domain/event.ts";
import type { AnyFact } from "../domain/fact.ts";
import { factOfType } from "../domain/facts.ts";
import { seriesKey } from "../domain/move.ts";
import { dayNumber } from "../kernel/day.ts";
import { createSums, type Sums, splitAmount } from "../kernel/sums.ts";
import type { Lines, LogReader } from "../store/event-store.ts";

const PAGE = 4_096;
const FINDINGS_MAX = 100;

export type Finding = { readonly entry: number; readonly problem: string };

export type LogAudit = {
  readonly entries: number;
  /** The first differences, in the order of the log; empty when there are none. */
  readonly findings: readonly Finding[];
};

type Audit = {
  readonly log: LogReader;
  readonly findings: Finding[];
  /** The last entry of each stream that more than one can be on. */
  readonly streams: Map<string, { readonly revision: number; readonly recordedAt: string }>;
  readonly sums: Sums;
  links: { expected: number; stored: number };
};

/** Audits a whole log; stops after a hundred findings. */
export function auditLog(log: LogReader, onProgress: (entries: number) => void): LogAudit {
  const audit: Audit = {
    log,
    findings: [],
    streams: new Map(),
    sums: createSums(),
    links: { expected: 0, stored: 0 },
  };
  const head = log.head();
  for (let from = 1; from <= head && audit.findings.length < FINDINGS_MAX; from += PAGE) {
    const to = Math.min(from + PAGE - 1, head);
    auditPage(audit, from, to);
    onProgress(to);
  }
  if (audit.findings.length === 0) auditSums(audit, head);
  return { entries: head, findings: audit.findings.slice(0, FINDINGS_MAX) };
}

function auditPage(audit: Audit, from: number, to: number): void {
  const texts = audit.log.bytes(from, to);
  if (texts.length !== to - from + 1) {
    audit.findings.push({ entry: from, problem: `entries are missing between ${from} and ${to}` });
    return;
  }
  const lines = linesByEntry(audit.log, audit.log.lines(from, to));
  for (const [index, text] of texts.entries()) {
    const entry = from + index;
    try {
      const problem = auditEntry(audit, entry, text, lines.get(entry) ?? []);
      if (problem !== undefined) audit.findings.push({ entry, problem });
    } catch (error) {
      audit.findings.push({ entry, problem: (error as Error).message });
    }
    lines.delete(entry);
  }
  for (const entry of lines.keys()) audit.findings.push({ entry, problem: "moves of no entry" });
  const { series, amount } = audit.log.lines(from, to);
  for (const [line, number] of series.entries()) audit.sums.add(number, amount[line] as number);
}

function auditEntry(
  audit: Audit,
  entry: number,
  text: string,
  stored: readonly string[],
): string | undefined {
  const event = decodeEvent(entry, text);
  const fact = factOfType(event.type);
  if (!fact) return `unknown type ${event.type}`;
  const parsed = fact.dataSchema.safeParse(event.data);
  if (!parsed.success) return `data: ${parsed.error.issues[0]?.message}`;
  if (!isDeepStrictEqual(parsed.data, event.data)) return "data is not in its canonical form";
  if (encodeEvent(event, event.revision, event.recordedAt) !== text) {
    return "bytes are not in their canonical form";
  }
  if (audit.log.find(event.id) !== entry) return `id ${event.id} leads elsewhere`;
  const lines = expectedLines(fact, event);
  if (lines.join("\n") !== stored.join("\n")) return "stored moves are not those of the data";
  return auditRevision(audit, fact, event) ?? auditLinks(audit, fact, event);
}

function expectedLines(fact: AnyFact, event: StoredEvent): string[] {
  const day = dayNumber(fact.on(event.data));
  return fact
    .moves(event.data, event.id)
    .flatMap((move) =>
      [...splitAmount(move.amount)].map((part) => `${day} ${part} ${seriesKey(move)}`),
    );
}

function linesByEntry(log: LogReader, lines: Lines): Map<number, string[]> {
  const byEntry = new Map<number, string[]>();
  for (const [index, entry] of lines.entry.entries()) {
    const series = seriesKey(log.seriesAt(lines.series[index] as number));
    const of = byEntry.get(entry) ?? [];
    of.push(`${lines.day[index]} ${lines.amount[index]} ${series}`);
    byEntry.set(entry, of);
  }
  return byEntry;
}

function auditRevision(audit: Audit, fact: AnyFact, event: StoredEvent): string | undefined {
  const { stream, revision, recordedAt, id } = event;
  const { name, opens } = fact.stream(event.data, id);
  if (name !== stream) return `stream ${stream} is not ${name}`;
  if (opens && revision !== 0) return `opens ${stream}, which is open`;
  // A gift's stream is named after it and its id was found to be unique: nothing can follow it.
  if (fact.type === "DonationReceived") return undefined;
  const before = audit.streams.get(stream);
  audit.streams.set(stream, { revision, recordedAt });
  if (!before) return revision === 0 ? undefined : `revision ${revision} is the first of ${stream}`;
  // Several nodes of a cluster write with their own clocks, so only a stream has its times in
  // order; and what repeats an id there is no entry, which leaves a gap.
  if (revision <= before.revision) return `revision ${revision} of ${stream} was there before`;
  if (recordedAt < before.recordedAt) return `recorded before what it follows on ${stream}`;
  return undefined;
}

function auditLinks(audit: Audit, fact: AnyFact, event: StoredEvent): string | undefined {
  const targets = new Set<number>();
  for (const id of fact.links(event.data)) {
    const target = audit.log.find(id);
    if (target === undefined || target >= event.entry)
      return `refers to ${id}, which is not before`;
    if (!audit.log.linksTo(target).includes(event.entry)) return `its link to ${target} is missing`;
    targets.add(target);
  }
  audit.links.expected += targets.size;
  audit.links.stored += audit.log.linksTo(event.entry).length;
  return undefined;
}

// Every expected link was found, so equal counts mean that no other is stored.
function auditSums({ log, sums, links, findings }: Audit, head: number): void {
  if (links.expected !== links.stored) {
    const problem = `${links.stored} links are stored, ${links.expected} follow from the data`;
    findings.push({ entry: head, problem });
  }
  const totals = log.totals();
  for (let series = 0; series < log.seriesCount(); series++) {
    if (totals.get(series) === sums.get(series)) continue;
    const problem = `the stored total of ${seriesKey(log.seriesAt(series))} is off`;
    findings.push({ entry: head, problem });
  }
}
