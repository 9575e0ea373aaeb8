// Keeps a damaged file from stopping its projection: the process that keeps the file sets it aside
// and makes it anew, and a reader goes on without it.

import { type Damage, DamagedFile, leave, setAside } from "./derived-file.ts";

export type Mending = {
  /** Whether the file was found damaged. */
  found(): boolean;
  /** The file was rebuilt from the log. */
  forget(): void;
  /** Does a work, and once more after the file that kept it from being done was replaced. */
  over<T>(work: () => T, served?: Served): T;
};

/** What is open of the file, when it was not the opening that failed. */
export type Served = { letGo(): void; reopen(): void };

/** Mends the file at a path; `isReader` when another process keeps it. */
export function mendingOf(
  path: string,
  isReader: boolean,
  onDamage: (damage: Damage) => void,
): Mending {
  let found = false;
  return {
    found: () => found,
    forget() {
      found = false;
    },
    over(work, served) {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof DamagedFile) || error.path !== path) throw error;
        found = true;
        // Before its place is taken: SQLite deletes by name what it keeps beside a file.
        served?.letGo();
        onDamage(isReader ? leave(path) : setAside(path));
        served?.reopen();
        return work();
      }
    },
  };
}
