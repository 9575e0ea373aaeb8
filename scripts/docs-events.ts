// Writes docs/events.md from the list of facts: `npx tsx scripts/docs-events.ts`. The page is never
// edited by hand; test/tidy.test.ts fails when it is not what the facts say.

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type AnyFact, AREAS, type Area } from "../src/domain/fact.ts";
import { FACTS } from "../src/domain/facts.ts";
import { MEASURES } from "../src/domain/move.ts";
import * as fields from "../src/domain/schema.ts";
import type { Text } from "../src/kernel/text.ts";

type JsonSchema = z.core.JSONSchema.JSONSchema;

const AREA_TITLES: Record<Area, Text> = {
  parties: { zh: "登记", en: "Parties" },
  funds: { zh: "基金", en: "Funds" },
  giving: { zh: "捐赠", en: "Giving" },
  granting: { zh: "拨付", en: "Granting" },
  paying: { zh: "付款", en: "Paying" },
  books: { zh: "更正", en: "Books" },
};

/** Field types that the page explains once, at its top. */
const NAMED_TYPES: readonly { name: string; schema: z.ZodType; meaning: string }[] = [
  {
    name: "id",
    schema: fields.id,
    meaning: "a UUID in lower case: the entry that created the thing",
  },
  { name: "day", schema: fields.day, meaning: "a calendar day, `YYYY-MM-DD`" },
  { name: "amount", schema: fields.amount, meaning: "decimal text in the currency beside it" },
  { name: "currency", schema: fields.currency, meaning: "ISO 4217 code" },
  { name: "sha256", schema: fields.sha256, meaning: "SHA-256 of a document kept outside the log" },
  { name: "person", schema: fields.personRef, meaning: "an opaque reference, never a name" },
  { name: "division", schema: fields.divisionCode, meaning: "division code of 6, 9 or 12 digits" },
  { name: "level", schema: fields.level, meaning: fields.LEVELS.join(", ") },
  { name: "measure", schema: z.enum(MEASURES), meaning: MEASURES.join(", ") },
  {
    name: "bucket",
    schema: fields.bucket,
    meaning:
      "`none`, `fund`, `project:<id>`, `purpose:<text>` or `time:<day>`, after `fiscal/` and `agency/` where they apply",
  },
  {
    name: "draws",
    schema: fields.draws,
    meaning: "list of `{bucket, amount}` that add up to the amount",
  },
  {
    name: "restriction",
    schema: fields.restriction,
    meaning:
      "what the donor bound the money to: `{kind}` of `none`, `fund`, `project`, `purpose` or `time`",
  },
  {
    name: "origin",
    schema: fields.origin,
    meaning: "`{file, row}`: SHA-256 of the file and the row in it",
  },
];

const NOTES = new Set(["$schema", "default", "description", "examples"]);

const namesByShape = new Map(
  NAMED_TYPES.map(({ name, schema }) => [shapeOf(jsonSchema(schema)), name] as const),
);

/** The page of all facts, in the order of their list, grouped by area. */
export function eventsPage(facts: readonly AnyFact[]): string {
  const sections = AREAS.flatMap((area) => {
    const ofArea = facts.filter((fact) => fact.area === area);
    const { zh, en } = AREA_TITLES[area];
    return [`## ${zh} · ${en}`, ...ofArea.map(factSection)];
  });
  return `${[PREFACE, typesList(), ENVELOPE, ...sections].join("\n\n")}\n`;
}

const PREFACE = `# 事件 · Events

每一种业务事实：谁可以记、要填什么、由规则决定什么。本页由 \`npx tsx scripts/docs-events.ts\` 生成，请勿手改。

Every business fact: who may record it, what is asked, and what the rule decides. Generated from
the facts themselves by \`npx tsx scripts/docs-events.ts\`; do not edit it.`;

const ENVELOPE = `Around the data of every entry stand \`type\`, \`version\`, \`id\`, \`stream\`, \`revision\`, \`recordedAt\`,
\`actor\`, and where given \`reason\` and \`correlation\`. A field marked **decided** is added by the rule;
the others are asked. Unknown fields are refused.`;

function typesList(): string {
  return NAMED_TYPES.map(({ name, meaning }) => `- **${name}**: ${meaning}`).join("\n");
}

function factSection(fact: AnyFact): string {
  const reason = fact.needsReason ? " A reason is needed." : "";
  return [
    `### ${fact.type} · ${fact.title.zh}`,
    `${fact.about.zh}`,
    `${fact.title.en}. ${fact.about.en}`,
    `Command \`${fact.command}\` · \`POST /v1${fact.path}\` · \`almoner ${fact.verb}\` · version ` +
      `${fact.version} · recorded by ${fact.roles.join(", ")}.${reason}`,
    fieldsList(fact),
  ].join("\n\n");
}

function fieldsList(fact: AnyFact): string {
  const { properties = {}, required = [] } = jsonSchema(fact.dataSchema);
  const rows = Object.entries(properties).map(([name, property]) => {
    const schema = property as JsonSchema;
    const notes = [
      typeOf(schema),
      ...(name in fact.input ? [] : ["**decided**"]),
      ...(schema.default === undefined ? [] : [`default \`${JSON.stringify(schema.default)}\``]),
      ...(required.includes(name) || schema.default !== undefined ? [] : ["optional"]),
      ...(schema.description === undefined ? [] : [schema.description]),
    ];
    return `- \`${name}\`: ${notes.join("; ")}`;
  });
  return rows.join("\n");
}

function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: "input" }) as JsonSchema;
}

/** A schema without what only annotates it, as text that equal schemas share. */
function shapeOf(schema: JsonSchema): string {
  return JSON.stringify(Object.entries(schema).filter(([key]) => !NOTES.has(key)));
}

function typeOf(schema: JsonSchema): string {
  const named = namesByShape.get(shapeOf(schema));
  if (named !== undefined) return named;
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(" ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map((choice) => typeOf(choice as JsonSchema)).join(" or ");
  if (schema.type === "array") return `list of ${typeOf(schema.items as JsonSchema)}`;
  if (schema.type === "object") {
    const inner = Object.entries(schema.properties ?? {});
    return `{${inner.map(([name, value]) => `${name}: ${typeOf(value as JsonSchema)}`).join(", ")}}`;
  }
  return schema.type === "string" ? "text" : String(schema.type);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL("../docs/events.md", import.meta.url), eventsPage(FACTS));
}
