// Dates of cells as calendar days. A day is read as it is written; no clock and no zone takes part.

import { type Day, dayNumber, dayOfNumber, isDay } from "../kernel/day.ts";
import { plainText } from "./cell-text.ts";
import type { DateShape } from "./mapping.ts";
import type { Cell } from "./read/table.ts";

/** Reads a cell as a day; null for an empty cell. */
export type DateReader = (cell: Cell | undefined) => Day | null | "DATE_INVALID";

const TIME = "(?:[ T]?(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,6})?)?)?";
const YEAR = "(?<year>[0-9]{4})";
const MONTH = "(?<month>[0-9]{1,2})";
const DATE = "(?<day>[0-9]{1,2})";
const shape = (...parts: string[]) => new RegExp(`^${parts.join("")}${TIME}$`);

const SHAPES: Readonly<Record<Exclude<DateShape, "excel">, RegExp>> = {
  "YYYY-M-D": shape(YEAR, "-", MONTH, "-", DATE),
  "YYYY/M/D": shape(YEAR, "/", MONTH, "/", DATE),
  "YYYY.M.D": shape(YEAR, "[.]", MONTH, "[.]", DATE),
  YYYY年M月D日: shape(YEAR, "年", MONTH, "月", DATE, "日"),
  YYYYMMDD: shape(YEAR, "(?<month>[0-9]{2})(?<day>[0-9]{2})"),
  "D/M/YYYY": shape(DATE, "/", MONTH, "/", YEAR),
  "D.M.YYYY": shape(DATE, "[.]", MONTH, "[.]", YEAR),
  "D-M-YYYY": shape(DATE, "-", MONTH, "-", YEAR),
  "M/D/YYYY": shape(MONTH, "/", DATE, "/", YEAR),
};

// A statement has few days and many rows.
const REMEMBERED_MAX = 4_096;

/**
 * Makes a reader that tries `shapes` in order and takes the first that gives an existing day.
 * @param date1904 whether the workbook's day numbers count from 1904-01-01.
 */
export function dateReader(shapes: readonly DateShape[], date1904: boolean): DateReader {
  const patterns = shapes.flatMap((name) => (name === "excel" ? [] : [SHAPES[name]]));
  const serials = shapes.includes("excel");
  const remembered = new Map<string, Day | "DATE_INVALID">();
  const ofText = (text: string): Day | "DATE_INVALID" => {
    for (const pattern of patterns) {
      const day = dayOfMatch(pattern.exec(text));
      if (day !== undefined) return day;
    }
    return "DATE_INVALID";
  };
  return (cell) => {
    const text = plainText(cell);
    if (text === "") return null;
    let day = remembered.get(text);
    if (day === undefined) {
      day = ofText(text);
      if (remembered.size < REMEMBERED_MAX) remembered.set(text, day);
    }
    if (day !== "DATE_INVALID" || typeof cell !== "number" || !serials) return day;
    return dayOfSerial(cell, date1904) ?? "DATE_INVALID";
  };
}

function dayOfMatch(match: RegExpExecArray | null): Day | undefined {
  if (!match?.groups) return undefined;
  const { year = "", month = "", day = "" } = match.groups;
  const text = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  return isDay(text) ? text : undefined;
}

/**
 * The day of a spreadsheet's day number (ECMA-376 part 1, 18.17.4.1). In the 1900 system day 60 is
 * a 29 February 1900 that never was, kept for Lotus 1-2-3; days before it count from one later.
 */
function dayOfSerial(serial: number, date1904: boolean): Day | undefined {
  if (!Number.isFinite(serial) || serial < 0 || serial > 3_000_000) return undefined;
  const days = Math.floor(serial);
  if (!date1904 && (days === 0 || days === 60)) return undefined;
  const first = date1904 ? "1904-01-01" : days < 60 ? "1899-12-31" : "1899-12-30";
  const day = dayOfNumber(dayNumber(first) + days);
  return isDay(day) ? day : undefined;
}
