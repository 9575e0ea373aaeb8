// Hands over: takes the snapshot that a caller means and starts writing it. Both faces call this.

import type { Ledger, ReportQuery } from "../../app/ledger.ts";
import { stampOf } from "../../app/log/stamp.ts";
import type { Language } from "../../kernel/text.ts";
import { aboutLines } from "./about.ts";
import { type ExportFormat, type HandOver, type Params, someHost, type Written } from "./export.ts";
import { pinned, type Snapshot, takeSnapshot } from "./snapshot.ts";

export type HandOverQuery = Pick<ReportQuery, "asOf" | "basis"> & {
  readonly format?: string | undefined;
  readonly language: Language;
  readonly params: Params;
};

export type HandedOver = Written & {
  readonly format: ExportFormat;
  readonly asOf: Snapshot["asOf"];
  readonly demo: boolean;
  readonly fileName: string;
};

/**
 * Starts an export; the chunks are made as they are read.
 * @throws Refusal when there is nothing to write or something is missing.
 */
export function startHandOver(
  ledger: Pick<Ledger, "store" | "pointOf" | "log">,
  handOver: HandOver,
  { asOf, basis, format: wanted, language, params }: HandOverQuery,
): HandedOver {
  const { name, formats } = handOver;
  const format = formats.find((each) => each.name === wanted) ?? formats[0];
  const latest = takeSnapshot(ledger.store, ledger.pointOf({ asOf, basis }));
  const snapshot = pinned(latest, someHost(latest, params.host));
  const { root } = stampOf(ledger.log, snapshot.point.entry);
  const about = aboutLines(handOver, snapshot, { language, root });
  const written = handOver.write({ snapshot, params, format: format.name, language, about });
  const demo = snapshot.books.ledger.get("ledger")?.demo ?? false;
  const { entry, businessDate } = snapshot.asOf;
  const asked = handOver.params.map((param) => params[param] ?? null);
  const parts = [demo ? "demo" : null, name, ...asked, entry, businessDate];
  const fileName = `${parts.filter((part) => part !== null).join("-")}.${format.name}`;
  return { ...written, format, asOf: snapshot.asOf, demo, fileName };
}
