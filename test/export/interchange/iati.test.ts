// IATI files against the published schema (with xmllint), and against the ledger they come from.

import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Ledger } from "../../../src/app/ledger.ts";
import { iati } from "../../../src/export/interchange/iati.ts";
import { HOST, idOf } from "../../app/scene.ts";
import { missing } from "../../support/missing.ts";
import { HOSTILE, OTHER_HOST, tellStory } from "./story.ts";
import { exported } from "./support.ts";

const SCHEMA = fileURLToPath(
  new URL("../../fixtures/schemas/iati-activities-2.03.xsd", import.meta.url),
);

let ledger: Ledger;
let done: () => void;
beforeAll(async () => {
  ({ ledger, done } = await tellStory());
});
afterAll(() => done());

function fileOf(host = HOST, query: Parameters<typeof exported>[2] = {}) {
  return exported(ledger, iati, { params: { host }, ...query });
}

function problemsOf(xml: string): string {
  const { status, stderr } = spawnSync("xmllint", ["--noout", "--nonet", "--schema", SCHEMA, "-"], {
    input: xml,
    encoding: "utf8",
  });
  return status === 0 ? "" : stderr;
}

/** What an XPath expression finds, as text. */
function found(xml: string, expression: string): string {
  const args = ["--nonet", "--xpath", `string(${expression})`, "-"];
  return execFileSync("xmllint", args, { input: xml, encoding: "utf8" }).trimEnd();
}

const activity = (key: string) => `//iati-activity[contains(iati-identifier,'${idOf(key)}')]`;
const sum = (key: string, type: string) =>
  `sum(${activity(key)}/transaction[transaction-type/@code='${type}']/value)`;

describe.skipIf(missing("xmllint") !== undefined)("an IATI file", () => {
  test.each([
    [HOST, "zh"],
    [HOST, "en"],
    [OTHER_HOST, "zh"],
  ] as const)("of %s is valid under the schema, in %s", (host, language) => {
    expect(problemsOf(fileOf(host, { language }).text)).toBe("");
  });

  test("would not be valid with a part missing, out of place or not a number", () => {
    const { text } = fileOf();
    for (const broken of [
      text.replace(' version="2.03"', ""),
      text.replace('<activity-status code="2"/>\n', ""),
      text.replace(/<value ([^>]*)>[^<]*</, "<value $1>1e3<"),
      text.replace(/(<transaction-type [^>]*>)(<transaction-date [^>]*>)/, "$2$1"),
      text.replace(/ iso-date="[^"]*"/, ' iso-date="2026-02-30"'),
    ]) {
      expect(broken).not.toBe(text);
      expect(problemsOf(broken)).not.toBe("");
    }
  });

  test("adds up to the ledger: what came in, was committed and was paid, net of what was undone", () => {
    const { text, summary } = fileOf();
    const town = "fund-town";
    expect(found(text, sum(town, "1"))).toBe("500");
    expect(found(text, sum(town, "2"))).toBe("910");
    expect(found(text, sum(town, "4"))).toBe("100");
    expect(Number(found(text, sum(town, "3")))).toBeCloseTo(400.01 + 20 + 120 + 10, 2);
    expect(summary).toEqual({ host: HOST, activities: 3, transactions: 18 });
  });

  test("names the other fund's activity at both ends of a transfer", () => {
    const out = `${activity("fund-town")}/transaction[value='120.00']/receiver-org`;
    const id = `CN-USCC-${OTHER_HOST}-${idOf("fund-other")}`;
    expect(found(fileOf().text, `${out}/@receiver-activity-id`)).toBe(id);
    const other = fileOf(OTHER_HOST).text;
    const into = `${activity("fund-other")}/transaction[value='120.00']/provider-org`;
    expect(found(other, `${into}/@provider-activity-id`)).toBe(
      `CN-USCC-${HOST}-${idOf("fund-town")}`,
    );
  });

  test("refers a red entry to the entry that it undoes", () => {
    const { text } = fileOf();
    const red = `${activity("fund-town")}/transaction[value='-30.00']`;
    expect(found(text, `${red}/description/narrative`)).toContain(
      `entry-${ledger.store.find(idOf("mixed-2"))}`,
    );
    expect(found(text, `${red}/receiver-org/@ref`)).toBe("CN-USCC-91350100M000100Y43");
  });

  test("keeps names that look like markup as they are", () => {
    expect(found(fileOf(OTHER_HOST).text, "//reporting-org/narrative")).toBe(HOSTILE);
    expect(found(fileOf(OTHER_HOST).text, `//description/narrative`)).toBe(HOSTILE);
  });

  test("names no person and no donor", () => {
    const { text } = fileOf();
    expect(text).not.toMatch(/secret-/);
    expect(text).not.toContain(idOf("person"));
    expect(text).toContain("个人受助者");
  });

  test("says which host it wants when there are several", () => {
    expect(() => exported(ledger, iati)).toThrow("EXPORT_NEEDS_HOST");
  });

  test("tells what had happened by a day", () => {
    const { text } = fileOf(HOST, { asOf: "2026-03-31" });
    expect(found(text, sum("fund-town", "1"))).toBe("1500.05");
    expect(found(text, sum("fund-town", "4"))).toBe("0");
  });

  test("is the same bytes at the same point", () => {
    const entry = String(ledger.store.find(idOf("mixed-2")));
    expect(fileOf(HOST, { asOf: entry }).text).toBe(fileOf(HOST, { asOf: entry }).text);
  });
});
