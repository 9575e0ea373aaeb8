// Finds the header row by its titles; whatever stands above it is no data.

import { foldedText } from "./cell-text.ts";
import { type Mapping, ROLES, type Role } from "./mapping.ts";
import type { RawRow } from "./read/table.ts";
import { refuseFile } from "./texts.ts";

/** Where each mapped column stands, counted from 0. */
export type Places = ReadonlyMap<Role, number>;

/** Takes rows until one of them is the header; `missing` names what the best row so far lacked. */
export type HeaderFinder = {
  readonly push: (row: RawRow) => Places | undefined;
  /** @throws Refusal HEADER_NOT_FOUND, as no more rows will come. */
  readonly give: () => never;
};

type Wanted = { readonly role: Role; readonly titles: ReadonlySet<string>; readonly first: string };

/** Makes a finder for one file. */
export function headerFinder(mapping: Mapping): HeaderFinder {
  const wanted = wantedColumns(mapping);
  const { within } = mapping.header;
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

function wantedColumns({ columns }: Mapping): Wanted[] {
  return ROLES.flatMap((role) => {
    const titles = columns[role];
    if (titles === undefined) return [];
    return [{ role, titles: new Set(titles.map(foldedText)), first: titles[0] ?? role }];
  });
}

function places(wanted: readonly Wanted[], titles: readonly string[]): Places {
  const found = new Map<Role, number>();
  for (const { role, titles: accepted, first } of wanted) {
    const fitting = titles.flatMap((title, column) => (accepted.has(title) ? [column] : []));
    if (fitting.length > 1) refuseFile("HEADER_AMBIGUOUS", { column: first });
    found.set(role, fitting[0] ?? -1);
  }
  return found;
}
