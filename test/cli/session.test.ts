import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { workIn } from "../../src/cli/session.ts";

const SOURCE = fileURLToPath(new URL("../../src", import.meta.url));

test("every long work has a name in Chinese", () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" });
  const sources = files.filter((name) => name.endsWith(".ts"));
  const works = sources.flatMap((name) => {
    const text = readFileSync(join(SOURCE, name), "utf8");
    return [...text.matchAll(/progress(?:In\(\w+\))?\(["`](\w+)/g)].map(([, work = ""]) => work);
  });
  expect(works.length).toBeGreaterThan(9);
  // A unit is written alike.
  const inEnglish = works.filter((work) => work !== "KiB" && workIn("zh", work) === work);
  expect(inEnglish).toEqual([]);
  expect(workIn("zh", "rebuild fund-balance")).toBe("重建 fund-balance");
  expect(workIn("en", "rebuild fund-balance")).toBe("rebuild fund-balance");
});
