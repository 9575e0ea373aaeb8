// 360Giving files against the published schema, and against the ledger they come from.

import { readFileSync } from "node:fs";
import { read, utils } from "@e965/xlsx";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Ledger } from "../../../src/app/ledger.ts";
import { giving360 } from "../../../src/export/interchange/giving360.ts";
import { freshLedger, HOST, idOf } from "../../app/scene.ts";
import { HOSTILE, OTHER_HOST, tellStory } from "./story.ts";
import { exported } from "./support.ts";

const schemaAt = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/schemas/${name}.json`, import.meta.url), "utf8"));
type Schema = {
  readonly title?: string;
  readonly $ref?: string;
  readonly items?: Schema;
  readonly properties?: Record<string, Schema>;
};
const grantSchema = schemaAt("360-giving-schema") as Schema & {
  readonly definitions: Record<string, Schema>;
};
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(grantSchema);
const isPackage = ajv.compile(schemaAt("360-giving-package-schema"));

type Transaction = { id: string; value: number; recipient?: string; transactionDate: string };
type Organisation = { id: string; name: string };
type Grant = {
  id: string;
  title: string;
  description: string;
  amountAwarded: number;
  amountDisbursed: number;
  recipientOrganization?: Organisation[];
  recipientIndividual?: Organisation;
  fundingOrganization: Organisation[];
  fundingType: { code: string }[];
  commitmentTransaction: Transaction[];
  disbursementTransaction: Transaction[];
  regrantType?: string;
  locationScope?: string;
};

let ledger: Ledger;
let done: () => void;
beforeAll(async () => {
  ({ ledger, done } = await tellStory());
});
afterAll(() => done());

function packageOf(query: Parameters<typeof exported>[2] = {}) {
  const { text } = exported(ledger, giving360, query);
  return { text, grants: (JSON.parse(text) as { grants: Grant[] }).grants };
}

function grantOf(key: string, query: Parameters<typeof exported>[2] = {}): Grant {
  const found = packageOf(query).grants.find(({ id }) => id.endsWith(idOf(key)));
  if (!found) throw new Error(`no grant ${key}`);
  return found;
}

describe("a 360Giving package", () => {
  test.each(["zh", "en"] as const)("is valid under the schema, in %s", (language) => {
    const { text } = packageOf({ language });
    expect(isPackage(JSON.parse(text)), JSON.stringify(isPackage.errors)).toBe(true);
  });

  test("would not be valid with a recipient of both kinds, or without one", () => {
    const { grants } = packageOf();
    const [grant] = grants as [Grant];
    const { recipientOrganization, ...without } = grant;
    const both = { ...grant, recipientIndividual: { id: "x", name: "y" } };
    expect(isPackage({ grants: [grant] })).toBe(true);
    expect(isPackage({ grants: [without] })).toBe(false);
    expect(isPackage({ grants: [both] })).toBe(false);
    expect(isPackage({ grants: [{ ...grant, amountAwarded: "1" }] })).toBe(false);
  });

  test("adds releases, returns and red entries as negative amounts", () => {
    const grant = grantOf("grant");
    expect(grant.commitmentTransaction.map(({ value }) => value)).toEqual([500, -50]);
    expect(grant.disbursementTransaction.map(({ value }) => value)).toEqual([400.04, -0.03]);
    expect([grant.amountAwarded, grant.amountDisbursed]).toEqual([450, 400.01]);
    const mixed = grantOf("mixed");
    expect(mixed.disbursementTransaction.map(({ value }) => value)).toEqual([20, 30, -30]);
    const [, paid, red] = mixed.disbursementTransaction;
    expect(red?.recipient).toBe(paid?.recipient);
  });

  test("says for every grant that its amounts are the sums of its transactions", () => {
    for (const grant of packageOf().grants) {
      const fen = (amount: number) => Math.round(amount * 100);
      const sum = (transactions: Transaction[]) =>
        transactions.reduce((total, { value }) => total + fen(value), 0);
      expect(sum(grant.commitmentTransaction)).toBe(fen(grant.amountAwarded));
      expect(sum(grant.disbursementTransaction)).toBe(fen(grant.amountDisbursed));
    }
  });

  test("names the organisation that was paid, or the community when several or none were", () => {
    expect(grantOf("grant").recipientOrganization?.[0]?.name).toBe("试验社工中心");
    expect(grantOf("mixed").recipientOrganization?.[0]?.name).toBe("海虞镇（社区）");
    expect(grantOf("unpaid").recipientOrganization?.[0]?.name).toBe("试验村（社区）");
  });

  test("names no person and no donor, and gives no identifier that follows a person", () => {
    const { text } = packageOf();
    expect(text).not.toMatch(/secret-/);
    expect(text).not.toContain(idOf("person"));
    const grant = grantOf("to-person");
    expect(grant.recipientIndividual?.name).toBe("个人受助者");
    expect(grant.recipientOrganization).toBeUndefined();
    expect(grant.disbursementTransaction[0]?.recipient).toBeUndefined();
  });

  test("keeps fiscal and agency money apart", () => {
    const codes = (key: string) => grantOf(key).fundingType.map(({ code }) => code);
    expect(codes("grant")).toEqual(["charity"]);
    expect(codes("unpaid")).toEqual(["fiscal"]);
    expect(codes("to-person")).toEqual(["charity", "agency"]);
    const { summary } = exported(ledger, giving360);
    expect(summary).toEqual({
      grants: 5,
      "charity awarded CNY": "610.00",
      "charity disbursed CNY": "520.01",
      "fiscal awarded CNY": "300.00",
      "fiscal disbursed CNY": "0.00",
      "regranted awarded CNY": "120.00",
      "regranted disbursed CNY": "120.00",
    });
  });

  test("marks what another charity grants again, and leaves moves within a host out", () => {
    const grant = grantOf("regrant");
    expect(grant.regrantType).toBe("FRG010");
    expect(grant.recipientOrganization?.[0]).toEqual({
      id: `CN-USCC-${OTHER_HOST}`,
      name: HOSTILE,
    });
    expect(packageOf().grants.some(({ id }) => id.endsWith(idOf("within")))).toBe(false);
    expect(grantOf("mixed").regrantType, "paid to a host of this ledger").toBe("FRG010");
    expect(grantOf("grant").regrantType).toBeUndefined();
  });

  test("is of one host when asked, by code or by name", () => {
    const own = packageOf({ params: { host: HOST } });
    expect(own.grants).toHaveLength(5);
    expect(packageOf({ params: { host: "试验慈善总会" } }).text).toBe(own.text);
    expect(() => packageOf({ params: { host: OTHER_HOST } })).toThrow("EXPORT_EMPTY");
    expect(() => packageOf({ params: { host: "谁" } })).toThrow("HOST_UNKNOWN");
  });

  test("tells what had happened by a day, and what was known at an entry", () => {
    const byMarch = grantOf("grant", { asOf: "2026-03-31" });
    expect([byMarch.amountAwarded, byMarch.amountDisbursed]).toEqual([500, 0]);
    expect(grantOf("mixed", { asOf: "2026-09-30" }).amountDisbursed).toBe(50);
    const entry = String(ledger.store.find(idOf("grant")));
    expect(packageOf({ asOf: entry }).grants).toHaveLength(1);
  });

  test("is the same bytes at the same point, also after more was recorded", () => {
    const entry = String(ledger.store.find(idOf("mixed-2")));
    const first = packageOf({ asOf: entry }).text;
    expect(packageOf({ asOf: entry }).text).toBe(first);
    expect(first).not.toBe(packageOf().text);
    expect(first).toContain("【演示】");
  });

  test("writes an amount digit by digit", () => {
    expect(packageOf().text).toContain('"value":400.04,');
    expect(packageOf().text).toContain('"value":-0.03,');
  });

  test("is refused when there is nothing in it", () => {
    const empty = freshLedger();
    expect(() => exported(empty.ledger, giving360)).toThrow("EXPORT_EMPTY");
    empty.done();
  });
});

describe("360Giving sheets", () => {
  const rowsOf = (text: string) => parse(text, { columns: true }) as Record<string, string>[];
  const titled = (schema: Schema, path: string[]): string[] => {
    const { $ref } = schema;
    if ($ref) return titled(grantSchema.definitions[$ref.split("/").at(-1) ?? ""] ?? {}, path);
    if (schema.items) return titled(schema.items, path);
    return Object.values(schema.properties ?? {}).flatMap((each) => {
      const own = each.title ?? grantSchema.definitions[each.$ref?.split("/").at(-1) ?? ""]?.title;
      const title = [...path, own ?? ""];
      const below = each.$ref || each.items ? titled(each, title) : [];
      return [title.join(":"), ...below];
    });
  };

  test("have the titles that the schema gives its fields", () => {
    const titles = new Set(titled(grantSchema, []));
    const [header = ""] = exported(ledger, giving360, { format: "csv" }).text.split("\r\n");
    for (const cell of header.split(",")) {
      const title = cell.slice(1, -1).replace(/:[01]:/, ":");
      expect(titles, title).toContain(title);
    }
  });

  test("say the same as the package, grant by grant", () => {
    const rows = rowsOf(exported(ledger, giving360, { format: "csv" }).text);
    const { grants } = packageOf();
    expect(rows.map((row) => row["Identifier"])).toEqual(grants.map(({ id }) => id));
    expect(rows.map((row) => Number(row["Amount Awarded"]))).toEqual(
      grants.map(({ amountAwarded }) => amountAwarded),
    );
    expect(rows.map((row) => row["For Regrant Type"] || undefined)).toEqual(
      grants.map(({ regrantType }) => regrantType),
    );
  });

  test("hold transactions and the meta data in a workbook, whose bytes do not change", () => {
    const { bytes } = exported(ledger, giving360, { format: "xlsx" });
    expect(exported(ledger, giving360, { format: "xlsx" }).bytes.equals(bytes)).toBe(true);
    const book = read(bytes);
    expect(book.SheetNames).toEqual([
      "grants",
      "commitmentTransaction",
      "disbursementTransaction",
      "Meta",
    ]);
    const paid = utils.sheet_to_json<Record<string, string | number>>(
      book.Sheets["disbursementTransaction"] as object,
    );
    const transactions = packageOf().grants.flatMap((grant) => grant.disbursementTransaction);
    expect(paid.map((row) => row["disbursementTransaction/0/value"])).toEqual(
      transactions.map(({ value }) => value),
    );
    const meta = utils.sheet_to_json(book.Sheets["Meta"] as object, { header: 1 });
    expect(meta[0]).toEqual(["version", "1.4"]);
  });

  test("run nothing as a formula", () => {
    const { text } = exported(ledger, giving360, { format: "csv", params: {} });
    expect(text).not.toMatch(/(?:^|,)"?[=+@]/m);
  });
});
