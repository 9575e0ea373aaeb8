import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mapping } from "../../src/import/mapping.ts";
import { loadMapping, SHIPPED_MAPPINGS } from "../../src/import/mappings.ts";
import { UnusableMapping } from "../../src/import/read-mapping.ts";
import { fileOf } from "./support.ts";

const valid = {
  name: "gifts",
  title: { zh: "捐款表", en: "Gifts" },
  columns: { date: ["日期"], donor: ["捐赠人"], amount: ["金额"] },
};

describe("docs/import.md", () => {
  const page = readFileSync(new URL("../../docs/import.md", import.meta.url), "utf8");

  it("names every field of a mapping and no other", () => {
    const named = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, field]) => field);
    expect(named).toEqual(Object.keys(mapping.shape));
  });

  it("begins with a mapping that can be used", () => {
    const [, example = ""] = /```json\n(.*?)```/s.exec(page) ?? [];
    expect(mapping.safeParse(JSON.parse(example)).error).toBeUndefined();
  });
});

describe("a mapping", () => {
  it("needs only a name, a title and its columns", () => {
    expect(mapping.parse(valid)).toMatchObject({
      format: "auto",
      identity: ["date", "donor", "amount"],
      outgoing: "exception",
    });
  });

  it.each([
    ["an unknown field", { colour: "red" }],
    ["no amount", { columns: { date: ["日期"], donor: ["捐赠人"] } }],
    ["two kinds of amount", { columns: { donor: ["d"], amount: ["a"], amountIn: ["b"] } }],
    ["an out column alone", { columns: { donor: ["d"], amount: ["a"], amountOut: ["b"] } }],
    [
      "a balance over several currencies",
      {
        columns: { donor: ["d"], amount: ["a"], balance: ["b"], currency: ["c"] },
      },
    ],
    ["an identity without the amount", { identity: ["date", "donor"] }],
    ["an identity of a column that is not mapped", { identity: ["amount", "reference"] }],
    [
      "a rule over a column that is not mapped",
      {
        rules: [{ when: { column: "note", contains: ["x"] }, restriction: { kind: "fund" } }],
      },
    ],
    ["a match of nothing", { skip: [{ column: "donor" }] }],
    ["a pattern", { skip: [{ column: "donor", matches: "^(a+)+$" }] }],
    ["day first and month first", { dates: ["D/M/YYYY", "M/D/YYYY"] }],
    [
      "a restriction that no event knows",
      {
        rules: [{ when: { column: "donor", contains: ["x"] }, restriction: { kind: "moon" } }],
      },
    ],
  ])("is refused with %s", (_name, change) => {
    expect(mapping.safeParse({ ...valid, ...change }).success).toBe(false);
  });

  it.each(SHIPPED_MAPPINGS)("that is shipped can be loaded by its name: %s", async (name) => {
    expect((await loadMapping(name)).name).toBe(name);
  });

  it("is loaded from a file by its path", async () => {
    expect((await loadMapping(fileOf(JSON.stringify(valid), "json"))).name).toBe("gifts");
  });

  it.each([
    ["no JSON", () => fileOf("{", "json"), /mapping .*: .*JSON/],
    ["a wrong field", () => fileOf(JSON.stringify({ ...valid, name: 1 }), "json"), /: name: /],
    ["a name that none has", () => "nosuch", /no such file.*hubei-red-cross, agribank-statement/],
  ])("says what is wrong with %s", async (_what, place, reason) => {
    const failed = loadMapping(place());
    await expect(failed).rejects.toThrow(UnusableMapping);
    await expect(failed).rejects.toThrow(reason);
  });
});
