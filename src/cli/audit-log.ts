// Replays a log against its own rules: every entry's bytes, numbers, revisions, links and moves are
// worked out again from the JSON and compared with what is stored beside it.

import { isDeepStrictEqual } from "node:util";
import { decodeEvent, encodeEvent, type StoredEvent } from "../domain/event.ts";
import type { AnyFact } from "../domain/fact.ts";
import { factOfType } from "../domain/facts.ts";
import { seriesKey } from "../domain/move.ts";
import { dayNumber } from "../kernel/day.ts";
import { createSums, type Sums, splitAmount } from "../kernel/sums.ts";
import { hashOfId } from "../store/event-id.ts";
import type { AuditReader } from "../store/event-store.ts";
import { DamagedLines, type Lines } from "../store/lines.ts";
import { createSeenIds, type SeenIds } from "./seen-ids.ts";

const PAGE = 4_096;
const FINDINGS_MAX = 100;

export type Finding = { readonly entry: number; readonly problem: string };

export type LogAudit = {
  readonly entries: number;
  /** The first differences, in the order of the log; empty when there are none. */
  readonly findings: readonly Finding[];
};

type Audit = {
  readonly log: AuditReader;
  readonly findings: Finding[];
  readonly seen: SeenIds;
  /** The last entry of each stream that more than one can be on. */
  readonly streams: Map<string, { readonly revision: number; readonly recordedAt: string }>;
  readonly sums: Sums;
  /** The text of each series, by its number. */
  readonly series: string[];
  links: number;
};

/** An entry with what is stored beside it. */
type Stored = {
  readonly entry: number;
  readonly text: string;
  readonly keyHash: number | undefined;
  readonly page: Lines;
  /** Its lines are those of the page from `first` to before `end`. */
  readonly first: number;
  readonly end: number;
};

/** Audits a whole log; stops after a hundred findings. */
export function auditLog(log: AuditReader, onProgress: (entries: number) => void): LogAudit {
  const audit: Audit = {
    log,
    findings: [],
    seen: createSeenIds(),
    streams: new Map(),
    sums: createSums(),
    series: [],
    links: 0,
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
  const page = linesOrFinding(audit, from, to);
  if (!page) return;
  const keyHashes = audit.log.keyHashes(from, to);
  let first = 0;
  for (const [index, text] of texts.entries()) {
    const entry = from + index;
    let end = first;
    while (page.entry[end] === entry) end++;
    try {
      const keyHash = keyHashes.get(entry);
      const problem = auditEntry(audit, { entry, text, keyHash, page, first, end });
      if (problem !== undefined) audit.findings.push({ entry, problem });
    } catch (error) {
      audit.findings.push({ entry, problem: (error as Error).message });
    }
    first = end;
  }
  for (const [line, number] of page.series.entries()) {
    audit.sums.add(number, page.amount[line] as number);
  }
}

function linesOrFinding({ log, findings }: Audit, from: number, to: number): Lines | undefined {
  try {
    return log.lines(from, to);
  } catch (error) {
    if (!(error instanceof DamagedLines)) throw error;
    findings.push({ entry: error.entry, problem: error.message });
    return undefined;
  }
}

function auditEntry(audit: Audit, stored: Stored): string | undefined {
  const { entry, text, keyHash } = stored;
  const event = decodeEvent(entry, text);
  const fact = factOfType(event.type);
  if (!fact) return `unknown type ${event.type}`;
  const parsed = fact.dataSchema.safeParse(event.data);
  if (!parsed.success) return `data: ${parsed.error.issues[0]?.message}`;
  if (!isCanonical(event, parsed.data, text)) return "bytes are not in their canonical form";
  if (keyHash !== hashOfId(event.id)) return `id ${event.id} leads elsewhere`;
  const same = entryOf(audit, event.id);
  if (same !== undefined) return `id ${event.id} is that of entry ${same}`;
  audit.seen.add(event.id, entry);
  if (!hasItsLines(audit, stored, { fact, event })) return "stored moves are not those of the data";
  return auditRevision(audit, fact, event) ?? auditLinks(audit, fact, event);
}

// The keys of data may stand in another order than the schema's, so only what differs as text is
// compared by value.
function isCanonical(event: StoredEvent, data: object, text: string): boolean {
  const { revision, recordedAt } = event;
  if (encodeEvent({ ...event, data }, revision, recordedAt) === text) return true;
  return isDeepStrictEqual(data, event.data) && encodeEvent(event, revision, recordedAt) === text;
}

function entryOf({ log, seen }: Audit, id: string): number | undefined {
  return seen.candidates(id).find((entry) => log.read(entry, entry)[0]?.id === id);
}

function hasItsLines(
  audit: Audit,
  { page, first, end }: Stored,
  { fact, event }: { readonly fact: AnyFact; readonly event: StoredEvent },
): boolean {
  const day = dayNumber(fact.on(event.data));
  let at = first;
  for (const move of fact.moves(event.data, event.id)) {
    const series = seriesKey(move);
    for (const amount of splitAmount(move.amount)) {
      if (at === end || page.day[at] !== day || page.amount[at] !== amount) return false;
      if (seriesText(audit, page.series[at] as number) !== series) return false;
      at++;
    }
  }
  return at === end;
}

function seriesText({ log, series }: Audit, number: number): string {
  series[number] ??= seriesKey(log.seriesAt(number));
  return series[number];
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
    const target = entryOf(audit, id);
    if (target === undefined || target === event.entry) {
      return `refers to ${id}, which is not before`;
    }
    if (!audit.log.hasLink(target, event.entry)) return `its link to ${target} is missing`;
    targets.add(target);
  }
  audit.links += targets.size;
  return undefined;
}

// Every expected link was found, so equal counts mean that no other is stored.
function auditSums({ log, sums, links, findings }: Audit, head: number): void {
  const stored = log.linkCount();
  if (stored !== links) {
    const problem = `${stored} links are stored, ${links} follow from the data`;
    findings.push({ entry: head, problem });
  }
  const totals = log.totals();
  for (let series = 0; series < log.seriesCount(); series++) {
    if (totals.get(series) === sums.get(series)) continue;
    const problem = `the stored total of ${seriesKey(log.seriesAt(series))} is off`;
    findings.push({ entry: head, problem });
  }
}
