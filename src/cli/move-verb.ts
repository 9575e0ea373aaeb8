// `almoner move`: a ledger from a folder to a cluster, and back.

import { moveToCluster, moveToFolder } from "../app/move.ts";
import { errorText } from "../kernel/error-text.ts";
import { StoreUnavailable } from "../store/event-store.ts";
import { isClusterAddress } from "../store/kurrentdb/address.ts";
import { EXIT, failure } from "./failure.ts";
import { checkLedger } from "./local-backend.ts";
import type { Session } from "./session.ts";

export type MoveFlags = { readonly from: string; readonly to: string };

/** Moves a ledger and proves byte by byte that it is the same; may be run again. */
export async function moveVerb(session: Session, { from, to }: MoveFlags): Promise<void> {
  if (isClusterAddress(from) === isClusterAddress(to)) {
    throw failure(EXIT.usage, {
      zh: "--from 与 --to 一个是文件夹，另一个是 kurrentdb://…",
      en: "one of --from and --to is a folder, the other kurrentdb://…",
    });
  }
  const onProgress = session.progress("move");
  try {
    if (isClusterAddress(to)) checkLedger(from);
    const { entries, root } = isClusterAddress(to)
      ? await moveToCluster({ dir: from, address: to, onProgress })
      : await moveToFolder({ dir: to, address: from, onProgress });
    session.answer({ entries, root, identical: true });
    const told = { zh: "条已迁移，逐字节一致；根", en: "entries moved, byte for byte; root" };
    session.line(`${entries} ${session.say(told)} ${root}`);
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    const differs = (error as Error).name === "LogDamaged";
    throw failure(differs ? EXIT.corrupt : EXIT.refused, errorText(error));
  }
}
