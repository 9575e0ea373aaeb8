// The verbs of published figures: publish one, list them. The value is never typed in.

import { v7 as uuidV7 } from "uuid";
import { isPublishable, type Publication } from "../app/figures.ts";
import { reportOf } from "../app/ledger.ts";
import { figurePublished } from "../domain/books/publish-figure.ts";
import { publicationLines } from "../export/publications.ts";
import { isDay } from "../kernel/day.ts";
import type { Backend } from "./backend.ts";
import { dayLeftOut } from "./day-left-out.ts";
import { EXIT, failure } from "./failure.ts";
import { withBackend } from "./open-backend.ts";
import { type PointFlags, pairsOf, pointOf, wholeOf } from "./read-verbs.ts";
import type { Session } from "./session.ts";

export type PublishFlags = PointFlags & {
  readonly row?: readonly string[];
  readonly publishedOn?: string;
  readonly key?: string;
  readonly reason?: string;
};

/** Publishes a figure as of a point; what it comes to is for the ledger to say. */
export async function publishVerb(
  session: Session,
  figure: string,
  flags: PublishFlags,
): Promise<void> {
  const report = reportOf(figure.split(".")[0] ?? "");
  const row = pairsOf("--row", flags.row ?? [], report.key);
  // What cannot be published at all is refused with its reason, whatever the row.
  if (isPublishable(report) && report.key.some((name) => !(name in row))) {
    const rows = report.key.map((part) => `--row ${part}=…`).join(" ");
    const keys = report.key.join(", ");
    throw failure(EXIT.usage, {
      zh: `缺少 --row：${report.name} 的一行由 ${keys} 认定，请写 \`almoner publish ${figure} ${rows}\``,
      en: `--row is missing: a row of ${report.name} is named by ${keys}; write \`almoner publish ${figure} ${rows}\``,
    });
  }
  const key = flags.key ?? uuidV7();
  await withBackend(session, { mode: "write" }, async (backend) => {
    const leftOut = { key: flags.key, field: "publishedOn" };
    const publishedOn = flags.publishedOn ?? (await dayLeftOut(backend, leftOut));
    const input = { figure, row, ...(await asked(backend, report.name, flags)), publishedOn };
    const { reason } = flags;
    const request = { command: figurePublished.command, key, input };
    const told = reason === undefined ? request : { ...request, reason };
    const recorded = await backend.record(told, session.actor);
    const [publication] = await backend.published({ after: recorded.entry - 1, limit: 1 });
    const demo = await backend.demo();
    session.answer({ ...recorded, key, demo, ...publication });
    session.label(demo);
    if (publication) showPublications(session, [publication]);
    session.line(`key ${key}`);
  });
}

/** The point of the flags as the fact has it: the last entry, the last business date. */
async function asked(backend: Backend, report: string, flags: PointFlags) {
  const { asOf, basis } = pointOf(flags);
  if (asOf === undefined) return {};
  if (isDay(asOf) && basis !== "recorded") return { upTo: asOf };
  if (/^[0-9]+$/.test(asOf)) return { asOf: wholeOf("--as-of", asOf) };
  const result = await backend.report(report, { asOf, basis });
  return { asOf: result.asOf.entry };
}

export type FiguresFlags = {
  readonly after: string;
  readonly limit: string;
  readonly figure?: string;
};

/** Lists published figures in the order of publication. */
export async function figuresVerb(session: Session, flags: FiguresFlags): Promise<void> {
  const query = {
    after: wholeOf("--after", flags.after),
    limit: wholeOf("--limit", flags.limit),
    figure: flags.figure,
  };
  await withBackend(session, { mode: "read" }, async (backend) => {
    const demo = await backend.demo();
    const data = await backend.published(query);
    const nextAfter = data.length < query.limit ? null : (data.at(-1)?.entry ?? null);
    session.answer({ demo, data, nextAfter });
    session.label(demo);
    if (data.length === 0) session.line(session.say({ zh: "尚未公布", en: "not yet published" }));
    else showPublications(session, data);
    if (nextAfter !== null) {
      session.line(`${session.say({ zh: "续：", en: "more: " })}--after ${nextAfter}`);
    }
  });
}

function showPublications(session: Session, data: readonly Publication[]): void {
  for (const line of publicationLines(data, session.say)) session.line(line);
}
