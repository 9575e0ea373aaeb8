// The keys that sign the log: made, listed and changed where the ledger's folder is.

import { type Ledger, openLedger } from "../app/ledger.ts";
import { createKey, type LogKey, listKeys } from "../app/log/log-keys.ts";
import { EXIT, failure } from "./failure.ts";
import { checkLedger } from "./local-backend.ts";
import type { Session } from "./session.ts";

export type OriginFlags = { readonly origin?: string };

/** Makes the ledger's first signing key, and signs the log with it. */
export async function createKeyVerb(session: Session, { origin }: OriginFlags): Promise<void> {
  checkLedger(session.data);
  const key = createKey(session.data, origin ?? originOf(session.data));
  const size = await signLog(session);
  session.answer({ ...key, signed: size });
  showVkey(session, key);
  const told = { zh: "条已签署；私钥", en: "entries signed; private key" };
  session.line(`${size} ${session.say(told)}: ${key.path}`);
}

/** Lists the keys without their secrets. */
export function listKeysVerb(session: Session): void {
  checkLedger(session.data);
  const keys = listKeys(session.data);
  session.answer({ keys });
  session.table(
    [
      { title: session.say({ zh: "公钥 (vkey)", en: "Public key (vkey)" }), kind: "text" },
      { title: session.say({ zh: "状态", en: "State" }), kind: "text" },
      { title: session.say({ zh: "私钥文件", en: "Private key file" }), kind: "text" },
    ],
    keys.map(({ vkey, retired, path }) => [
      vkey,
      session.say(retired ? { zh: "已停用", en: "retired" } : { zh: "签署中", en: "signs" }),
      path,
    ]),
  );
}

/** Opens the ledger with its keys, lets the tree catch up, and signs; returns the signed size. */
export async function signLog(session: Session): Promise<number> {
  const ledger = openLedger(session.data);
  try {
    await ledger.log.catchUp(session.progress("sign"));
    ledger.log.sign();
    const { fork, error, signedSize } = ledger.log.status();
    if (error ?? fork) throw failure(EXIT.corrupt, error ?? "LOG_FORK: run `almoner doctor`");
    return signedSize;
  } finally {
    ledger.close();
  }
}

export function showVkey(session: Session, { vkey }: LogKey): void {
  const told = { zh: "公钥，请交给审计人", en: "public key, for auditors" };
  session.line(`${session.say(told)}: ${vkey}`);
}

/** A log's name unless one is told: the ledger's own id, which no other ledger has. */
export function originOf(dir: string): string {
  const ledger = openLedger(dir);
  try {
    return defaultOrigin(ledger);
  } finally {
    ledger.close();
  }
}

function defaultOrigin(ledger: Ledger): string {
  const [opened] = ledger.store.read(1, 1);
  if (!opened) throw failure(EXIT.usage, "the ledger is empty: run `almoner init` first");
  return `almoner.local/${opened.id}`;
}
