// Counts are figures too: open funds by level, projects and how they ended.

import { type Cell, defineTally } from "./tally.ts";

const PROJECTS: Record<string, string> = {
  "projects-registered": "registered",
  "projects-succeeded": "succeeded",
  "projects-ended": "ended",
};

/** Rows: `funds|<level>` with column `open`, and `projects` with its own columns. */
export const counts = defineTally({
  name: "counts",
  version: 1,
  title: { zh: "计数", en: "Counts" },
  definition: {
    zh: "在册基金：已设立、未暂停、未终止者，按层级；项目：登记数、成功结项数、终止数。",
    en: "Open funds: opened, not suspended, not closed, by level. Projects: registered, closed as succeeded, ended.",
  },
  columns: [
    { name: "open", title: { zh: "在册基金", en: "Open funds" } },
    { name: "registered", title: { zh: "登记项目", en: "Projects registered" } },
    { name: "succeeded", title: { zh: "成功项目", en: "Projects succeeded" } },
    { name: "ended", title: { zh: "终止项目", en: "Projects ended" } },
  ],
  cells({ measure, fund }, books): Cell[] {
    if (measure === "funds-open") {
      const level = fund === null ? undefined : books.funds.get(fund)?.level;
      if (!level) throw new Error(`a count of an unknown fund, ${fund}`);
      return [{ row: `funds|${level}`, column: "open", sign: 1 }];
    }
    const column = PROJECTS[measure];
    return column ? [{ row: "projects", column, sign: 1 }] : [];
  },
});
