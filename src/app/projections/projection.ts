// What every kept projection is to the rest of the program, whatever it folds into.

import type { Committed } from "../../store/event-store.ts";
import type { Damage } from "../derived-file.ts";

/** `write`: keeps the projection's file. `read`: another process may keep it; nothing is written. */
export type Mode = "write" | "read";

/** What a reader knows of the log beside it, which a writer makes grow. */
export type Beside = {
  /** The last entry on the log by now, further than the reader may have come. */
  head(): number;
  /** Lets the reader come as far. */
  refresh(): void;
};

/** Where a projection is kept, whatever it folds. */
export type ProjectionParts = {
  readonly dir: string;
  readonly beside?: Beside | undefined;
  readonly onDamage?: ((damage: Damage) => void) | undefined;
};

/** Which point of history a report is about. */
export type Point = {
  /** The last entry known. */
  readonly entry: number;
  /** The last business date counted; left out, every date. */
  readonly day?: number | undefined;
};

export type Stopped = { readonly entry: number; readonly error: string };

export type ProjectionStatus = {
  readonly name: string;
  readonly version: number;
  readonly entry: number;
  readonly lagEntries: number;
  readonly stopped?: Stopped;
};

export type Rebuilt = {
  readonly projection: string;
  readonly entries: number;
  readonly seconds: number;
  readonly entriesPerSecond: number;
  /** Whether what was rebuilt equals what was served, byte for byte. */
  readonly identical: boolean;
  /** Whether it is served from now on; a reader only compares. */
  readonly swapped: boolean;
};

export type Projection = {
  status(): ProjectionStatus;
  /** Folds what was committed; what was missed is read from the log. An error stops it. */
  follow(committed: Committed): void;
  /**
   * Folds from entry 1 beside the served version, compares, and swaps. What `onProgress` throws ends
   * it, and the served version stays.
   */
  rebuild(onProgress?: (entries: number) => void): Promise<Rebuilt>;
  close(): void;
};

/** The projection has stopped at an entry it could not fold. */
export class ProjectionStopped extends Error {
  readonly stopped: Stopped;

  constructor(name: string, stopped: Stopped) {
    super(`projection ${name} stopped at entry ${stopped.entry}: ${stopped.error}`);
    this.name = "ProjectionStopped";
    this.stopped = stopped;
  }
}

/** The first and the last entry of a commit. */
export function rangeOf({ events }: Committed): [first: number, head: number] {
  return [events[0]?.entry ?? 0, events.at(-1)?.entry ?? 0];
}
