// The verb that lists entries of the log, and those that a figure is made of.

import { findRow } from "../../projections/reports/report.ts";
import { type Publication, publicationOfCell } from "../app/figures.ts";
import { type ReportQuery, reportOf } from "../app/ledger.ts";
import type { Basis } from "../app/point.ts";
import type { StoredEvent } from "../domain/event.ts";
import { factOfType } from "../domain/facts.ts";
import { publicationLines } from "../export/publications.ts";
import type { Backend, FigureLine } from "./backend.ts";
import { EXIT, failure } from "./failure.ts";
import { withBackend } from "./open-backend.ts";
import type { Session } from "./session.ts";

export type PointFlags = {
  readonly asOf?: string;
  readonly basis?: string;
  readonly knownAt?: string;
};
export type EntriesFlags = PointFlags & {
  readonly after: string;
  readonly limit: string;
  readonly type?: string;
  readonly id?: string;
  readonly reference?: string;
  readonly figure?: string;
  readonly row?: readonly string[];
};

const LIMIT_MAX = 1_000;

/** Lists entries of the log, or those that add up to a figure. */
export async function entriesVerb(session: Session, flags: EntriesFlags): Promise<void> {
  const page = { after: wholeOf("--after", flags.after), limit: wholeOf("--limit", flags.limit) };
  if (page.limit < 1 || page.limit > LIMIT_MAX) {
    throw failure(EXIT.usage, {
      zh: `--limit 是 1 到 ${LIMIT_MAX}；用 --after 续读`,
      en: `--limit is 1 to ${LIMIT_MAX}; go on with --after`,
    });
  }
  await withBackend(session, { mode: "read" }, async (backend) => {
    const demo = await backend.demo();
    const { figure } = flags;
    const { type, id, reference } = flags;
    const { listed, ...told }: Listing =
      figure === undefined
        ? { listed: await backend.entries({ ...page, type, id, reference }) }
        : await figureLines(backend, figure, flags, page);
    const nextAfter = listed.length < page.limit ? null : (listed.at(-1)?.entry ?? null);
    session.answer({ demo, ...told, data: listed, nextAfter });
    session.label(demo);
    showEntries(session, listed);
    if (told.published !== undefined) showPublication(session, told.published);
    if (nextAfter !== null) {
      session.line(`${session.say({ zh: "续：", en: "more: " })}--after ${nextAfter}`);
    }
  });
}

type Listed = StoredEvent | FigureLine;
type Listing = {
  readonly listed: readonly Listed[];
  /** Of a figure: as what it was published, if it was. */
  readonly published?: Publication | null;
};

function showPublication(session: Session, published: Publication | null): void {
  if (published) for (const line of publicationLines([published], session.say)) session.line(line);
  else session.line(session.say({ zh: "此数字尚未公布", en: "This figure is not yet published" }));
}

function showEntries(session: Session, listed: readonly Listed[]): void {
  session.table(
    [
      { title: session.say({ zh: "条目", en: "Entry" }), kind: "text" },
      { title: session.say({ zh: "记录时间", en: "Recorded" }), kind: "text" },
      { title: session.say({ zh: "事项", en: "Fact" }), kind: "text" },
      { title: session.say({ zh: "金额", en: "Amount" }), kind: "money" },
      { title: "id", kind: "text" },
    ],
    listed.map((item) => {
      const event = "event" in item ? item.event : item;
      const { amount } = "event" in item ? item : (item.data as { amount?: string });
      const title = factOfType(event.type)?.title;
      const fact = title ? session.say(title) : event.type;
      return [String(event.entry), event.recordedAt, fact, amount ?? null, event.id];
    }),
  );
}

async function figureLines(
  backend: Backend,
  figure: string,
  flags: EntriesFlags,
  page: { after: number; limit: number },
): Promise<Listing> {
  const [name = "", column = ""] = figure.split(".");
  const report = reportOf(name);
  const key = pairsOf("--row", flags.row ?? [], report.key);
  const missing = report.key.filter((part) => !(part in key));
  if (column === "" || missing.length > 0) {
    const rows = report.key.map((part) => `--row ${part}=…`).join(" ");
    throw failure(EXIT.usage, {
      zh: `数字要写成 --figure ${report.name}.列名 ${rows}`,
      en: `a figure is named by --figure ${report.name}.COLUMN ${rows}`,
    });
  }
  const query = pointOf(flags);
  const { rows, published } = await backend.report(name, query);
  const row = findRow(rows, (each) => report.key.every((part) => each[part] === key[part]));
  if (!row)
    throw failure(EXIT.usage, {
      zh: `${name} 没有这一行 ${JSON.stringify(key)}`,
      en: `${name} has no row ${JSON.stringify(key)}`,
    });
  const listed = await backend.figureEntries(name, { row, column }, query, page);
  return { listed, published: publicationOfCell(report, published, { row, column }) ?? null };
}

/** The point in history that flags name. */
export function pointOf({ asOf, basis, knownAt }: PointFlags): ReportQuery {
  if (basis !== undefined && basis !== "recorded" && basis !== "effective") {
    throw failure(EXIT.usage, {
      zh: `--basis 是 recorded 或 effective，不是 ${basis}`,
      en: `--basis is recorded or effective, not ${basis}`,
    });
  }
  return { asOf, basis: basis as Basis | undefined, knownAt };
}

/** `NAME=VALUE` flags by name. @throws a usage failure for a name that is not among `names`. */
export function pairsOf(
  flag: string,
  texts: readonly string[],
  names: readonly string[],
): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf("=");
    const name = text.slice(0, Math.max(at, 0));
    if (!names.includes(name)) {
      throw failure(EXIT.usage, {
        zh: `${flag} 要写成 名=值，名是 ${names.join("、")} 之一`,
        en: `${flag} takes NAME=VALUE with one of ${names.join(", ")}`,
      });
    }
    pairs[name] = text.slice(at + 1);
  }
  return pairs;
}

/** A whole number of a flag. */
export function wholeOf(flag: string, text: string): number {
  if (!/^[0-9]{1,15}$/.test(text))
    throw failure(EXIT.usage, { zh: `${flag} 是整数`, en: `${flag} is a whole number` });
  return Number(text);
}
