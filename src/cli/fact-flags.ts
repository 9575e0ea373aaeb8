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

/** The flags of a fact's verb, in the order of its input. */
export function flagsOf(fact: AnyFact): Flag[] {
  const schema = z.toJSONSchema(fact.inputSchema, { io: "input" });
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).map(([field, property]) =>
    flagOf(field, property as FieldSchema, required.has(field)),
  );
}

function flagOf(field: string, schema: FieldSchema, required: boolean): Flag {
  const kind = kindOf(schema);
  const isDay = schema.format === "date";
  const name = flagName(field);
  const value = isDay ? "day" : kind === "json" ? "json" : kind === "integer" ? "n" : "text";
  return {
    field,
    syntax: kind === "boolean" ? name : `${name} <${value}>`,
    description: descriptionOf(schema),
    kind,
    required,
    isDay,
  };
}

function descriptionOf({ description, enum: values, default: left }: FieldSchema): string {
  const about = description === undefined ? [] : [bothOf(description) ?? inNone(description)];
  const codes = values === undefined ? [] : [inNone(values.join("|"))];
  const text = JSON.stringify(left);
  const standard = left === undefined ? [] : [{ zh: `默认 ${text}`, en: `default ${text}` }];
  const notes = [...about, ...codes, ...standard];
  const [zh, en] = [
    notes.map((note) => note.zh).join("；"),
    notes.map((note) => note.en).join("; "),
  ];
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
