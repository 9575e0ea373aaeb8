import { statSync } from "node:fs";
import { expect, it } from "vitest";
import type { ImportReport } from "../../src/import/report.ts";
import { openSources } from "../../src/import/sources.ts";
import { csvOf, importInto, pathOf } from "./support.ts";

it("keeps what tells rows apart and where each file of a source ended", async () => {
  const path = pathOf("sources.db");
  const { report } = await importInto(csvOf("2026-03-01,甲,1,"));
  const ended = (sha256: string, closing: string): ImportReport => ({
    ...report,
    sha256,
    balance: { opening: null, closing, agrees: "none" },
  });
  const sources = openSources(path);
  expect(sources.identityOf("test")).toBeUndefined();
  sources.claim("test", "amount, date");
  sources.claim("test", "something else");
  expect(sources.balanceBefore("test", "a")).toBeUndefined();
  sources.keep(ended("a", "10.00"));
  sources.keep(ended("b", "20.00"));
  sources.keep(ended("a", "10.00"));
  sources.close();
  const reading = openSources(path, { readOnly: true });
  expect(reading.identityOf("test")).toBe("amount, date");
  expect(["a", "b", "c"].map((file) => reading.balanceBefore("test", file))).toEqual([
    undefined,
    "10.00",
    "20.00",
  ]);
  expect(reading.balanceBefore("other", "c")).toBeUndefined();
  reading.close();
});

it("makes no file for a dry run", () => {
  const path = pathOf("no-sources.db");
  openSources(path, { readOnly: true }).close();
  expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
});
