// Works that run once at a time, each under its name.

import { problemError } from "./problems.ts";

/**
 * Claims the name of a work, and returns the way to give it back.
 * @throws a 409 problem ALREADY_RUNNING while somebody else has it.
 */
export function claims(): (name: string) => () => void {
  const running = new Set<string>();
  return (name) => {
    if (running.has(name)) throw problemError("ALREADY_RUNNING");
    running.add(name);
    return () => void running.delete(name);
  };
}
