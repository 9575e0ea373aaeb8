// Published figures as a table.

import type { Publication } from "../app/figures.ts";
import { type TableColumn, tableLines } from "./table-lines.ts";
import type { Say } from "./texts.ts";

const COLUMNS = [
  { title: { zh: "条目", en: "Entry" }, kind: "text" },
  { title: { zh: "数字", en: "Figure" }, kind: "text" },
  { title: { zh: "行", en: "Row" }, kind: "text" },
  { title: { zh: "截至", en: "As of" }, kind: "text" },
  { title: { zh: "结果", en: "Value" }, kind: "money" },
  { title: { zh: "币种", en: "Currency" }, kind: "text" },
  { title: { zh: "依据条数", en: "Entries" }, kind: "count" },
] as const;

/** Figures published, each with the size of the log it was worked out at. */
export function publicationLines(data: readonly Publication[], say: Say): Iterable<string> {
  const columns = COLUMNS.map(({ title, kind }): TableColumn => ({ title: say(title), kind }));
  return tableLines(
    columns,
    data.map((each) => [
      `#${each.entry}`,
      each.figure,
      Object.entries(each.row)
        .map(([name, value]) => `${name}=${value}`)
        .join(" "),
      [`#${each.size}`, each.upTo].filter((part) => part !== undefined).join(" · "),
      each.value,
      each.currency ?? null,
      String(each.entries),
    ]),
  );
}
