// What the verbs ask of a ledger, be it a folder or a server.

import type { Publication, PublicationQuery } from "../app/figures.ts";
import type {
  EntryQuery,
  FigureCell,
  FigurePage,
  ReportQuery,
  ReportResult,
} from "../app/ledger.ts";
import type { RecordRequest } from "../app/recorder.ts";
import type { StoredEvent } from "../domain/event.ts";
import type { FormatName } from "../export/formats.ts";
import type { HandOver, Summary } from "../export/interchange/export.ts";
import type { HandOverQuery } from "../export/interchange/hand-over.ts";
import type { Look } from "../export/sheet.ts";
import type { Day } from "../kernel/day.ts";

export type FundRef = { readonly id: string; readonly name: string; readonly currency: string };

/** An entry that was recorded now, or by an earlier request with the same key. */
export type Recorded = {
  readonly outcome: "recorded" | "already";
  readonly entry: number;
  readonly id: string;
  readonly type: string;
  readonly recordedAt: string;
};

/** What an entry adds to a figure, in the words of its column, and the entry itself. */
export type FigureLine = {
  readonly entry: number;
  readonly amount: string;
  readonly event: StoredEvent;
};

/** An export that is being written. */
export type HandedOver = {
  readonly demo: boolean;
  readonly asOf: { readonly entry: number };
  readonly chunks: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
  /** Figures of what was written, once the chunks have been read. */
  summary(): Summary;
};

/** The file that a report is wanted as. */
export type ReportFile = Look & { readonly format: FormatName; readonly bare: boolean };

export type Backend = {
  demo(): Promise<boolean>;
  /**
   * Records in the name of `actor`; a server takes the name from the token instead.
   * @throws Refusal, or a failure that says what to do.
   */
  record(request: Omit<RecordRequest, "actor">, actor: string): Promise<Recorded>;
  report(name: string, query: ReportQuery): Promise<ReportResult>;
  /** A report as a file, read as fast as it is written on. */
  reportFile(
    name: string,
    query: ReportQuery,
    file: ReportFile,
  ): Promise<AsyncIterable<Uint8Array>>;
  entries(query: EntryQuery): Promise<StoredEvent[]>;
  figureEntries(
    name: string,
    cell: FigureCell,
    query: ReportQuery,
    page: FigurePage,
  ): Promise<FigureLine[]>;
  /** Published figures, in the order of publication. */
  published(query: PublicationQuery): Promise<Publication[]>;
  /** @throws Refusal, or a failure that says what to do. */
  handOver(handOver: HandOver, query: HandOverQuery): Promise<HandedOver>;
  funds(): Promise<readonly FundRef[]>;
  /** The currency of the fact with this id, when the ledger can tell. */
  currencyOf(id: string): Promise<string | undefined>;
  /** Today in the ledger's zone, or in the one of a ledger that is to be opened. */
  today(opening?: string): Promise<Day>;
  close(): Promise<void>;
};
