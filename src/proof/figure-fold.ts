// Figures worked out from the entries alone: the definitions are the ledger's own (what a fact
// moves, which cell a move adds to), the sums are made here. No store, no projection, no file.

import { FUND_COLUMNS } from "../../projections/fund-balance.ts";
import { TALLIES } from "../../projections/index.ts";
import { REPORTS } from "../../projections/reports/index.ts";
import type { Figure, Report } from "../../projections/reports/report.ts";
import type { Tally } from "../../projections/tally.ts";
import {
  applyPatch,
  type Books,
  emptyBooks,
  type FigureAsked,
  type FigureFound,
  type Fund,
} from "../domain/books.ts";
import type { StoredEvent } from "../domain/event.ts";
import { factOfType } from "../domain/facts.ts";
import { type Move, type Series, seriesKey } from "../domain/move.ts";
import { type Currency, formatAmount, groupThousands } from "../kernel/money.ts";
import type { Text } from "../kernel/text.ts";

/** One term of a figure: what the moves of a measure add to it. */
export type FigureTerm = {
  readonly measure: string;
  readonly title: Text;
  readonly sign: 1 | -1;
  readonly sum: bigint;
  readonly entries: number;
};

/** A figure as recomputed. */
export type FigureSum = {
  readonly definition: string;
  readonly definitionVersion: number;
  readonly value: string;
  readonly currency: Currency | undefined;
  readonly entries: number;
  readonly terms: readonly FigureTerm[];
};

/** A question with its end: no entry after `size` counts. */
export type FigureQuestion = FigureAsked & { readonly size: number };

export type FigureFold = {
  /** Adds an entry; they must come in order. @throws when the entry cannot be understood. */
  add(event: StoredEvent): void;
  /** What the question at this index amounts to; undefined when it names no figure. */
  sumOf(index: number): FigureSum | undefined;
};

type Term = { sign: 1 | -1; title: Text; sum: bigint; entries: number; lastEntry: number };

type Running = {
  readonly question: FigureQuestion;
  readonly report: Report;
  readonly column: string;
  readonly figure: Figure;
  readonly tally: Tally;
  readonly terms: Map<string, Term>;
  currency: Currency | undefined;
  entries: number;
  lastEntry: number;
};

type Target = { readonly running: Running; readonly weight: number; readonly title: Text };

/** Starts a fold that answers these questions. */
export function createFigureFold(questions: readonly FigureQuestion[]): FigureFold {
  const books = emptyBooks();
  const figures = questions.map((question) => start(question, books));
  const summed: Running[] = [];
  const single = new Map<number, Running[]>();
  for (const running of figures) {
    if (!running) continue;
    const { entry } = running.figure;
    const own = entry === undefined ? summed : (single.get(entry) ?? []);
    own.push(running);
    if (entry !== undefined) single.set(entry, own);
  }
  const targets = new Map<string, readonly Target[]>();

  function targetsOf(series: Series): readonly Target[] {
    const key = seriesKey(series);
    const known = targets.get(key);
    if (known) return known;
    const found = summed.flatMap((running) => targetOf(running, series, books));
    targets.set(key, found);
    return found;
  }

  /** Figures of many entries, and those of this entry alone. */
  function targetsAt(entry: number, series: Series): readonly Target[] {
    const own = single.get(entry);
    if (!own) return targetsOf(series);
    return [...targetsOf(series), ...own.flatMap((running) => targetOf(running, series, books))];
  }

  return {
    add({ entry, type, id, data }) {
      const fact = factOfType(type);
      if (!fact) throw new RangeError(`unknown type ${type}`);
      const patch = fact.evolve(data, id, books);
      applyPatch(books, patch);
      if (patch.fund) {
        for (const running of figures) learnCurrency(running, entry, patch.fund);
      }
      for (const move of fact.moves(data, id)) {
        for (const target of targetsAt(entry, move)) {
          const { running } = target;
          const { size, upTo } = running.question;
          if (entry > size || (upTo !== undefined && fact.on(data) > upTo)) continue;
          // A figure that names neither a fund nor a currency is in that of what it counts.
          running.currency ??= books.funds.get(move.fund ?? "")?.currency;
          addTo(target, entry, move);
        }
      }
    },
    sumOf(index) {
      const running = figures[index];
      return running && resultOf(running);
    },
  };
}

function start(question: FigureQuestion, books: Books): Running | undefined {
  const { figure: name, row } = question;
  const dot = name.indexOf(".");
  const column = name.slice(dot + 1);
  const report = REPORTS.find((candidate) => candidate.name === name.slice(0, dot));
  const named =
    report?.key.every((part) => part in row) && Object.keys(row).length === report.key.length;
  const figure = named ? report?.figure(row, column, books) : undefined;
  const tally = TALLIES.find((candidate) => candidate.name === figure?.tally);
  if (!report || !figure || !tally) return undefined;
  return {
    question,
    report,
    column,
    figure,
    tally,
    terms: new Map(),
    currency: row["currency"] as Currency | undefined,
    entries: 0,
    lastEntry: 0,
  };
}

/** A row without a currency of its own is a fund's. */
function learnCurrency(running: Running | undefined, entry: number, fund: Fund): void {
  if (!running || running.question.row["fund"] !== fund.id) return;
  if (entry <= running.question.size) running.currency ??= fund.currency;
}

function targetOf(running: Running, series: Series, books: Books): Target[] {
  const { figure, tally } = running;
  return tally.cells(series, books).flatMap(({ row, column, sign }) => {
    const weight = figure.weigh(row, column) * sign;
    return weight === 0 ? [] : [{ running, weight, title: titleOf(series, tally, column) }];
  });
}

function titleOf({ measure }: Series, tally: Tally, column: string): Text {
  const known = FUND_COLUMNS.find(({ name }) => name === measure);
  return (
    (known ?? tally.columns.find(({ name }) => name === column))?.title ?? {
      zh: measure,
      en: measure,
    }
  );
}

function addTo({ running, weight, title }: Target, entry: number, move: Move): void {
  const sign = weight > 0 ? 1 : -1;
  const key = `${move.measure}|${sign}`;
  const term = running.terms.get(key) ?? { sign, title, sum: 0n, entries: 0, lastEntry: 0 };
  running.terms.set(key, term);
  term.sum += move.amount;
  if (term.lastEntry !== entry) term.entries += 1;
  term.lastEntry = entry;
  if (running.lastEntry !== entry) running.entries += 1;
  running.lastEntry = entry;
}

function resultOf(running: Running): FigureSum {
  const { report, column, tally, currency, entries } = running;
  const isMoney = report.columns.find(({ name }) => name === column)?.kind === "money";
  let sum = 0n;
  const terms = [...running.terms].map(([key, term]): FigureTerm => {
    sum += BigInt(term.sign) * term.sum;
    const { title, sign, entries: count } = term;
    return { measure: key.split("|")[0] ?? "", title, sign, sum: term.sum, entries: count };
  });
  const isAmount = isMoney && currency !== undefined;
  return {
    definition: tally.name,
    definitionVersion: tally.version,
    value: isAmount ? formatAmount(sum, currency) : sum.toString(),
    currency: isAmount ? currency : undefined,
    entries,
    terms,
  };
}

/** The first way in which a published figure is not what the entries give; undefined if it is. */
export function differenceOf(published: FigureFound, sum: FigureSum | undefined): Text | undefined {
  if (!sum) return { zh: "没有这样的数字", en: "there is no such figure" };
  const { definition, definitionVersion } = published;
  if (definition !== sum.definition || definitionVersion !== sum.definitionVersion) {
    return {
      zh: `按 ${definition} 第 ${definitionVersion} 版公布，本程序只知第 ${sum.definitionVersion} 版`,
      en: `published under ${definition} version ${definitionVersion}; this program knows version ${sum.definitionVersion}`,
    };
  }
  if (published.value !== sum.value || published.currency !== sum.currency) {
    const [told, found] = [published, sum].map(
      ({ value, currency = "" }) => `${value} ${currency}`,
    );
    return {
      zh: `公布 ${told}，由分录重算为 ${found}`,
      en: `published ${told}, the entries give ${found}`,
    };
  }
  if (published.entries !== sum.entries) {
    return {
      zh: `公布依据 ${published.entries} 条，重算为 ${sum.entries} 条`,
      en: `published from ${published.entries} entries, ${sum.entries} were found`,
    };
  }
  return undefined;
}

/** The arithmetic of a figure: `Σ allocated 5.00 (3) − Σ released 1.00 (1) = 4.00`. */
export function arithmeticOf({ terms, value, currency, entries }: FigureSum): Text {
  const write = (language: keyof Text): string => {
    const parts = terms.map(({ sign, title, sum, entries: count }, index) => {
      const operator = sign < 0 ? "− " : index > 0 ? "+ " : "";
      const plain = currency === undefined ? sum.toString() : formatAmount(sum, currency);
      const amount = groupThousands(plain);
      return `${operator}Σ ${title[language]} ${amount} (${count})`;
    });
    const left = parts.length > 0 ? `${parts.join(" ")} = ` : "";
    const count = language === "zh" ? `${entries} 条分录` : `${entries} entries`;
    return `${left}${groupThousands(value)}${currency === undefined ? "" : ` ${currency}`}${language === "zh" ? "，" : ", "}${count}`;
  };
  return { zh: write("zh"), en: write("en") };
}
