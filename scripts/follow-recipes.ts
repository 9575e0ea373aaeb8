// Follows docs/recipes.md literally on a copy of the project: its new files, its commands, and the
// lines that it says to add to lists; then types and tests. Run: npx tsx scripts/follow-recipes.ts

import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");
const copy = mkdtempSync(join(tmpdir(), "almoner-recipes-"));
const recipes = readFileSync(join(root, "docs/recipes.md"), "utf8");

/** Lines that the recipes say in words: what stands in a list, and the new line before or after it. */
const LINES = [
  {
    file: "src/domain/move.ts",
    at: /(?<=export const MEASURES = \[[^\]]*)\] as const/,
    line: '"visits",\n',
  },
  {
    file: "src/domain/facts.ts",
    at: /(?<=export const FACTS[^\]]*\] = \[[^\]]*)\]/,
    line: "visitRecorded,\n",
  },
  {
    file: "projections/index.ts",
    at: /(?<=export const TALLIES[^\]]*\] = \[[^\]]*)\]/,
    line: ", projectVisits",
  },
  {
    file: "projections/reports/index.ts",
    at: /(?<=export const REPORTS[^\]]*\] = \[[^\]]*)\]/,
    line: "projectVisits,\n",
  },
  {
    file: "test/domain/examples.ts",
    at: /(?= {2}step\("CloseProject")/,
    line: blockAfter("**5. "),
  },
] as const;
const IMPORTS = {
  "src/domain/facts.ts": 'import { visitRecorded } from "./granting/record-visit.ts";',
  "projections/index.ts": 'import { projectVisits } from "./project-visits.ts";',
  "projections/reports/index.ts": 'import { projectVisits } from "./project-visits.ts";',
} as const;

try {
  copyProject();
  const made = newFiles();
  for (const { file, at, line } of LINES) edit(file, (text) => insert(text, at, line, file));
  for (const [file, line] of Object.entries(IMPORTS)) {
    edit(file, (text) => insert(text, /^(?=import )/m, `${line}\n`, file));
  }
  for (const command of blockAfter("**6. ").trim().split("\n")) run(command);
  run(`npx vitest run ${made.filter((path) => path.startsWith("test/")).join(" ")}`);
  console.log(`${made.length} new files of docs/recipes.md, followed as written`);
} finally {
  rmSync(copy, { recursive: true });
}

function copyProject(): void {
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" });
  for (const file of files.split("\0").filter(Boolean)) {
    cpSync(join(root, file), join(copy, file));
  }
  // Some tests ask git what belongs to the project.
  run("git init -q && git add -A");
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
}

/** Writes the files that the page shows whole; returns their paths. */
function newFiles(): string[] {
  const shown = [...recipes.matchAll(/New file `([^`]+)`:\n\n```ts\n([\s\S]*?)```/g)];
  if (shown.length === 0) throw new Error("docs/recipes.md shows no new file");
  return shown.map(([, path = "", text = ""]) => {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), text);
    return path;
  });
}

/** The first block of code after a heading of the page. */
function blockAfter(heading: string): string {
  const [, code] = /```\w+\n([\s\S]*?)```/.exec(recipes.slice(recipes.indexOf(heading))) ?? [];
  if (code === undefined) throw new Error(`docs/recipes.md has no code after ${heading}`);
  return code;
}

function insert(text: string, at: RegExp, line: string, file: string): string {
  const place = text.search(at);
  if (place < 0) throw new Error(`${file} has no place for ${line.trim()}`);
  return text.slice(0, place) + line + text.slice(place);
}

function edit(file: string, change: (text: string) => string): void {
  const path = join(copy, file);
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

function run(command: string): void {
  console.log(`$ ${command}`);
  execFileSync("bash", ["-c", command], { cwd: copy, stdio: "inherit" });
}
