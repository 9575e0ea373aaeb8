// House rules that no type can hold: what is listed, what is translated, what may not be committed.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { ALL_TALLIES, LOOKUPS } from "../projections/index.ts";
import { REPORTS } from "../projections/reports/index.ts";
import { eventsPage } from "../scripts/docs-events.ts";
import { REGISTER_TYPES } from "../src/app/load-books.ts";
import { AREAS } from "../src/domain/fact.ts";
import { FACTS } from "../src/domain/facts.ts";
import { REFUSALS } from "../src/domain/refusals.ts";
import { HAND_OVERS } from "../src/export/interchange/index.ts";
import type { Text } from "../src/kernel/text.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const HAN = /\p{Script=Han}/u;

function source(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Source files directly in a folder whose text matches. */
function filesWith(folder: string, text: RegExp): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name))
    .filter((path) => text.test(source(path)));
}

function tracked(): string[] {
  const names = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" });
  return names.split("\0").filter((name) => name !== "" && existsSync(join(ROOT, name)));
}

function repeated(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

function expectText({ zh, en }: Text): void {
  expect(zh).toMatch(HAN);
  expect(en).toMatch(/^[^\p{Script=Han}]+$/u);
}

const HAND_OVER_DIR = "src/export/interchange";

describe("explicit lists", () => {
  const factFiles = AREAS.flatMap((area) => filesWith(`src/domain/${area}`, /= defineFact\(/));
  const lists = [
    { what: "fact", list: FACTS, files: factFiles },
    { what: "projection", list: ALL_TALLIES, files: filesWith("projections", /= defineTally\(/) },
    { what: "lookup", list: LOOKUPS, files: filesWith("projections", /= defineLookup\(/) },
    { what: "hand-over", list: HAND_OVERS, files: filesWith(HAND_OVER_DIR, /= defineHandOver\(/) },
    { what: "report", list: REPORTS, files: filesWith("projections/reports", /= defineReport\(/) },
  ];

  test.each(lists)("hold every $what file", async ({ list, files }) => {
    expect(files).toHaveLength(list.length);
    for (const path of files) {
      const exported: object = await import(join(ROOT, path));
      const found = Object.values(exported).filter((value) => list.includes(value as never));
      expect(found, path).toHaveLength(1);
    }
  });

  test("name every fact that changes a register, so that a start reads it", () => {
    const changing = factFiles.filter((path) => /^ {2}evolve[:(]/m.test(source(path)));
    const types = changing.map((path) => /^ {2}type: "(\w+)"/m.exec(source(path))?.[1]);
    expect(types.sort()).toEqual([...REGISTER_TYPES].sort());
  });

  test("give every fact a type, a command, a path and a verb of its own", () => {
    for (const name of ["type", "command", "verb"] as const) {
      expect(repeated(FACTS.map((fact) => fact[name]))).toEqual([]);
    }
    expect(repeated(FACTS.map(({ path }) => path.replace(/\{\w+\}/g, "{}")))).toEqual([]);
  });

  test("take the names in a path from the fact's input", () => {
    for (const { path, input } of FACTS) {
      for (const [, name = ""] of path.matchAll(/\{(\w+)\}/g)) expect(input).toHaveProperty(name);
    }
  });
});

describe("both languages", () => {
  test.each(Object.entries(REFUSALS))("tell refusal %s with the same parameters", (_code, text) => {
    expectText(text);
    const names = (template: string) => (template.match(/\{\w+\}/g) ?? []).sort();
    expect(names(text.zh)).toEqual(names(text.en));
  });

  test("title every fact, projection, report and column", () => {
    for (const { title, about } of FACTS) [title, about].forEach(expectText);
    for (const { title, definition } of [...ALL_TALLIES, ...LOOKUPS])
      [title, definition].forEach(expectText);
    for (const { title, about } of HAND_OVERS) [title, about].forEach(expectText);
    for (const { title } of [
      ...REPORTS,
      ...[...ALL_TALLIES, ...REPORTS].flatMap((t) => t.columns),
    ]) {
      expectText(title);
    }
  });
});

test("a rule of a schema has its message in both languages", () => {
  // The last argument of a rule, as a plain text.
  const plain = /\.(?:regex|refine)\((?:[^;]*?),\s*(?:"[^"]*"|`[^`]*`),?\s*\)(?=[\s.,;)])/;
  const sources = tracked().filter((name) => /^(?:src|projections)\/.*\.ts$/.test(name));
  const rules = sources.flatMap((name) =>
    source(name)
      .split(/(?=\.(?:regex|refine)\()/)
      .filter((rule) => plain.test(rule))
      .map((rule) => `${name}: ${rule.slice(0, 80)}`),
  );
  expect(rules).toEqual([]);
});

test("a column of texts in one language says which", () => {
  const columns = REPORTS.flatMap((report) => report.columns);
  for (const { name, language } of columns) {
    const suffix = /(Zh|En)$/.exec(name)?.[1];
    if (suffix) expect([name, language]).toEqual([name, suffix.toLowerCase()]);
  }
});

describe("the docs", () => {
  test("of events say what the facts say (npx tsx scripts/docs-events.ts)", () => {
    expect(source("docs/events.md")).toBe(eventsPage(FACTS));
  });

  test("link only to what exists", () => {
    const pages = tracked().filter((name) => name.endsWith(".md"));
    const broken = pages.flatMap((page) =>
      [...source(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map(([, target = ""]) => join(dirname(page), target))
        .filter((target) => !existsSync(join(ROOT, target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(broken).toEqual([]);
  });
});

test("no tracked text names a place on somebody's machine", () => {
  const place = /(?<![\w.}:-])(?:\/(?:work|home|root|Users)\/\w|[A-Z]:\\Users\\)/;
  const found = tracked().filter((name) => place.test(source(name)));
  expect(found).toEqual([]);
});
