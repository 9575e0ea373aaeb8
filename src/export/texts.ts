// The words around the figures in every exported file, in both languages.

import { fill, type Language, type Text } from "../kernel/text.ts";

/** Says a text in one language, its parameters filled in. */
export type Say = (text: Text, params?: Readonly<Record<string, unknown>>) => string;

export function sayIn(language: Language): Say {
  return (text, params = {}) => fill(text[language], params);
}

export const DEMO_LABEL: Text = {
  zh: "【演示】本账本为演示数据，全部虚构",
  en: "[DEMO 演示] This ledger holds demonstration data; all of it is made up",
};

export const LABELS = {
  report: { zh: "报表", en: "Report" },
  demo: { zh: "演示", en: "Demo" },
  asOf: { zh: "截至", en: "As of" },
  entry: { zh: "条目 {entry}", en: "entry {entry}" },
  recordedAt: { zh: "记录时间 {at}", en: "recorded {at}" },
  businessDate: { zh: "业务日期 {day}", en: "business day {day}" },
  filters: { zh: "筛选", en: "Filters" },
  noFilters: { zh: "无（全部）", en: "none (everything)" },
  unit: { zh: "金额单位", en: "Amounts in" },
  inUnit: { zh: "{title}（{unit}）", en: "{title} ({unit})" },
  definition: { zh: "口径", en: "Definition" },
  version: { zh: "口径版本 {version}", en: "definition version {version}" },
  root: { zh: "日志根散列", en: "Root hash of the log" },
  rootOf: { zh: "{root}（前 {size} 条）", en: "{root} (first {size} entries)" },
  rows: { zh: "行数", en: "Rows" },
  total: { zh: "合计", en: "Total" },
  controlTotal: { zh: "控制合计", en: "Control total" },
  controlNote: {
    zh: "控制合计是该列逐行相加，只用于核对行数齐全；各行有重叠，故不是一个业务数字",
    en: "A control total adds a column row by row, to show that no row is missing; the rows overlap, so it is no figure",
  },
  words: { zh: "大写", en: "in words" },
  tail: { zh: "尾差", en: "Rounding" },
  tailNote: {
    zh: "{column} {currency}：各行四舍五入后之和比合计多 {amount} 万元",
    en: "{column} {currency}: the rounded rows add up to {amount} ten thousands more than the total",
  },
  inexact: {
    zh: "超过 15 位有效数字、以文本写出的金额",
    en: "Amounts of more than 15 digits, written as text",
  },
  checkpoint: {
    zh: "最新检查点: {root}（前 {size} 条）",
    en: "Latest checkpoint: {root} (first {size} entries)",
  },
  published: { zh: "已公布", en: "Published" },
  unpublished: { zh: "这些数字尚未公布", en: "These figures are not yet published" },
  restUnpublished: {
    zh: "其余数字尚未公布",
    en: "Every other figure is not yet published",
  },
  neverPublished: {
    zh: "这些数字由期间结账固定，不逐个公布",
    en: "These figures are fixed by closing their period, not published one by one",
  },
  meta: { zh: "说明", en: "Meta" },
  missing: {
    zh: "字体中没有、以〓代替的字",
    en: "Characters that the font has not, shown as 〓",
  },
  page: { zh: "第 {page} 页", en: "page {page}" },
  part: { zh: "各列之 {at}/{of}", en: "columns, part {at} of {of}" },
} as const satisfies Record<string, Text>;
