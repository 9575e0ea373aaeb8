// `npm run test:kurrentdb`: the store's contract and the cluster's tests against the server that
// KURRENTDB_URL names. Each run has ledger names of its own; nothing else there is touched.
import { spawnSync } from "node:child_process";
import { installPackages } from "./packages.mjs";

const url = process.env.KURRENTDB_URL;
if (!url) {
  console.error("KURRENTDB_URL is not set: nothing was tested.");
  console.error("Set it to kurrentdb://host:2113?tls=false, or name every node of a cluster.");
  process.exit(2);
}
process.chdir(new URL("..", import.meta.url).pathname);
installPackages();
const parts = {
  contract: "the contract of an event store",
  cluster: "several nodes: same bytes, exact keys, no fund overspent",
  late: "nothing lands behind the closing of its period or fund (put there by hand: in process)",
  lease: "one node signs",
  move: "moving a ledger there and back (its broken-off moves run in process)",
};
const files = Object.keys(parts).map((name) => `test/store/kurrentdb/${name}.test.ts`);
const { status } = spawnSync("npx", ["vitest", "run", ...files], { stdio: "inherit" });
console.log(`${status === 0 ? "passed" : "FAILED"} against ${url.replace(/\/\/[^@/]*@/, "//")}:`);
for (const covered of Object.values(parts)) console.log(`  ${covered}`);
console.log("not covered: faults of the server, which only the in-process one can be told to have");
process.exit(status ?? 1);
