// The shape every business fact has: one file declares what is asked, what is stored, the rule that
// decides, what it changes and what it moves. Routes, OpenAPI, CLI flags, forms and the docs of
// events all follow from it.

import type { z } from "zod";
import type { Day } from "../kernel/day.ts";
import { inBoth } from "../kernel/in-both.ts";
import type { Text } from "../kernel/text.ts";
import type { Known, Patch } from "./books.ts";
import { FIELD_TEXTS } from "./field-texts.ts";
import type { Move } from "./move.ts";
import { ledgerObject } from "./schema.ts";

export const AREAS = ["parties", "funds", "giving", "granting", "paying", "books"] as const;
export type Area = (typeof AREAS)[number];

/** Who may record a fact. */
export const ROLES = ["accountant", "approver", "auditor", "admin"] as const;
export type Role = (typeof ROLES)[number];

type Shape = z.ZodRawShape;
type Parsed<S extends Shape> = z.infer<z.ZodObject<S, z.core.$strict>>;

export type FactDefinition<I extends Shape, D extends Shape> = {
  /** The event's type, in the past tense. */
  readonly type: string;
  readonly version: number;
  /** The command's name, imperative. */
  readonly command: string;
  readonly area: Area;
  readonly title: Text;
  /** What happened in the world and which rule holds, in plain words for the docs of events. */
  readonly about: Text;
  readonly roles: readonly Role[];
  /** `POST` path below `/v1`; a name in braces is a field of the input. */
  readonly path: string;
  /** The verb of `almoner`: `donate`, `fund open`. */
  readonly verb: string;
  /** What is asked. */
  readonly input: I;
  /** What the decision adds; with the input it is the stored data. */
  readonly derived: D;
  /** True when a command of this kind must say why. */
  readonly needsReason: boolean;
  /**
   * The stream, and whether the event opens it. Gifts open a stream each, so that they never
   * contend; decisions of a fund follow each other on the fund's stream.
   */
  stream(data: Parsed<I & D>, id: string): { readonly name: string; readonly opens: boolean };
  /** The business date. */
  on(data: Parsed<I & D>): Day;
  /** Decides: returns what to add to the input, or refuses. */
  decide(input: Parsed<I>, known: Known): Parsed<D>;
  /** What the event changes in the registers. */
  evolve(data: Parsed<I & D>, id: string, known: Known["books"]): Patch;
  /** What the event moves. */
  moves(data: Parsed<I & D>, id: string): readonly Move[];
  /** Ids of earlier facts that this one refers to, the nearest first. */
  links(data: Parsed<I & D>): readonly string[];
  /** The host whose own part of the books, outside all funds, it enters; no move says so. */
  ownBooks(data: Parsed<I & D>): string | null;
};

type Optional = "derived" | "needsReason" | "evolve" | "moves" | "links" | "ownBooks" | "roles";

export type Fact<I extends Shape = Shape, D extends Shape = Shape> = FactDefinition<I, D> & {
  readonly inputSchema: z.ZodType<Parsed<I>>;
  readonly dataSchema: z.ZodType<Parsed<I & D>>;
};

/** Any fact, its shapes forgotten: how the machinery around the rules sees one. */
export type AnyFact = Omit<
  FactDefinition<Shape, Shape>,
  "stream" | "on" | "decide" | "evolve" | "moves" | "links" | "ownBooks"
> & {
  readonly inputSchema: z.ZodType<object>;
  readonly dataSchema: z.ZodType<object>;
  stream(data: object, id: string): { readonly name: string; readonly opens: boolean };
  on(data: object): Day;
  decide(input: object, known: Known): object;
  evolve(data: object, id: string, books: Known["books"]): Patch;
  moves(data: object, id: string): readonly Move[];
  links(data: object): readonly string[];
  ownBooks(data: object): string | null;
};

/** How a fact that only moves money, or nothing, evolves the registers. */
export const changesNoRegister = (): Patch => ({});

/** How most facts leave a host's own part of the books alone. */
export const entersNoOwnBooks = (): null => null;

/** Declares a fact. What is left out is the common case: an accountant's entry that moves nothing. */
export function defineFact<I extends Shape, D extends Shape = Record<never, never>>(
  definition: Omit<FactDefinition<I, D>, Optional> & Partial<Pick<FactDefinition<I, D>, Optional>>,
): Fact<I, D> {
  const input = described(definition.input);
  const derived = definition.derived ?? ({} as D);
  return {
    roles: ["accountant"],
    needsReason: false,
    evolve: changesNoRegister,
    moves: () => [],
    links: () => [],
    ownBooks: entersNoOwnBooks,
    ...definition,
    input,
    derived,
    inputSchema: ledgerObject(input) as unknown as z.ZodType<Parsed<I>>,
    dataSchema: ledgerObject({ ...input, ...derived }) as unknown as z.ZodType<Parsed<I & D>>,
  };
}

/** The shape with the dictionary's words for the fields that have none of their own. */
function described<S extends Shape>(shape: S): S {
  const fields = Object.entries(shape).map(([name, schema]) => {
    const text = FIELD_TEXTS[name];
    const field = schema as z.ZodType;
    return [name, field.description || !text ? field : field.describe(inBoth(text))];
  });
  return Object.fromEntries(fields) as S;
}
