// What every route gets: the ledger, who may call, what is measured, and the sign to stop.

import type { Access } from "../app/access.ts";
import type { Ledger } from "../app/ledger.ts";
import type { Metrics } from "./metrics.ts";

export type HttpDeps = {
  readonly ledger: Ledger;
  readonly access: Access;
  readonly metrics: Metrics;
  /** Aborted when the server closes, so that open streams and long works end. */
  readonly closing: AbortSignal;
};
