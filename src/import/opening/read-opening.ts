// Reads a trial balance into opening balances: every row becomes a line, a summary of others, or an
// exception with its reason; nothing is rounded, guessed or silently left out.

import type { Books, Fund } from "../../domain/books.ts";
import { bucket as bucketSchema } from "../../domain/schema.ts";
import { fill, type Text } from "../../kernel/text.ts";
import { amountReader } from "../cell-amount.ts";
import { foldedText, plainText } from "../cell-text.ts";
import { headerFinder, type Places } from "../header.ts";
import { readLimits } from "../read/limits.ts";
import { openTable } from "../read/open-table.ts";
import type { Cell, RawRow } from "../read/table.ts";
import { OPENING_ROLES, type OpeningMapping, type OpeningRole } from "./opening-mapping.ts";

/** A balance of the file; in minor units, a credit is negative. */
export type OpeningLine = {
  readonly row: number;
  readonly from: string;
  readonly account: string;
  readonly fund: string | null;
  readonly bucket: string;
  readonly amount: bigint;
};

export type OpeningProblem = keyof typeof PROBLEMS;
export type OpeningException = {
  readonly row: number;
  readonly code: OpeningProblem | string;
  readonly reason: Text;
};

export type ReadOpening = {
  readonly sha256: string;
  readonly rows: number;
  /** Rows that add up others: accounts with sub-accounts, totals. */
  readonly summaries: number;
  readonly lines: readonly OpeningLine[];
  readonly exceptions: readonly OpeningException[];
};

const PROBLEMS = {
  AMOUNT_UNREADABLE: {
    zh: "{column}不是精确到分的金额：{text}",
    en: "{column} is no exact amount: {text}",
  },
  BOTH_SIDES: {
    zh: "科目 {account} 同时有借方和贷方余额",
    en: "Account {account} has both a debit and a credit balance",
  },
  ACCOUNT_MISSING: { zh: "没有科目编码", en: "There is no account code" },
  ACCOUNT_UNMAPPED: {
    zh: "映射没有说明科目 {account} 转入何处；请在 accounts 中写明",
    en: "The mapping does not say where account {account} goes; name it in accounts",
  },
  FUND_UNKNOWN: {
    zh: "没有基金“{fund}”，或同名不止一只；请写编号",
    en: "No fund “{fund}”, or more than one; give its id",
  },
  BUCKET_UNKNOWN: {
    zh: "不认识限定“{bucket}”；请在 buckets 中写明",
    en: "Restriction “{bucket}” is not known; explain it in buckets",
  },
  SUMMARY_DIFFERS: {
    zh: "科目 {account} 与其明细科目之和不符",
    en: "Account {account} is not the sum of its sub-accounts",
  },
  ROW_UNREADABLE: { zh: "读不出这一行：{detail}", en: "The row cannot be read: {detail}" },
} as const satisfies Record<string, Text>;

/** A reason with what it is about. */
export function openingException(
  row: number,
  code: OpeningProblem,
  params: Readonly<Record<string, string>> = {},
): OpeningException {
  const { zh, en } = PROBLEMS[code];
  const shown = Object.fromEntries(
    Object.entries(params).map(([name, text]) => [name, shortened(text)]),
  );
  return { row, code, reason: { zh: fill(zh, shown), en: fill(en, shown) } };
}

/** A trial balance is held whole until it is judged, so it is smaller than a statement may be. */
const LIMITS = readLimits.parse({ rows: 20_000, fileBytes: 64 * 1024 * 1024 });
const SHOWN_CHARS_MAX = 60;

function shortened(text: string): string {
  return text.length <= SHOWN_CHARS_MAX ? text : `${text.slice(0, SHOWN_CHARS_MAX)}…`;
}

const NEEDED_ROLES: readonly OpeningRole[] = ["account", "debit", "credit"];

type Balance = {
  readonly row: number;
  readonly account: string;
  readonly cells: ReadonlyMap<OpeningRole, string>;
  readonly amount: bigint;
};

/** Reads the file in a thread that can be killed. @throws Refusal when it cannot be read at all. */
export async function readOpening(
  path: string,
  mapping: OpeningMapping,
  books: Books,
  signal?: AbortSignal,
): Promise<ReadOpening> {
  const table = await openTable({ path, limits: LIMITS, mapping }, signal);
  try {
    const finder = headerFinder<OpeningRole>(mapping, NEEDED_ROLES);
    const exceptions: OpeningException[] = [];
    const balances: Balance[] = [];
    let places: Places<OpeningRole> | undefined;
    let rows = 0;
    let totals = 0;
    for await (const batch of table.batches) {
      for (const row of batch) {
        if (places === undefined) {
          const needed = finder.push(row);
          places = needed && new Map([...needed, ...optionalPlaces(row, mapping)]);
          continue;
        }
        if (row.cells.every((cell) => plainText(cell) === "") && !row.fault) continue;
        rows += 1;
        const read = readRow(row, places, mapping);
        if (read === "total") totals += 1;
        else if ("code" in read) exceptions.push(read);
        else balances.push(read);
      }
    }
    if (places === undefined) return finder.give();
    const { leaves, summaries, differing } = withoutSummaries(balances);
    const found = leaves
      .filter(({ amount }) => amount !== 0n)
      .map((balance) => lineOf(balance, mapping, books));
    return {
      sha256: table.info.sha256,
      rows,
      summaries: summaries + totals,
      lines: found.filter((line): line is OpeningLine => !("code" in line)),
      exceptions: [
        ...exceptions,
        ...differing,
        ...found.filter((line): line is OpeningException => "code" in line),
      ].sort((a, b) => a.row - b.row),
    };
  } finally {
    await table.close();
  }
}

/** Columns that a trial balance may do without. */
function optionalPlaces(header: RawRow, { columns }: OpeningMapping): [OpeningRole, number][] {
  const titles = header.cells.map(foldedText);
  return OPENING_ROLES.filter((role) => !NEEDED_ROLES.includes(role)).flatMap((role) => {
    const accepted = (columns[role] ?? []).map(foldedText);
    const place = titles.findIndex((title) => accepted.includes(title));
    return place < 0 ? [] : [[role, place]];
  });
}

function readRow(
  row: RawRow,
  places: Places<OpeningRole>,
  mapping: OpeningMapping,
): Balance | OpeningException | "total" {
  if (row.fault) return openingException(row.row, "ROW_UNREADABLE", { detail: row.fault });
  const cell = (role: OpeningRole): Cell | undefined => row.cells[places.get(role) ?? -1];
  const cells = new Map(OPENING_ROLES.map((role) => [role, plainText(cell(role))] as const));
  const account = cells.get("account") ?? "";
  const isTotal = [account, cells.get("name") ?? ""].some((text) => mapping.totals.includes(text));
  if (isTotal) return "total";
  if (account === "") return openingException(row.row, "ACCOUNT_MISSING");
  const readAmount = amountReader(mapping.numbers);
  const sides = { debit: 0n, credit: 0n };
  for (const side of ["debit", "credit"] as const) {
    const amount = readAmount(cell(side), mapping.currency);
    if (typeof amount === "string") {
      const column = mapping.columns[side][0] ?? side;
      const text = cells.get(side) ?? "";
      return openingException(row.row, "AMOUNT_UNREADABLE", { column, text });
    }
    sides[side] = amount ?? 0n;
  }
  if (sides.debit !== 0n && sides.credit !== 0n) {
    return openingException(row.row, "BOTH_SIDES", { account });
  }
  return { row: row.row, account, cells, amount: sides.debit - sides.credit };
}

/** An account whose code begins the codes of others adds them up; it is checked and left out. */
function withoutSummaries(balances: readonly Balance[]) {
  const sums = new Map<string, bigint>();
  for (const { account, amount } of balances) {
    sums.set(account, (sums.get(account) ?? 0n) + amount);
  }
  // In this order the codes that a code begins come right behind it, up to the end told here.
  const codes = [...sums.keys()].sort();
  const ends = endsOfBeginnings(codes);
  const isSummary = (at: number): boolean => (ends[at] ?? 0) > at + 1;
  const leavesBefore = [0n];
  for (const [at, code] of codes.entries()) {
    const own = isSummary(at) ? 0n : (sums.get(code) ?? 0n);
    leavesBefore.push((leavesBefore[at] ?? 0n) + own);
  }
  const places = new Map(codes.map((code, at) => [code, at]));
  const leaves: Balance[] = [];
  const differing: OpeningException[] = [];
  for (const balance of balances) {
    const { account, row, amount } = balance;
    const at = places.get(account) ?? 0;
    if (!isSummary(at)) {
      leaves.push(balance);
      continue;
    }
    const below = (leavesBefore[ends[at] ?? 0] ?? 0n) - (leavesBefore[at] ?? 0n);
    if (below !== amount) differing.push(openingException(row, "SUMMARY_DIFFERS", { account }));
  }
  return { leaves, summaries: balances.length - leaves.length, differing };
}

/** For each of the sorted codes, the place of the first behind it that does not begin with it. */
function endsOfBeginnings(codes: readonly string[]): number[] {
  const ends: number[] = [];
  const open: number[] = [];
  for (let at = 0; at <= codes.length; at++) {
    for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
      if (codes[at]?.startsWith(codes[last] ?? "")) break;
      ends[last] = at;
      open.pop();
    }
    open.push(at);
  }
  return ends;
}

function lineOf(
  { row, account, cells, amount }: Balance,
  mapping: OpeningMapping,
  books: Books,
): OpeningLine | OpeningException {
  const mapped = mapping.accounts[account] ?? (mapping.sameCodes ? { account } : undefined);
  if (!mapped) return openingException(row, "ACCOUNT_UNMAPPED", { account });
  const fundText = cells.get("fund") || ("fund" in mapped ? mapped.fund : undefined);
  const fund = fundText === undefined ? null : fundNamed(books, fundText);
  if (fund === undefined) return openingException(row, "FUND_UNKNOWN", { fund: fundText ?? "" });
  const word = cells.get("bucket") || ("bucket" in mapped ? mapped.bucket : undefined) || "none";
  const bucket = bucketSchema.safeParse(mapping.buckets[word] ?? word);
  if (!bucket.success) return openingException(row, "BUCKET_UNKNOWN", { bucket: word });
  const fundId = fund?.id ?? null;
  return { row, from: account, account: mapped.account, fund: fundId, bucket: bucket.data, amount };
}

function fundNamed({ funds }: Books, text: string): Fund | undefined {
  const byId = funds.get(text);
  if (byId) return byId;
  const named = [...funds.values()].filter(({ name }) => name === text);
  return named.length === 1 ? named[0] : undefined;
}
