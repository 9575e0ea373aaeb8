// Every reason for which a file or a row is not taken, in both languages. Codes are promises.

import { isRefusal, Refusal, type RefusalParams } from "../kernel/refusal.ts";
import { fill, type Text } from "../kernel/text.ts";

/** Reasons that stop a whole file. */
export const FILE_PROBLEMS = {
  FILE_EMPTY: { zh: "文件是空的", en: "The file is empty" },
  FILE_UNREADABLE: { zh: "文件打不开：{detail}", en: "The file cannot be opened: {detail}" },
  FILE_KIND: {
    zh: "文件看起来是 {kind}，不是 CSV、XLSX 或 XLS 表格；请在表格软件中另存为 .xlsx 或 .csv",
    en: "The file looks like {kind}, not a CSV, XLSX or XLS table; save it again as .xlsx or .csv",
  },
  FILE_FORMAT: {
    zh: "映射要求 {wanted} 文件，这个文件是 {found}",
    en: "The mapping asks for a file of kind {wanted}; this one is {found}",
  },
  FILE_TOO_LARGE: {
    zh: "文件有 {size} 字节，超过上限 {limit}",
    en: "The file has {size} bytes, above the limit of {limit}",
  },
  FILE_CHANGED: {
    zh: "读取期间文件被改动，请重新导入",
    en: "The file changed while it was being read; import it again",
  },
  FILE_ENCODING: {
    zh: "文件内容不是有效的 {encoding} 文本",
    en: "The file is not valid {encoding} text",
  },
  FILE_NUL: {
    zh: "文本文件中有空字节（第 {offset} 字节），不像是表格",
    en: "The text holds a NUL byte (at byte {offset}); it does not look like a table",
  },
  FILE_ENCRYPTED: {
    zh: "工作簿设了密码，请去掉密码后再导入",
    en: "The workbook has a password; remove it and import again",
  },
  FILE_DAMAGED: { zh: "文件已损坏：{detail}", en: "The file is damaged: {detail}" },
  ZIP_ENTRIES: {
    zh: "压缩包内有 {count} 个部分，超过上限 {limit}",
    en: "The container has {count} parts, above the limit of {limit}",
  },
  ZIP_EXPANDED: {
    zh: "解压后超过上限 {limit} 字节",
    en: "The parts inflate to more than {limit} bytes",
  },
  ZIP_RATIO: {
    zh: "压缩比超过上限 {limit}，像是解压炸弹",
    en: "The container inflates more than {limit} times, as a zip bomb does",
  },
  SHEETS_TOO_MANY: {
    zh: "工作簿有 {count} 个工作表，超过上限 {limit}",
    en: "The workbook has {count} sheets, above the limit of {limit}",
  },
  SHEET_UNKNOWN: {
    zh: "没有工作表“{sheet}”，现有：{sheets}",
    en: "No sheet “{sheet}”; there are: {sheets}",
  },
  ROWS_TOO_MANY: { zh: "行数超过上限 {limit}", en: "The table has more than {limit} rows" },
  QUOTE_OPEN: {
    zh: "第 {row} 行附近的引号没有结束",
    en: "A quote that opens near line {row} is never closed",
  },
  READING_TIME: {
    zh: "读取超过 {limit} 毫秒，已停止",
    en: "Reading took more than {limit} ms and was stopped",
  },
  READING_MEMORY: {
    zh: "读取所需内存超过 {limit} MB，已停止",
    en: "Reading needed more than {limit} MB of memory and was stopped",
  },
  HEADER_NOT_FOUND: {
    zh: "前 {within} 行中找不到表头，缺少列：{missing}",
    en: "No header row in the first {within} rows; columns not found: {missing}",
  },
  HEADER_AMBIGUOUS: {
    zh: "表头中有多列都可能是“{column}”",
    en: "More than one title of the header could be the column “{column}”",
  },
  DATE_NEEDED: {
    zh: "映射没有日期列，请指定日期",
    en: "The mapping has no date column; give a date for the file",
  },
} as const satisfies Record<string, Text>;
export type FileProblem = keyof typeof FILE_PROBLEMS;

/** Reasons for which one row is listed instead of recorded. */
export const ROW_PROBLEMS = {
  CELL_TOO_LONG: { zh: "单元格内容过长", en: "A cell is too long" },
  TOO_MANY_COLUMNS: { zh: "列数过多", en: "The row has too many columns" },
  DATE_MISSING: { zh: "没有日期", en: "The date is missing" },
  DATE_INVALID: { zh: "日期无法识别或不存在", en: "The date cannot be read or does not exist" },
  AMOUNT_MISSING: { zh: "没有金额", en: "The amount is missing" },
  AMOUNT_INVALID: { zh: "金额无法识别", en: "The amount cannot be read" },
  AMOUNT_ZERO: { zh: "金额为零", en: "The amount is zero" },
  AMOUNT_BOTH: {
    zh: "收入与支出两列都有金额",
    en: "Both the in and the out column hold an amount",
  },
  AMOUNT_PRECISION: {
    zh: "金额的小数位多于该币种",
    en: "The amount has more decimals than its currency",
  },
  AMOUNT_TOO_LARGE: {
    zh: "金额过大，无法精确读取",
    en: "The amount is too large to be read exactly",
  },
  OUTGOING: { zh: "这是支出或负数金额，不是捐赠", en: "Money going out or negative, not a gift" },
  CURRENCY_UNKNOWN: { zh: "币种无法识别", en: "The currency cannot be read" },
  BALANCE_MISSING: { zh: "没有余额", en: "The balance is missing" },
  BALANCE_INVALID: { zh: "余额无法识别", en: "The balance cannot be read" },
  BALANCE_BROKEN: {
    zh: "余额与上一行加本行金额不符",
    en: "The balance does not follow from the previous one and this amount",
  },
} as const satisfies Record<string, Text>;
export type RowProblem = keyof typeof ROW_PROBLEMS;

/** Stops the reading of a file. @throws Refusal always. */
export function refuseFile(code: FileProblem, params: RefusalParams = {}): never {
  throw new Refusal(code, params);
}

/** Code and text of an error that `refuseFile` threw; null for any other error. */
export function fileProblem(error: unknown): { code: string; reason: Text } | null {
  if (!isRefusal(error) || !Object.hasOwn(FILE_PROBLEMS, error.code)) return null;
  const { code, params } = error;
  const text: Text = FILE_PROBLEMS[code as FileProblem];
  return { code, reason: { zh: fill(text.zh, params), en: fill(text.en, params) } };
}
