import { expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";

test("works without a single variable, in Chinese", () => {
  expect(readConfig({})).toEqual({
    data: "data/ledger",
    token: undefined,
    port: undefined,
    language: "zh",
  });
});

test("takes the language from LANG and the port as a number", () => {
  const config = readConfig({ LANG: "en_GB.UTF-8", PORT: "9000", ALMONER_DATA: "x" });
  expect(config).toMatchObject({ language: "en", port: 9000, data: "x" });
});

test("names the variable that is wrong", () => {
  expect(() => readConfig({ PORT: "web" })).toThrow("PORT");
});
