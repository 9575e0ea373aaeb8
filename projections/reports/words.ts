// What the codes in a report's cells are called. Files for people show these; JSON keeps the code.

import { STATEMENTS } from "../../src/domain/journal/statements.ts";
import type { Level } from "../../src/domain/schema.ts";
import type { Text } from "../../src/kernel/text.ts";

/** What a code is called; undefined where it is shown as it is. */
export type Words = (code: string) => Text | undefined;

const wordsOf =
  (words: Readonly<Record<string, Text>>): Words =>
  (code) =>
    words[code];

const LEVELS: Readonly<Record<Level, Text>> = {
  province: { zh: "省级", en: "province" },
  city: { zh: "市级", en: "city" },
  district: { zh: "区县", en: "district" },
  township: { zh: "乡镇（街道）", en: "township" },
  village: { zh: "村（社区）", en: "village" },
};
export const levelWords = wordsOf(LEVELS);

export const fundStatusWords = wordsOf({
  open: { zh: "在册", en: "open" },
  suspended: { zh: "暂停", en: "suspended" },
  closed: { zh: "已关闭", en: "closed" },
});

export const projectResultWords = wordsOf({
  succeeded: { zh: "成功结项", en: "succeeded" },
  ended: { zh: "终止", en: "ended" },
});

const RESTRICTIONS: Readonly<Record<string, Text>> = {
  "*": { zh: "全部", en: "all" },
  none: { zh: "非限定", en: "unrestricted" },
  fund: { zh: "限定本基金", en: "bound to the fund" },
};
const BOUND: Readonly<Record<string, Text>> = {
  project: { zh: "限定项目", en: "project" },
  purpose: { zh: "限定用途", en: "purpose" },
  time: { zh: "限定时间", en: "not before" },
};

/** `fiscal/purpose:助学` and the like, as `bucketKey` writes them. */
export const bucketWords: Words = (code) => {
  const [, fiscal, agency, rest = ""] = /^(fiscal\/)?(agency\/)?(.*)$/u.exec(code) ?? [];
  const [kind = "", ...value] = rest.split(":");
  const words = RESTRICTIONS[rest] ?? BOUND[kind];
  if (!words) return undefined;
  const more = RESTRICTIONS[rest] ? "" : value.join(":");
  const zh = `${fiscal ? "财政·" : ""}${agency ? "受托代理·" : ""}${words.zh}`;
  const en = `${fiscal ? "fiscal, " : ""}${agency ? "held as agent, " : ""}${words.en}`;
  return { zh: more ? `${zh}：${more}` : zh, en: more ? `${en}: ${more}` : en };
};

// An item of cash is called as the line that shows it in the cash flow statement.
const CASH_ITEMS = STATEMENTS["cash-flow"].flatMap(({ lines }) =>
  lines.flatMap((line): [string, Text][] => {
    const [item, another] = line.kind === "line" ? (line.items ?? []) : [];
    return item !== undefined && another === undefined ? [[item, line.name]] : [];
  }),
);

export const flowItemWords = wordsOf({
  ...Object.fromEntries(CASH_ITEMS),
  transfer: { zh: "基金间划转", en: "transfer between funds" },
  release: { zh: "解除限定", en: "release of a restriction" },
  spent: { zh: "支出解除限定", en: "release by spending" },
  adjustment: { zh: "以前年度调整", en: "adjustment of an earlier year" },
  opening: { zh: "期初余额", en: "brought forward" },
});

export const hostTypeWords = wordsOf({
  "public-foundation": { zh: "公募基金会", en: "public foundation" },
  "public-association": { zh: "公募社会团体、社会服务机构", en: "public association" },
  foundation: { zh: "非公募基金会", en: "foundation" },
  association: { zh: "非公募社会团体、社会服务机构", en: "association" },
});

export const limitTestWords = wordsOf({
  spend: { zh: "支出", en: "spending" },
  management: { zh: "管理费用", en: "management cost" },
  fundraising: { zh: "募捐成本", en: "fundraising cost" },
});

export const ruleStatusWords = wordsOf({
  "in-force": { zh: "现行", en: "in force" },
  draft: { zh: "征求意见", en: "draft" },
});

export const limitResultWords = wordsOf({
  met: { zh: "达到", en: "met" },
  "not-met": { zh: "未达到", en: "not met" },
  "not-met-so-far": { zh: "尚未达到", en: "not met so far" },
  unknown: { zh: "无法判断", en: "unknown" },
});

export const markWords = wordsOf({
  verified: { zh: "已核对", en: "verified" },
  "from memory": { zh: "待核对", en: "from memory" },
});

export const dutyStatusWords = wordsOf({
  due: { zh: "未到期", en: "due" },
  "soon-30": { zh: "30 日内", en: "within 30 days" },
  "soon-7": { zh: "7 日内", en: "within 7 days" },
  today: { zh: "今日", en: "today" },
  "overdue-unless-done": { zh: "已过期（如未办）", en: "overdue unless done" },
});

export const dutyAboutWords = wordsOf({
  host: { zh: "依托组织", en: "host" },
  fund: { zh: "基金", en: "fund" },
  project: { zh: "项目", en: "project" },
});

export const closingStateWords = wordsOf({
  closed: { zh: "已结账", en: "closed" },
  reopened: { zh: "已反结账", en: "reopened" },
});

export const closingCheckWords = wordsOf({
  matches: { zh: "一致", en: "matches" },
  differs: { zh: "不一致", en: "DIFFERS" },
});

export const giftKindWords = wordsOf({
  DonationReceived: { zh: "收到捐赠", en: "gift" },
  GoodsReceived: { zh: "收到物资", en: "goods" },
  DonationRefunded: { zh: "退还捐赠", en: "refund" },
  EntryReversed: { zh: "红字冲销", en: "reversal" },
});
