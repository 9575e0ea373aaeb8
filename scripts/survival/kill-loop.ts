// Kills a writing ledger many times and demands that nothing acknowledged is lost or doubled, and that
// every checkpoint ever seen is the beginning of the log as it is.
// Exit 1 otherwise; the folder is then kept for a look.
// Usage: tsx scripts/survival/kill-loop.ts [--cycles 100] [--seed 1]

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { killCycles } from "./kill-cycles.ts";

const { values } = parseArgs({
  options: {
    cycles: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
  },
});
const dir = await mkdtemp(join(tmpdir(), "almoner-kill-"));
const { acknowledged, seen, faults } = await killCycles({
  dir,
  cycles: Number(values.cycles),
  seed: Number(values.seed),
  onCycle: ({ cycle, acknowledged, checkpoints, faults }) =>
    console.log(
      `cycle ${cycle}: ${acknowledged} acknowledged, ${checkpoints} checkpoints, ${faults.length} faults`,
    ),
});
for (const fault of faults) console.error(fault);
console.log(
  `${values.cycles} kills, ${acknowledged.size} acknowledged, ${seen.heads.size} checkpoints seen, ${faults.length} faults`,
);
if (faults.length > 0) {
  console.error(`kept in ${dir}`);
  process.exitCode = 1;
} else {
  await rm(dir, { recursive: true });
}
