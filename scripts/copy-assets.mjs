// Copies what the compiler leaves behind: every file of the program that is no TypeScript.
import { cpSync } from "node:fs";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
for (const folder of ["src", "scripts/demo"]) {
  cpSync(join(root, folder), join(root, "dist", folder), {
    recursive: true,
    force: true,
    filter: (source) => !source.endsWith(".ts"),
  });
}
