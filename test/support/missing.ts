// Which of other people's programs this machine lacks; what needs them is then skipped. `.ci/run`
// installs them all.

import { spawnSync } from "node:child_process";

/** The first of these programs that is not installed. */
export function missing(...programs: string[]): string | undefined {
  return programs.find((name) => spawnSync("which", [name]).status !== 0);
}
