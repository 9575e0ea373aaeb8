// The field types that events are made of. Each is declared once and serves the API, OpenAPI, CLI
// flags, forms, the store and the docs.

import { z } from "zod";
import { isDay } from "../kernel/day.ts";
import { inBoth } from "../kernel/in-both.ts";
import { AMOUNT_PATTERN, CURRENCIES, type Currency, canonicalAmount } from "../kernel/money.ts";
import { isCreditCode } from "./parties/credit-code.ts";

/** A UUID in lower case: the id of the entry that created the thing. */
export const id = z
  .string()
  .regex(
    /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
    inBoth({ zh: "小写的 UUID", en: "a lower-case UUID" }),
  );

/** A business date. */
export const day = z
  .string()
  .refine(
    isDay,
    inBoth({ zh: "真实存在的日期，写作 YYYY-MM-DD", en: "an existing calendar day, YYYY-MM-DD" }),
  )
  .meta({ format: "date", examples: ["2026-03-01"] });

export const currency = z.enum(Object.keys(CURRENCIES) as [Currency, ...Currency[]]);

const PLAIN_DECIMAL = inBoth({
  zh: "普通的十进制数，如 1234.50：没有正负号、千位分隔符与指数",
  en: "a plain decimal like 1234.50: no sign, no separators, no exponent",
});
const TOO_LARGE = inBoth({
  zh: "金额过大：小数点前至多 18 位",
  en: "too large: at most 18 digits before the point",
});
const TOO_LARGE_PATTERN = /^[1-9][0-9]{18,}(?:\.[0-9]{1,3})?$/;

/** Decimal text; `ledgerObject` checks it against the currency that stands beside it. */
export const amount = z
  .string()
  .regex(AMOUNT_PATTERN, {
    error: ({ input }) => (TOO_LARGE_PATTERN.test(String(input)) ? TOO_LARGE : PLAIN_DECIMAL),
  })
  .meta({ examples: ["1234.50"] });

/** Refuses an amount of zero where a fact must move something. */
export const positiveAmount = amount.refine(
  (text) => /[1-9]/.test(text),
  inBoth({ zh: "金额须大于零", en: "an amount above zero" }),
);

/** SHA-256 of a document that is kept outside the log, in lower-case hex. */
export const sha256 = z
  .string()
  .regex(
    /^[0-9a-f]{64}$/,
    inBoth({ zh: "小写十六进制的 SHA-256", en: "a SHA-256 in lower-case hex" }),
  );

/** A log's public key in the form of c2sp.org/signed-note: name, key id, key. */
export const vkey = z
  .string()
  .max(300)
  .regex(
    /^[^+\s]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/u,
    inBoth({ zh: "公钥写作 name+1a2b3c4d+base64", en: "a vkey like name+1a2b3c4d+base64" }),
  );

/** An opaque reference to a person; never a name, a phone number or a hash of one. */
export const personRef = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,64}$/, inBoth({ zh: "不透明的人员代号", en: "an opaque reference" }));

// Control characters, direction overrides and invisible spaces: nothing an honest name needs.
const UNPRINTABLE = /[\p{Cc}\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;

/** One line of text in Unicode NFC, counted in code points. */
export function line(max: number) {
  return z
    .string()
    .normalize("NFC")
    .refine(
      (text) => text.isWellFormed() && !UNPRINTABLE.test(text),
      inBoth({ zh: "一行可打印的文字", en: "one line of printable text" }),
    )
    .refine(
      (text) => text.trim() === text && text !== "",
      inBoth({ zh: "首尾没有空白、非空的文字", en: "text without blanks at its ends" }),
    )
    .refine(
      (text) => text.length <= max || [...text].length <= max,
      inBoth({ zh: `至多 ${max} 个字符`, en: `at most ${max} characters` }),
    );
}

// Mobile numbers, resident identity numbers and bank cards: no free text of an event may hold one.
const PERSONAL_NUMBER =
  /(?<![0-9])(?:1[3-9][0-9]{9}|[0-9]{17}[0-9Xx]|[0-9]{16}|[0-9]{19})(?![0-9])/;

/** Free text for the log, refused when it holds what looks like a person's number. */
export function memo(max: number) {
  return line(max).refine(
    (text) => !PERSONAL_NUMBER.test(text),
    inBoth({
      zh: "不得含手机号、身份证号或银行卡号：账册不存个人信息",
      en: "no phone, identity or card numbers: the log keeps no personal data",
    }),
  );
}

/** Why something was done, as an entry keeps it. */
export const reason = memo(500);

/** A payment's own reference. Payment systems number freely, so a number alone is no person's. */
export const reference = line(64).refine(
  (text) => !/\p{Script=Han}/u.test(text),
  inBoth({
    zh: "不含汉字的支付参考号：账册不存个人信息",
    en: "a reference without Chinese text: the log keeps no personal data",
  }),
);

/** 统一社会信用代码, GB 32100-2015, with its check character. */
export const creditCode = z.string().refine(
  isCreditCode,
  inBoth({
    zh: "校验码正确的统一社会信用代码",
    en: "a unified social credit code with a right check character",
  }),
);

/** Division code in its short form: 6 digits to the district, 9 township, 12 village. */
export const divisionCode = z
  .string()
  .regex(
    /^[1-9][0-9]{5}(?:[0-9]{3}){0,2}$/,
    inBoth({ zh: "6、9 或 12 位区划代码", en: "a division code of 6, 9 or 12 digits" }),
  );

export const LEVELS = ["province", "city", "district", "township", "village"] as const;
export const level = z.enum(LEVELS);
export type Level = z.infer<typeof level>;

/** Charity money, or fiscal money (purchase of services) that never adds into charity totals. */
export const fundingSource = z.enum(["charity", "fiscal"]).default("charity");

/** Income, or money held for a beneficiary that the donor named (受托代理), which is never income. */
export const nature = z.enum(["income", "agency"]).default("income");

/** What money is for, in a few words that both a gift and an allocation use. */
export const purpose = memo(40).refine(
  (text) => !text.includes("|"),
  inBoth({ zh: "不得含竖线", en: "no vertical bar" }),
);

/** What the donor bound the money to. Only the donor restricts; a committee's earmark does not. */
export const restriction = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({ kind: z.literal("fund") }),
  z.strictObject({ kind: z.literal("project"), project: id }),
  z.strictObject({ kind: z.literal("purpose"), purpose: purpose }),
  z.strictObject({ kind: z.literal("time"), notBefore: day }),
]);
export type Restriction = z.infer<typeof restriction>;

/** Restriction of incoming money; none unless the donor said so. */
export const restrictionOrNone = restriction.default({ kind: "none" });

/** Where in a file an entry came from. */
export const origin = z.strictObject({
  file: sha256.describe("SHA-256 of the file"),
  row: z.int().min(1).max(100_000_000).describe("line of the row, from 1"),
});

/** The key of a restriction bucket, as `bucketKey` writes it. */
export const bucket = z
  .string()
  .max(120)
  .regex(
    /^(?:fiscal\/)?(?:agency\/)?(?:none|fund|project:[0-9a-f-]{36}|purpose:[^|]{1,40}|time:[0-9-]{10})$/u,
    inBoth({
      zh: "资金类别写作 none、fund、project:<id>、purpose:<text> 或 time:<day>",
      en: "a bucket like none, fund, project:<id>, purpose:<text> or time:<day>",
    }),
  );

/** How much of an amount each restriction bucket gives or takes; decided once and stored. */
export const draws = z
  .array(z.strictObject({ bucket, amount: positiveAmount }))
  .min(1)
  .max(64);
export type Draws = z.infer<typeof draws>;

const MONEY_FIELDS = new Set(["amount", "fairValue"]);

const TOO_FINE = Object.fromEntries(
  Object.entries(CURRENCIES).map(([unit, decimals]) => [
    unit,
    inBoth({
      zh: `${unit} 至多 ${decimals} 位小数`,
      en: `${unit} has at most ${decimals} decimals`,
    }),
  ]),
) as Record<Currency, string>;

type Issue = {
  readonly message: string;
  readonly path: (string | number)[];
  readonly input: string;
};

/** Brings the amounts of an object, at any depth, to canonical form; tells of those it cannot. */
function canonicalAmounts(value: object, unit: Currency): Issue[] {
  const issues: Issue[] = [];
  const holder = value as Record<string, unknown>;
  for (const field in holder) {
    const item = holder[field];
    const step = Array.isArray(value) ? Number(field) : field;
    if (typeof item === "string") {
      // What is no amount at all, the field's own schema has told already.
      if (!MONEY_FIELDS.has(field) || !AMOUNT_PATTERN.test(item)) continue;
      try {
        holder[field] = canonicalAmount(item, unit);
      } catch {
        issues.push({ message: TOO_FINE[unit], path: [step], input: item });
      }
    } else if (typeof item === "object" && item !== null) {
      const inner = canonicalAmounts(item, unit);
      issues.push(...inner.map((issue) => ({ ...issue, path: [step, ...issue.path] })));
    }
  }
  return issues;
}

/**
 * A strict object whose amounts all are in the currency that stands in its `currency` field.
 * Unknown fields are refused, `1.005` CNY is refused, and amounts leave in canonical form
 * (`"100"` becomes `"100.00"`), so that equal facts have equal bytes.
 */
export function ledgerObject<S extends z.ZodRawShape>(shape: S) {
  const object = z.strictObject(shape);
  if (!("currency" in shape)) return object;
  return object.check(({ value, issues }) => {
    const unit = (value as Record<string, unknown>)["currency"] as Currency;
    for (const issue of canonicalAmounts(value, unit)) issues.push({ code: "custom", ...issue });
  });
}
