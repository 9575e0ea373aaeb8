// What the verbs that keep a ledger in order ask of it, be it a folder or a server. None of them needs
// the ledger to open: they are for the day when it does not.

import type { z } from "zod";
import type { MadeToken, ToldToken, tokenRequest } from "../app/access.ts";
import type { LedgerAudit } from "../app/audit/audit-ledger.ts";
import type { LedgerState } from "../app/doctor/ledger-state.ts";
import type { Rebuilt } from "../app/projections/projection.ts";
import type { Progress } from "../kernel/progress.ts";
import { localUpkeep } from "./local-upkeep.ts";
import { remoteUpkeep } from "./remote-upkeep.ts";
import type { Session } from "./session.ts";
import type { Chunks } from "./whole-file.ts";

/** The whole log as it is now: line n is entry n. */
export type ExportedLog = {
  /** To be read once. @throws rather than end before the last line. */
  readonly chunks: Chunks;
  close(): void;
};

export type Choose = (names: readonly string[]) => readonly string[];

export type RebuiltLedger = { readonly demo: boolean; readonly rebuilt: readonly Rebuilt[] };

export type Upkeep = {
  exportLog(): Promise<ExportedLog>;
  createToken(request: z.output<typeof tokenRequest>): Promise<MadeToken>;
  tokens(): Promise<readonly ToldToken[]>;
  /** False when there is no live token with this id. */
  revokeToken(id: string): Promise<boolean>;
  doctor(): Promise<LedgerState>;
  /** Rebuilds those of the ledger's projections that `choose` takes. */
  rebuild(choose: Choose, progress: Progress): Promise<RebuiltLedger>;
  audit(progress: Progress): Promise<LedgerAudit>;
};

/** The server of `--url`, or else the folder of `--data`. */
export function upkeepOf({ url, token, language, data }: Session): Upkeep {
  return url === undefined ? localUpkeep(data) : remoteUpkeep({ url, token, language });
}
