// Tallies that follow the log at their own pace: folding postings costs more than a commit should
// wait for. They catch up in pauses, a page at a time, and at once when somebody asks.

import { StoreUnavailable } from "../../store/event-store.ts";
import type { TallyRunner } from "./tally-runner.ts";

/** How long after a commit the folding starts, so that a burst of commits is folded together. */
const PAUSE_MS = 200;
/** When to try again after the log could not be read. */
const RETRY_MS = 1_000;

export type Behind = {
  readonly runners: readonly TallyRunner[];
  /** Something was committed. */
  follow(): void;
  stop(): void;
};

/** Lets tallies follow behind. */
export function behind(runners: readonly TallyRunner[]): Behind {
  let timer: NodeJS.Timeout | undefined;

  function later(ms: number): void {
    timer ??= setTimeout(step, ms);
    // What is not folded when the process ends is folded when somebody asks for it.
    timer.unref();
  }

  function step(): void {
    timer = undefined;
    try {
      const more = runners.map((runner) => runner.advance());
      if (more.some(Boolean)) later(0);
    } catch (error) {
      // Nobody waits for this: who writes or asks meets the same failure and is told of it.
      if (!(error instanceof StoreUnavailable)) throw error;
      later(RETRY_MS);
    }
  }

  return {
    runners,
    follow: () => later(PAUSE_MS),
    stop: () => clearTimeout(timer),
  };
}
