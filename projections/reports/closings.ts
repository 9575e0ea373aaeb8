// 结账登记簿: every closing, and whether the trial balance that it fixed is still the one that the
// entries give. A closing that fell is held against the entries that it included.

import type { Closings } from "../../src/domain/books.ts";
import type { StoredEvent } from "../../src/domain/event.ts";
import type { Day } from "../../src/kernel/day.ts";
import { toHex, toUtf8 } from "../../src/proof/bytes.ts";
import { sha256 } from "../../src/proof/sha256.ts";
import { accountBalance } from "../account-balance.ts";
import { closedBalance } from "../closed-balance.ts";
import type { TallyView } from "../tally.ts";
import { defineReport, type ReportContext, type Row } from "./report.ts";
import { closingCheckWords, closingStateWords } from "./words.ts";

type Closed = {
  readonly host: string;
  readonly period: string;
  readonly closedOn: Day;
  readonly lastDay: Day;
  readonly trialBalance: string;
  readonly through: number;
};

export const closings = defineReport({
  name: "closings",
  title: { zh: "结账登记簿", en: "Closings" },
  tally: accountBalance.name,
  definition: {
    zh: "每次结账一行：由条目重算机构在期末日的科目余额表，与结账时固定的散列比较。仍有效的结账按报表所知的全部条目重算，已反结账者按当时所含条目重算。",
    en: "One row per closing: the host's trial balance at the last day is worked out again and held against the hash that the closing fixed; of one that stands with all entries the report knows, of one that was reopened with those it included.",
  },
  key: ["entry"],
  filters: ["host", "period", "state", "check"],
  columns: [
    { name: "host", title: { zh: "依托组织", en: "Host" }, kind: "text" },
    { name: "period", title: { zh: "期间", en: "Period" }, kind: "text" },
    { name: "lastDay", title: { zh: "期末日", en: "Last day" }, kind: "date" },
    { name: "entry", title: { zh: "条目", en: "Entry" }, kind: "text" },
    { name: "closedOn", title: { zh: "结账日期", en: "Closed on" }, kind: "date" },
    { name: "closedBy", title: { zh: "结账人", en: "Closed by" }, kind: "text" },
    { name: "through", title: { zh: "所含末条", en: "Through entry" }, kind: "text" },
    { name: "state", title: { zh: "状态", en: "State" }, kind: "text", words: closingStateWords },
    { name: "trialBalance", title: { zh: "固定的散列", en: "Hash fixed" }, kind: "text" },
    { name: "recomputed", title: { zh: "重算的散列", en: "Hash now" }, kind: "text" },
    { name: "check", title: { zh: "核对", en: "Check" }, kind: "text", words: closingCheckWords },
  ],
  rows: (context) => [...closingRows(context)],
  // A hash is no sum of entries.
  figure: () => undefined,
});

function* closingRows({ events, books, viewUpTo, day, filters }: ReportContext): Generator<Row> {
  const views = new Map<string, TallyView>();
  const viewAt = (lastDay: Day, entry: number | undefined): TallyView => {
    const key = `${lastDay} ${entry}`;
    const view = views.get(key) ?? viewUpTo(accountBalance.name, lastDay, entry);
    views.set(key, view);
    return view;
  };
  for (const event of events("PeriodClosed")) {
    // Data of this type, as its fact has checked it.
    const { host, period, closedOn, lastDay, trialBalance, through } = event.data as Closed;
    if (closedOn > day || (filters["host"] ?? host) !== host) continue;
    if ((filters["period"] ?? period) !== period) continue;
    const stands = isStanding(books.closings.get(host), event);
    const view = viewAt(lastDay, stands ? undefined : through);
    const recomputed = toHex(sha256(toUtf8(closedBalance(view, { host, day: lastDay }))));
    yield {
      host,
      period,
      lastDay,
      entry: String(event.entry),
      closedOn,
      closedBy: event.actor,
      through: String(through),
      state: stands ? "closed" : "reopened",
      trialBalance,
      recomputed,
      check: recomputed === trialBalance ? "matches" : "differs",
    };
  }
}

function isStanding(of: Closings | undefined, { id }: StoredEvent): boolean {
  return of?.closings.some((closing) => closing.id === id) ?? false;
}
