// Counts: open funds by level, projects and how they ended.

import { LEVELS, type Level } from "../../src/domain/schema.ts";
import type { Text } from "../../src/kernel/text.ts";
import { counts as tally } from "../counts.ts";
import { defineReport } from "./report.ts";

const LEVEL_TITLES: Readonly<Record<Level, Text>> = {
  province: { zh: "在册基金 · 省级", en: "Open funds · province" },
  city: { zh: "在册基金 · 市级", en: "Open funds · city" },
  district: { zh: "在册基金 · 区县", en: "Open funds · district" },
  township: { zh: "在册基金 · 乡镇（街道）", en: "Open funds · township" },
  village: { zh: "在册基金 · 村（社区）", en: "Open funds · village" },
};

const PROJECT_TITLES = {
  registered: { zh: "登记项目", en: "Projects registered" },
  succeeded: { zh: "成功结项的项目", en: "Projects closed successfully" },
  ended: { zh: "终止的项目", en: "Projects ended" },
} as const;

const ROWS = [
  ...LEVELS.map((level) => ({
    count: `funds-open-${level}`,
    row: `funds|${level}`,
    column: "open",
    title: LEVEL_TITLES[level],
  })),
  ...Object.entries(PROJECT_TITLES).map(([column, title]) => ({
    count: `projects-${column}`,
    row: "projects",
    column,
    title,
  })),
];

/** What each count is called, for showing it apart from the report. */
export const COUNT_TITLES = new Map(ROWS.map(({ count, title }) => [count, title]));

export const counts = defineReport({
  name: "counts",
  title: tally.title,
  tally: tally.name,
  key: ["count"],
  filters: ["count"],
  columns: [
    {
      name: "count",
      title: { zh: "计数", en: "Count" },
      kind: "text",
      words: (code) => COUNT_TITLES.get(code),
    },
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
