// The last checkpoint that each retired key signed, one file each in `log/handovers`, named by its
// size: by it a reader who trusts only that key follows to the next one.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LOG_FILES } from "./log-files.ts";
import { writeDurably } from "./write-durably.ts";

export type Handovers = {
  /** Their sizes, ascending. */
  sizes(): number[];
  /** The signed note of this size. */
  note(size: number): string | undefined;
};

/** The handovers kept in a ledger's folder. */
export function handoversIn(dir: string): Handovers {
  const folder = join(dir, LOG_FILES.handovers);
  const isThere = (size: number) => existsSync(join(folder, String(size)));
  return {
    sizes() {
      const names = existsSync(folder) ? readdirSync(folder) : [];
      const sizes = names.filter((name) => /^[1-9][0-9]{0,14}$/.test(name)).map(Number);
      return sizes.sort((a, b) => a - b);
    },
    note: (size) => (isThere(size) ? readFileSync(join(folder, String(size)), "utf8") : undefined),
  };
}

/** Keeps a checkpoint, durably. */
export function keepHandover(dir: string, size: number, note: string): void {
  writeDurably(join(dir, LOG_FILES.handovers, String(size)), note);
}
