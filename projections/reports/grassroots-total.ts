// The grassroots total (下沉基层), one row per currency and definition.

import { GRASSROOTS_DEFINITIONS, grassrootsTotal as tally } from "../grassroots-total.ts";
import { defineReport, money } from "./report.ts";

export const grassrootsTotal = defineReport({
  name: "grassroots-total",
  title: tally.title,
  tally: tally.name,
  key: ["definition", "currency"],
  filters: ["definition", "currency"],
  columns: [
    {
      name: "definition",
      title: { zh: "口径", en: "Definition" },
      kind: "text",
      words: (code) => tally.columns.find(({ name }) => name === code)?.title,
    },
    { name: "currency", title: { zh: "币种", en: "Currency" }, kind: "text" },
    { name: "value", title: { zh: "金额", en: "Value" }, kind: "money" },
    { name: "meaningZh", title: { zh: "含义", en: "Meaning (zh)" }, kind: "text", language: "zh" },
    { name: "meaningEn", title: { zh: "含义（英）", en: "Meaning" }, kind: "text", language: "en" },
  ],
  adds: ({ definition }) => definition !== undefined,
  rows({ view }) {
    const totals = view(tally.name);
    return totals.rows.flatMap((currency) =>
      tally.columns.map(({ name }) => ({
        definition: name,
        currency,
        value: money(totals.get(currency, name), currency),
        meaningZh: GRASSROOTS_DEFINITIONS[name as keyof typeof GRASSROOTS_DEFINITIONS].zh,
        meaningEn: GRASSROOTS_DEFINITIONS[name as keyof typeof GRASSROOTS_DEFINITIONS].en,
      })),
    );
  },
  figure(row, column) {
    if (column !== "value") return undefined;
    return {
      tally: tally.name,
      weigh: (key, name) => (key === row["currency"] && name === row["definition"] ? 1 : 0),
    };
  },
});
