// Runs the tests' KurrentDB server as a process of its own, to try a cluster without installing one:
// `npx tsx scripts/kurrentdb-server.ts`. It prints its address and keeps its log in memory only.

import { parseArgs } from "node:util";
import {
  SERVER_VERSIONS,
  startKurrentDbServer,
} from "../test/support/kurrentdb/kurrentdb-server.ts";

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "1" },
    version: { type: "string", default: "26.0" },
  },
});
const version = SERVER_VERSIONS.find((known) => known === values.version);
if (!version) throw new RangeError(`--version is one of ${SERVER_VERSIONS.join(", ")}`);
const server = await startKurrentDbServer({ nodes: Number(values.nodes), version });
console.log(server.connectionString);
// A server that a benchmark started ends with it.
process.on("disconnect", () => process.exit());
