// What a run of entries shows by itself, in whatever thread: the bytes of each are hashed and decoded
// once, and its data, id, moves and leaf are compared with what is stored beside it. What only the
// order of the log can show is handed on.

import { isDeepStrictEqual } from "node:util";
import { LOOKUPS } from "../../../projections/index.ts";
import { decodeEvent, encodeEvent, type StoredEvent } from "../../domain/event.ts";
import type { AnyFact } from "../../domain/fact.ts";
import { factOfType } from "../../domain/facts.ts";
import type { Move, Series } from "../../domain/move.ts";
import { dayNumber } from "../../kernel/day.ts";
import { errorText } from "../../kernel/error-text.ts";
import { bothOf } from "../../kernel/in-both.ts";
import { createSums, splitAmount } from "../../kernel/sums.ts";
import type { Text } from "../../kernel/text.ts";
import { hashOfId } from "../../store/event-id.ts";
import { type AuditReader, MissingEntry } from "../../store/event-store.ts";
import { DamagedLines, type Lines } from "../../store/lines.ts";
import { compiledSchema } from "../compiled-schema.ts";
import { hashOfKey, type Keys } from "../projections/lookup-file.ts";
import { type KeptTiles, type LeafAudit, leavesOf } from "./audit-tree.ts";
import { ID_WORDS, writeId } from "./seen-ids.ts";

export type Finding = { readonly entry: number; readonly problem: Text };

/** What an entry that follows others on its stream says of its place there. */
export type StreamStep = Pick<StoredEvent, "entry" | "stream" | "revision" | "recordedAt">;
/** Entry `entries[i]` refers to what has id i of `targets`, as `writeId` wrote it. */
export type EntryLinks = { readonly entries: Uint32Array; readonly targets: Uint32Array };

/** What entries `from` … `to` show by themselves; every list is in the order of the log. */
export type EntriesAudit = {
  readonly from: number;
  readonly to: number;
  /** At most one an entry. */
  readonly findings: readonly Finding[];
  /** Whether an entry of them is missing; then the others are not judged. */
  readonly hole: boolean;
  /** The id of each entry as `writeId` wrote it; zeros for one that cannot be read. */
  readonly ids: Uint32Array;
  readonly steps: readonly StreamStep[];
  readonly links: EntryLinks;
  readonly leaves: LeafAudit;
  /** What each of `LOOKUPS` has to find. */
  readonly keys: readonly Keys[];
};

export type EntriesAuditor = {
  /** `from` is the first entry of a tile. */
  audit(from: number, to: number): EntriesAudit;
  /** What the stored lines of all audited entries add up to, as series and amount in turn. */
  sums(): Float64Array;
};

/** What is stored of a run of entries, and what was found so far. */
type Run = {
  readonly log: AuditReader;
  readonly from: number;
  /** The next line to compare. */
  line: number;
  readonly keyHashes: Float64Array;
  readonly ids: Uint32Array;
  readonly steps: StreamStep[];
  readonly links: { readonly entries: number[]; readonly targets: number[] };
  readonly keys: number[][];
};
type RunWithLines = Run & { readonly lines: Lines };

/** Audits entries of a log, comparing with the tiles that are kept of it. */
export function createEntriesAuditor(log: AuditReader, kept: KeptTiles): EntriesAuditor {
  const sums = createSums();

  function audit(from: number, to: number): EntriesAudit {
    const texts = textsOf(from, to);
    const run: Run = {
      log,
      from,
      line: 0,
      keyHashes: log.keyHashes(from, to),
      ids: new Uint32Array((to - from + 1) * ID_WORDS),
      steps: [],
      links: { entries: [], targets: [] },
      keys: LOOKUPS.map(() => []),
    };
    const { ids, steps, links, keys } = run;
    const findings = judge(run, texts, to);
    return {
      from,
      to,
      findings,
      hole: texts instanceof MissingEntry,
      ids,
      steps,
      links: {
        entries: Uint32Array.from(links.entries),
        targets: Uint32Array.from(links.targets),
      },
      leaves: leavesOf(kept, from, texts instanceof MissingEntry ? [] : texts),
      keys: keys.map((numbers) => Float64Array.from(numbers)),
    };
  }

  /** The entries of a run, or the hole in it. */
  function textsOf(from: number, to: number): readonly string[] | MissingEntry {
    try {
      return log.bytes(from, to);
    } catch (error) {
      if (error instanceof MissingEntry) return error;
      throw error;
    }
  }

  function judge(run: Run, texts: readonly string[] | MissingEntry, to: number): Finding[] {
    const { from } = run;
    if (texts instanceof MissingEntry) return [{ entry: texts.entry, problem: texts.text }];
    try {
      const lines = log.lines(from, to);
      for (let line = 0; line < lines.length; line++) {
        sums.add(lines.series[line] as number, lines.amount[line] as number);
      }
      return findingsIn({ ...run, lines }, texts);
    } catch (error) {
      if (!(error instanceof DamagedLines)) throw error;
      // The damage may lie outside of what was asked for.
      const entry = Math.min(Math.max(error.entry, from), to);
      return [{ entry, problem: error.text }];
    }
  }

  return { audit, sums: sums.pairs };
}

function findingsIn(run: RunWithLines, texts: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  for (const [index, text] of texts.entries()) {
    const entry = run.from + index;
    const problem = problemOrError(run, entry, text);
    if (problem !== undefined) findings.push({ entry, problem });
    // The lines of an entry that could not be judged are passed over.
    while ((run.lines.entry[run.line] as number) <= entry) run.line++;
  }
  return findings;
}

function problemOrError(run: RunWithLines, entry: number, text: string): Text | undefined {
  try {
    return problemOf(run, entry, text);
  } catch (error) {
    const { zh, en } = errorText(error);
    return { zh: `无法判读：${zh}`, en };
  }
}

function problemOf(run: RunWithLines, entry: number, text: string): Text | undefined {
  const event = decodeEvent(entry, text);
  const fact = factOfType(event.type);
  if (!fact) return { zh: `没有 ${event.type} 这种条目`, en: `unknown type ${event.type}` };
  const parsed = compiledSchema(fact.dataSchema).safeParse(event.data);
  if (!parsed.success) return dataProblem(parsed.error.issues[0]);
  if (!isCanonical(event, parsed.data, text)) return NOT_CANONICAL;
  const at = entry - run.from;
  writeId(event.id, run.ids, at * ID_WORDS);
  if (run.keyHashes[at] !== hashOfId(event.id)) {
    return { zh: `编号 ${event.id} 指向别处`, en: `id ${event.id} leads elsewhere` };
  }
  handOn(run, event, fact);
  if (!hasItsLines(run, event, fact)) return OTHER_MOVES;
  const { name, opens } = fact.stream(event.data, event.id);
  const { stream } = event;
  if (name !== stream) {
    return { zh: `流 ${stream} 应为 ${name}`, en: `stream ${stream} is not ${name}` };
  }
  if (!opens || event.revision === 0) return undefined;
  return { zh: `再次开启已开启的流 ${stream}`, en: `opens ${stream}, which is open` };
}

const NOT_CANONICAL: Text = { zh: "字节不是规范写法", en: "bytes are not in their canonical form" };
const OTHER_MOVES: Text = {
  zh: "所存变动与数据不符",
  en: "stored moves are not those of the data",
};

function dataProblem(issue: { readonly message: string } | undefined): Text {
  const message = issue?.message ?? "";
  const { zh, en } = bothOf(message) ?? { zh: message, en: message };
  return { zh: `数据不合规：${zh}`, en: `data: ${en}` };
}

// The keys of data may stand in another order than the schema's, so only what differs as text is
// compared by value.
function isCanonical(event: StoredEvent, data: object, text: string): boolean {
  const { revision, recordedAt } = event;
  if (encodeEvent({ ...event, data }, revision, recordedAt) === text) return true;
  return isDeepStrictEqual(data, event.data) && encodeEvent(event, revision, recordedAt) === text;
}

function handOn({ steps, links, keys }: Run, event: StoredEvent, fact: AnyFact): void {
  const { entry, stream, revision, recordedAt } = event;
  // A gift's stream is named after its id, which is looked for in the whole log: nothing can follow.
  if (fact.type !== "DonationReceived") steps.push({ entry, stream, revision, recordedAt });
  for (const target of fact.links(event.data)) {
    writeId(target, links.targets, links.targets.length);
    links.entries.push(entry);
  }
  for (const [number, lookup] of LOOKUPS.entries()) {
    const hashes = lookup
      .keys(event)
      .map(hashOfKey)
      .sort((a, b) => a - b);
    for (const hash of hashes) keys[number]?.push(hash, entry);
  }
}

function hasItsLines(run: RunWithLines, event: StoredEvent, fact: AnyFact): boolean {
  const { log, lines } = run;
  const day = dayNumber(fact.on(event.data));
  for (const move of fact.moves(event.data, event.id)) {
    for (const amount of splitAmount(move.amount)) {
      const at = run.line;
      if (lines.entry[at] !== event.entry) return false;
      if (lines.day[at] !== day || lines.amount[at] !== amount) return false;
      if (!isOfSeries(move, log.seriesAt(lines.series[at] as number))) return false;
      run.line++;
    }
  }
  return lines.entry[run.line] !== event.entry;
}

function isOfSeries(move: Move, series: Series): boolean {
  return (
    move.measure === series.measure &&
    move.fund === series.fund &&
    move.bucket === series.bucket &&
    move.community === series.community &&
    move.project === series.project
  );
}
