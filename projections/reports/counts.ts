// Counts: open funds by level, projects and how they ended.

import { LEVELS } from "../../src/domain/schema.ts";
import { counts as tally } from "../counts.ts";
import { defineReport } from "./report.ts";

const ROWS = [
  ...LEVELS.map((level) => ({
    count: `funds-open-${level}`,
    row: `funds|${level}`,
    column: "open",
  })),
  { count: "projects-registered", row: "projects", column: "registered" },
  { count: "projects-succeeded", row: "projects", column: "succeeded" },
  { count: "projects-ended", row: "projects", column: "ended" },
] as const;

export const counts = defineReport({
  name: "counts",
  title: tally.title,
  tally: tally.name,
  key: ["count"],
  filters: ["count"],
  columns: [
    { name: "count", title: { zh: "计数", en: "Count" }, kind: "text" },
    { name: "value", title: { zh: "数量", en: "Value" }, kind: "count" },
  ],
  rows({ view }) {
    const totals = view(tally.name);
    return ROWS.map(({ count, row, column }) => ({
      count,
      value: totals.get(row, column).toString(),
    }));
  },
  figure(row, column) {
    const cell = ROWS.find(({ count }) => count === row["count"]);
    if (column !== "value" || !cell) return undefined;
    return {
      tally: tally.name,
      weigh: (key, name) => (key === cell.row && name === cell.column ? 1 : 0),
    };
  },
});
