// The flags of a verb, read off its fact's schema: a new fact has its flags without a line here.

import { z } from "zod";
import type { AnyFact } from "../domain/fact.ts";
import { bothOf, inBoth } from "../kernel/in-both.ts";
import type { Text } from "../kernel/text.ts";
import { UsageError } from "../kernel/usage-error.ts";

type FieldSchema = {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly default?: unknown;
};

export type Flag = {
  readonly field: string;
  /** As commander wants it: `--received-on <day>`, `--demo`. */
  readonly syntax: string;
  readonly description: string;
  readonly kind: "text" | "integer" | "boolean" | "json";
  readonly required: boolean;
  readonly isDay: boolean;
};

/** Fields that name a fund, so that a name or the start of an id will do. */
export const FUND_FIELDS: readonly string[] = ["fund", "from", "to"];
/** Fields that name an earlier fact whose currency this one must have. */
export const ORIGIN_FIELDS: readonly string[] = ["allocation", "donation", "disbursement", "goods"];

/** The flags of a fact's verb, in the order of its input. */
export function flagsOf(fact: AnyFact): Flag[] {
  const schema = z.toJSONSchema(fact.inputSchema, { io: "input" });
  const properties = Object.entries((schema.properties ?? {}) as Record<string, FieldSchema>);
  const hasCurrency = properties.some(([field]) =>
    [...FUND_FIELDS, ...ORIGIN_FIELDS].includes(field),
  );
  return properties.map(([field, property]) => {
    const flag = flagOf(field, property, schema.required?.includes(field) ?? false);
    const notes = [...notesOf(property), ...notesOn(flag, hasCurrency)];
    return { ...flag, description: joined(notes) };
  });
}

/** What the command line makes of a field that is left out, or of what is typed for it. */
function notesOn({ field, required, isDay }: Omit<Flag, "description">, hasCurrency: boolean) {
  const notes: Text[] = [];
  if (FUND_FIELDS.includes(field)) notes.push(SHORT);
  if (required) {
    if (isDay) notes.push(TODAY);
    else notes.push(field === "currency" && hasCurrency ? CURRENCY_OF_FUND : REQUIRED);
  }
  return notes;
}

const SHORT: Text = { zh: "编号的开头或名称亦可", en: "the start of its id or its name will do" };
const TODAY: Text = { zh: "默认今天", en: "today when left out" };
const CURRENCY_OF_FUND: Text = {
  zh: "默认与基金或原条目相同",
  en: "that of the fund or the earlier fact when left out",
};
const REQUIRED: Text = { zh: "必填", en: "required" };

function flagOf(field: string, schema: FieldSchema, required: boolean): Omit<Flag, "description"> {
  const kind = kindOf(schema);
  const isDay = schema.format === "date";
  const name = flagName(field);
  const value = isDay ? "day" : kind === "json" ? "json" : kind === "integer" ? "n" : "text";
  return {
    field,
    syntax: kind === "boolean" ? name : `${name} <${value}>`,
    kind,
    required,
    isDay,
  };
}

/** What the schema says of a field: its meaning, its codes, what stands for it when left out. */
function notesOf({ description, enum: values, default: left }: FieldSchema): Text[] {
  const about = description === undefined ? [] : [bothOf(description) ?? inNone(description)];
  const codes = values === undefined ? [] : [inNone(values.join("|"))];
  const text = JSON.stringify(left);
  const standard = left === undefined ? [] : [{ zh: `默认 ${text}`, en: `default ${text}` }];
  return [...about, ...codes, ...standard];
}

function joined(notes: readonly Text[]): string {
  const zh = notes.map((note) => note.zh).join("；");
  const en = notes.map((note) => note.en).join("; ");
  return zh === en ? en : inBoth({ zh, en });
}

const inNone = (text: string): Text => ({ zh: text, en: text });

function flagName(field: string): string {
  return `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The flag that a field was typed with, and its path in the input where that is another name. */
export function flagOfPath(path: string): string {
  const [field = ""] = path.split(".");
  if (field === "") return path;
  const flag = flagName(field);
  return flag === `--${path}` ? flag : `${flag} (${path})`;
}

function kindOf({ type }: FieldSchema): Flag["kind"] {
  if (type === "string" || type === "integer" || type === "boolean") {
    return type === "string" ? "text" : type;
  }
  return "json";
}

/**
 * The command's input from the flags given; what was not given is left out.
 * @throws UsageError naming the flag whose JSON or number cannot be read.
 */
export function inputOf(
  flags: readonly Flag[],
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const { field, kind, syntax } of flags) {
    const value = given[field];
    if (value === undefined) continue;
    if (kind === "integer") input[field] = wholeIn(String(value), syntax);
    else input[field] = kind === "json" ? parsed(String(value), syntax) : value;
  }
  return input;
}

function wholeIn(text: string, syntax: string): number {
  if (/^-?[0-9]{1,15}$/.test(text)) return Number(text);
  const what = `${syntax}: ${JSON.stringify(text)}`;
  throw new UsageError({
    zh: `${what} 不是整数，如条目号`,
    en: `${what} is no whole number, such as the number of an entry`,
  });
}

function parsed(text: string, syntax: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const what = `${syntax}: ${JSON.stringify(text)}`;
    throw new UsageError({ zh: `${what} 不是 JSON`, en: `${what} cannot be read as JSON` });
  }
}
