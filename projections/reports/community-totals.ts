// Community totals, each community with everything below it on the division tree.

import type { Books } from "../../src/domain/books.ts";
import { createSums, type Sums } from "../../src/kernel/sums.ts";
import { communityTotals as tally, UNASSIGNED } from "../community-totals.ts";
import type { TallyView } from "../tally.ts";
import { defineReport, money, type ReportColumn, type Row, zeroRows } from "./report.ts";
import { levelWords } from "./words.ts";

const CURRENCY_END = 4;

const COLUMNS: ReportColumn[] = [
  { name: "community", title: { zh: "区划代码", en: "Community" }, kind: "text" },
  { name: "name", title: { zh: "名称", en: "Name" }, kind: "text" },
  { name: "level", title: { zh: "层级", en: "Level" }, kind: "text", words: levelWords },
  { name: "parent", title: { zh: "上级", en: "Parent" }, kind: "text" },
  { name: "currency", title: { zh: "币种", en: "Currency" }, kind: "text" },
  ...tally.columns.map(({ name, title }) => ({ name, title, kind: "money" as const })),
];

const COLUMN_NAMES = tally.columns.map(({ name }) => name);

const zeroRow = zeroRows(COLUMNS);

export const communityTotals = defineReport({
  name: "community-totals",
  title: tally.title,
  tally: tally.name,
  key: ["community", "currency"],
  filters: ["community", "level", "parent", "currency"],
  columns: COLUMNS,
  adds: ({ community, level, parent }) => (community ?? level ?? parent) !== undefined,
  rows({ books, view }) {
    const totals = view(tally.name);
    const tree = treeOf(totals, books);
    const sums = createSums(tree.keys.length * COLUMN_NAMES.length);
    let own: readonly number[] = [];
    const see = (column: number, part: number): void => {
      for (const first of own) sums.add(first + column, part);
    };
    for (let row = 0; row < totals.rows.length; row++) {
      own = tree.targets[row] as readonly number[];
      totals.eachPart(row, see);
    }
    return rowsOf(tree.inOrder, sums, books);
  },
  figure(row, column, books) {
    if (!tally.columns.some(({ name }) => name === column)) return undefined;
    return {
      tally: tally.name,
      weigh(key, name) {
        if (name !== column || key.slice(0, CURRENCY_END - 1) !== row["currency"]) return 0;
        return withAncestors(key.slice(CURRENCY_END), books).includes(row["community"] ?? "")
          ? 1
          : 0;
      },
    };
  },
});

/** A community and everything above it; the tree is a few levels deep. */
function withAncestors(code: string, books: Books): string[] {
  if (code === UNASSIGNED) return [UNASSIGNED];
  const codes: string[] = [];
  for (let at: string | null = code; at !== null; at = books.communities.get(at)?.parent ?? null) {
    codes.push(at);
  }
  return codes;
}

/** The report's keys under some registers, as far as the tally's rows were read. */
type Tree = {
  /** `<community>|<currency>`; the sums of key i stand from `i * COLUMN_NAMES.length` on. */
  readonly keys: string[];
  readonly numbers: Map<string, number>;
  /** Where the sums of each row of the tally add to: its community and all above it. */
  readonly targets: number[][];
  /** The keys by their text. */
  inOrder: readonly (readonly [key: string, first: number])[];
};

// Rows are only ever added to those of a tally, and books that a report gets are never changed.
const trees = new WeakMap<Books, WeakMap<readonly string[], Tree>>();

function treeOf({ rows }: TallyView, books: Books): Tree {
  const own = trees.get(books) ?? new WeakMap<readonly string[], Tree>();
  trees.set(books, own);
  const tree: Tree = own.get(rows) ?? { keys: [], numbers: new Map(), targets: [], inOrder: [] };
  own.set(rows, tree);
  if (tree.targets.length === rows.length) return tree;
  for (const key of rows.slice(tree.targets.length)) {
    const currency = key.slice(0, CURRENCY_END - 1);
    const codes = withAncestors(key.slice(CURRENCY_END), books);
    tree.targets.push(codes.map((code) => firstOf(tree, `${code}|${currency}`)));
  }
  const all = tree.keys.map((key, number) => [key, number * COLUMN_NAMES.length] as const);
  tree.inOrder = all.sort(([a], [b]) => (a < b ? -1 : 1));
  return tree;
}

function firstOf({ keys, numbers }: Tree, key: string): number {
  const number = numbers.get(key) ?? keys.push(key) - 1;
  numbers.set(key, number);
  return number * COLUMN_NAMES.length;
}

function* rowsOf(inOrder: Tree["inOrder"], sums: Sums, books: Books): Iterable<Row> {
  for (const [key, first] of inOrder) yield rowOf(key, first, { sums, books });
}

type RowParts = { readonly sums: Sums; readonly books: Books };

function rowOf(at: string, first: number, { sums, books }: RowParts): Row {
  const [code = "", currency = ""] = at.split("|");
  const community = books.communities.get(code);
  const row: Record<string, string | null> = {
    ...zeroRow(currency),
    community: code,
    name: community?.name ?? null,
    level: community?.level ?? null,
    parent: community?.parent ?? null,
    currency,
  };
  for (const [column, name] of COLUMN_NAMES.entries()) {
    const sum = sums.exact(first + column);
    if (sum !== 0) row[name] = money(sum, currency);
  }
  return row;
}
