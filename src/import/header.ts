// Finds the header row by its titles; whatever stands above it is no data.

import { foldedText } from "./cell-text.ts";
import type { RawRow } from "./read/table.ts";
import { refuseFile } from "./texts.ts";

/** Where each mapped column stands, counted from 0. */
export type Places<R extends string> = ReadonlyMap<R, number>;

/** The part of a mapping that names columns by their titles. */
export type Titled<R extends string> = {
  readonly columns: { readonly [role in R]?: readonly string[] | undefined };
  readonly header: { readonly within: number };
};

/** Takes rows until one of them is the header; `missing` names what the best row so far lacked. */
export type HeaderFinder<R extends string> = {
  readonly push: (row: RawRow) => Places<R> | undefined;
  /** @throws Refusal HEADER_NOT_FOUND, as no more rows will come. */
  readonly give: () => never;
};

type Wanted<R> = {
  readonly role: R;
  readonly titles: ReadonlySet<string>;
  readonly first: string;
};

/** Makes a finder for one file; `roles` in the order in which missing ones are named. */
export function headerFinder<R extends string>(
  { columns, header: { within } }: Titled<R>,
  roles: readonly R[],
): HeaderFinder<R> {
  const wanted = wantedColumns(columns, roles);
  let missing = wanted.map(({ first }) => first);
  let seen = 0;
  const give = () => refuseFile("HEADER_NOT_FOUND", { within, missing: missing.join("、") });
  const push = (row: RawRow) => {
    const titles = row.cells.map(foldedText);
    const lacking = wanted.filter((column) => !titles.some((title) => column.titles.has(title)));
    if (lacking.length === 0) return places(wanted, titles);
    if (lacking.length < missing.length) missing = lacking.map(({ first }) => first);
    seen++;
    return seen >= within ? give() : undefined;
  };
  return { push, give };
}

function wantedColumns<R extends string>(
  columns: Titled<R>["columns"],
  roles: readonly R[],
): Wanted<R>[] {
  return roles.flatMap((role) => {
    const titles = columns[role];
    if (titles === undefined) return [];
    return [{ role, titles: new Set(titles.map(foldedText)), first: titles[0] ?? role }];
  });
}

function places<R extends string>(
  wanted: readonly Wanted<R>[],
  titles: readonly string[],
): Places<R> {
  const found = new Map<R, number>();
  for (const { role, titles: accepted, first } of wanted) {
    const fitting = titles.flatMap((title, column) => (accepted.has(title) ? [column] : []));
    if (fitting.length > 1) refuseFile("HEADER_AMBIGUOUS", { column: first });
    found.set(role, fitting[0] ?? -1);
  }
  return found;
}
