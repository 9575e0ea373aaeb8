// The keys that sign the log: made, listed and changed where the ledger's folder is.

import { type Ledger, openLedger } from "../app/ledger.ts";
import { forkRefusal } from "../app/log/fork.ts";
import { keepHandover } from "../app/log/handovers.ts";
import { addKey, createKey, type LogKey, listKeys, retireKey } from "../app/log/log-keys.ts";
import { zoneOf } from "../app/point.ts";
import { logKeyRetired } from "../domain/books/retire-log-key.ts";
import { eventIdOfKey } from "../store/event-id.ts";
import { EXIT, failure, messageOf } from "./failure.ts";
import { askWitnesses, checkLedger } from "./local-backend.ts";
import type { Session } from "./session.ts";
import { todayIn } from "./today.ts";

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

/**
 * Adds a key and announces it under the old one; both sign from then on. Run again after a crash, it
 * goes on where it stopped.
 */
export async function rotateKeyVerb(session: Session): Promise<void> {
  checkLedger(session.data);
  const [old, made] = listKeys(session.data).filter(({ retired }) => !retired);
  if (!old)
    throw failure(EXIT.usage, {
      zh: "没有可轮换的密钥：`almoner keys create`",
      en: "there is no key to rotate: `almoner keys create`",
    });
  const next = made ?? addKey(session.data, old.origin);
  await recordOnce(session, `log-key-announced ${next.vkey}`, "AnnounceLogKey", (ledger) => ({
    vkey: next.vkey,
    replaces: old.vkey,
    announcedOn: todayIn(zoneOf(ledger.books())),
  }));
  const size = await signLog(session);
  session.answer({ announced: next.vkey, replaces: old.vkey, signed: size });
  showVkey(session, next);
  const told = {
    zh: "新旧两把同时签署；审计人换用新公钥后请运行 almoner keys retire",
    en: "both keys sign now; run almoner keys retire once auditors use the new one",
  };
  session.line(session.say(told));
}

/** Takes the older of two signing keys out of use, and says on the log the last size it signed. */
export async function retireKeyVerb(session: Session): Promise<void> {
  checkLedger(session.data);
  const [old, next] = listKeys(session.data).filter(({ retired }) => !retired);
  if (!old || !next)
    throw failure(EXIT.usage, {
      zh: "只有一个密钥在签署：请先 `almoner keys rotate`",
      en: "only one key signs: `almoner keys rotate` first",
    });
  const key = `log-key-retired ${old.vkey}`;
  await recordOnce(session, key, "RetireLogKey", (ledger) => ({
    vkey: old.vkey,
    lastSize: ledger.store.head() + 1,
    retiredOn: todayIn(zoneOf(ledger.books())),
  }));
  const lastSize = await signed(session, (ledger) => keepLastOf(session.data, ledger, key));
  const retired = retireKey(old);
  // Signs by the new key alone, and tells readers so.
  await signLog(session);
  session.answer({ retired: retired.vkey, lastSize, signs: next.vkey });
  session.line(`${session.say({ zh: "已停用", en: "retired" })} (${lastSize}): ${retired.vkey}`);
}

/** Keeps the last checkpoint of the key whose retirement was recorded under `key`. */
function keepLastOf(dir: string, { store, log }: Ledger, key: string): number {
  const entry = store.find(eventIdOfKey(key)) ?? 0;
  const [retirement] = store.read(entry, entry);
  const { lastSize } = logKeyRetired.dataSchema.parse(retirement?.data);
  const note = log.checkpointAt(lastSize);
  if (note === undefined) throw new Error(`the tree of ${lastSize} entries is not signed`);
  keepHandover(dir, lastSize, note);
  return lastSize;
}

/** Records what an earlier run did not get to; nobody else writes meanwhile. */
async function recordOnce(
  session: Session,
  key: string,
  command: string,
  inputOf: (ledger: Ledger) => object,
): Promise<void> {
  const ledger = openLedger(session.data);
  try {
    if (ledger.store.find(eventIdOfKey(key)) !== undefined) return;
    await askWitnesses(ledger);
    const input = inputOf(ledger);
    const [answer] = await ledger.record([{ command, key, input, actor: "cli" }]);
    if (answer?.kind === "refused") throw answer.refusal;
    if (answer?.kind !== "recorded") throw new Error(`${command} was ${answer?.kind}`);
  } finally {
    ledger.close();
  }
}

/** Longer than the lease of a node that died lasts. */
const ASK_MS = 20_000;

const ANOTHER_SIGNS = {
  zh: "另一节点正在签署此账簿；停掉它后再运行，或等它停止后由本节点的 almoner serve 接着签署",
  en: "another node signs this ledger: stop it and run this again, or let almoner serve here go on once it stops",
};

/** Waits until this process may sign. @throws a failure when another node goes on signing. */
export async function untilMaySign(session: Session, ledger: Ledger): Promise<void> {
  if (!(await ledger.maySign(ASK_MS))) throw failure(EXIT.refused, session.say(ANOTHER_SIGNS));
}

/** Signs the log as it is; returns the signed size. */
export function signLog(session: Session): Promise<number> {
  return signed(session, ({ log }) => log.status().signedSize);
}

/** Opens the ledger with its keys, lets the tree catch up, signs, and works with what is signed. */
async function signed<T>(session: Session, work: (ledger: Ledger) => T): Promise<T> {
  const ledger = openLedger(session.data);
  try {
    await ledger.log.catchUp(session.progress("sign"));
    await untilMaySign(session, ledger);
    ledger.log.sign();
    const { fork, error } = ledger.log.status();
    if (error) throw failure(EXIT.corrupt, error);
    if (fork) throw failure(EXIT.corrupt, messageOf(forkRefusal(fork), session.language));
    return work(ledger);
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
  if (!opened)
    throw failure(EXIT.usage, {
      zh: "账本是空的：请先 `almoner init`",
      en: "the ledger is empty: run `almoner init` first",
    });
  return `almoner.local/${opened.id}`;
}
