// Reading what somebody gave with a schema: the value, or what is wrong with it in both languages,
// field by field. The only place that tells an issue of zod to a user.

import { z } from "zod";
import { bothOf, inBoth } from "./in-both.ts";
import type { Language, Text } from "./text.ts";

/** What is wrong with one field; dots between the parts of its path, which is "" for the whole. */
export type InputIssue = { readonly path: string; readonly text: Text };

export type ReadInput<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly issues: readonly InputIssue[] };

/** Nobody mends more at a time, and a body can hold a hundred thousand wrong fields. */
const ISSUES_MAX = 100;

const REQUIRED: Text = { zh: "必填", en: "required" };

const UNKNOWN_FIELD = inBoth({ zh: "没有这个字段", en: "there is no such field" });

/** Reads a value with a schema. Several rules may fail on one field: the first says enough. */
export function readInput<T>(schema: z.ZodType<T>, value: unknown): ReadInput<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed;
  // Judged again, for nearly every input is right and an option costs zod its fast path. Without the
  // input, its locales would call every wrong value undefined.
  const wrong = schema.safeParse(value, { reportInput: true });
  const first = new Map<string, InputIssue>();
  for (const issue of (wrong.error ?? parsed.error).issues.flatMap(eachKey)) {
    if (first.size === ISSUES_MAX) break;
    const path = issue.path.map(String).join(".");
    if (!first.has(path)) first.set(path, { path, text: textOf(issue) });
  }
  return { success: false, issues: [...first.values()] };
}

/** Issues as one text, each behind the name of its field. */
export function issuesText(issues: readonly InputIssue[], between = "\n"): Text {
  const say = (language: Language) =>
    issues.map(({ path, text }) => (path === "" ? "" : `${path}: `) + text[language]).join(between);
  return { zh: say("zh"), en: say("en") };
}

type Issue = z.core.$ZodIssue;

// zod tells of all unknown keys at once, at the object that holds them.
function eachKey(issue: Issue): Issue[] {
  if (issue.code !== "unrecognized_keys") return [issue];
  return issue.keys.map((key) => ({
    ...issue,
    path: [...issue.path, key],
    message: UNKNOWN_FIELD,
  }));
}

function textOf(issue: Issue): Text {
  const ours = bothOf(issue.message);
  if (ours) return ours;
  if (issue.code === "invalid_type" && issue.input === undefined) return REQUIRED;
  const told = z.locales.zhCN().localeError(withOptions(issue) as z.core.$ZodRawIssue);
  return { zh: typeof told === "string" ? told : "无效输入", en: issue.message };
}

// The Chinese locale says what an enum may be, but not what a discriminator may be.
function withOptions(issue: Issue): Issue {
  if (issue.code !== "invalid_union" || !("options" in issue)) return issue;
  return { ...issue, code: "invalid_value", values: issue.options as z.core.util.Primitive[] };
}
