// The log's side of witnessing (c2sp.org/tlog-witness): shows the latest signed checkpoint to every
// witness of the policy, publishes it once the quorum has cosigned, and learns from a witness that
// knows another tree that this ledger has forked or was rolled back.

import { setTimeout as wait } from "node:timers/promises";
import { equalBytes, type Hash, toHex, toUtf8 } from "../../proof/bytes.ts";
import { parseCheckpoint } from "../../proof/checkpoint.ts";
import { cosignatureVerifier } from "../../proof/cosignature.ts";
import { formatVerifierKey } from "../../proof/key.ts";
import {
  ed25519Verifier,
  formatNote,
  type NoteSignature,
  parseNote,
  verifyNote,
} from "../../proof/note.ts";
import { meetsQuorum, type PolicyWitness } from "../../proof/policy.ts";
import { formatAddCheckpoint } from "../../proof/witness.ts";
import { readWitnessAnswer, type WitnessOutcome } from "../../proof/witness-client.ts";
import { sha256, verifyEd25519 } from "../crypto.ts";
import { consistencyProof } from "./published-log.ts";
import type { SignedHead, TransparencyLog } from "./transparency-log.ts";
import type { Ask } from "./witness-http.ts";

/** A witness that knows more of us than we remember tells its size once; then it must agree. */
const TRIES_MAX = 3;
/** A witness's clock may be so far ahead of ours. */
const CLOCK_SKEW_SECONDS = 300;
const ROUND_EVERY_MS = 1_000;
const RETRY_AFTER_MS = 10_000;

/** What came of asking one witness. */
export type Asked = {
  readonly witness: string;
  readonly outcome: "cosigned" | "contradicts" | "unreachable" | "refused";
  readonly detail: string;
};

export type Round = {
  /** The size of the checkpoint that was shown; undefined when there was none to show. */
  readonly size: number | undefined;
  readonly published: boolean;
  readonly asked: readonly Asked[];
};

type Means = { readonly now: () => number; readonly ask: Ask };

/** Asks every witness once. */
export async function cosignOnce(log: TransparencyLog, means: Means): Promise<Round> {
  const { witnesses } = log.trust;
  log.sign();
  // With nothing to show, as after a restart, a witness may still know that we once had more.
  if (log.fork() || !log.latest()) {
    await Promise.all(witnesses.map((witness) => reconsider(log, witness, means)));
    log.checkFork();
  }
  const head = log.latest();
  if (!head || log.fork()) return { size: undefined, published: false, asked: [] };
  const answers = await Promise.all(witnesses.map((witness) => askOne(log, head, witness, means)));
  log.checkFork();
  const given = answers.flatMap(({ signatures }) => signatures);
  const names = answers.flatMap(({ asked }) => (asked.outcome === "cosigned" ? asked.witness : []));
  const published = !log.fork() && meetsQuorum(log.trust, names);
  if (published) {
    log.publish({
      ...head,
      note: { ...head.note, signatures: [...head.note.signatures, ...given] },
    });
  }
  return { size: head.size, published, asked: answers.map(({ asked }) => asked) };
}

/**
 * Asks the witnesses, if there are any, before something is written: one may know that an older backup
 * was put back, and then everything is refused. One that gives no answer keeps nobody from writing.
 */
export async function askFirst(log: TransparencyLog, means: Means): Promise<void> {
  if (log.trust.witnesses.length > 0) await cosignOnce(log, means);
}

/** Goes on asking as the log grows, until it is told to stop. */
export async function keepCosigning(
  log: TransparencyLog,
  means: Means,
  stop: AbortSignal,
): Promise<void> {
  let done = 0;
  while (!stop.aborted) {
    const size = log.latest()?.size ?? 0;
    const due = size > done || log.fork() !== undefined;
    const round = due ? await cosignOnce(log, means).catch(() => undefined) : undefined;
    if (round?.published) done = round.size ?? done;
    const failed = due && !round?.published;
    await wait(failed ? RETRY_AFTER_MS : ROUND_EVERY_MS, undefined, { signal: stop }).catch(
      () => {},
    );
  }
}

type Answered = { readonly asked: Asked; readonly signatures: readonly NoteSignature[] };

async function askOne(
  log: TransparencyLog,
  head: SignedHead,
  witness: PolicyWitness,
  means: Means,
): Promise<Answered> {
  const { name } = witness;
  const told = (outcome: Asked["outcome"], detail: string): Answered => ({
    asked: { witness: name, outcome, detail },
    signatures: [],
  });
  if (witness.url === undefined) return told("unreachable", "the policy gives no address");
  try {
    const result = await submit(log, head, { ...witness, url: witness.url }, means);
    switch (result.kind) {
      case "cosigned":
        log.kept().keepWitnessed(formatVerifierKey(witness.key), head.size);
        log.kept().forgetKnown(name);
        return { ...told("cosigned", `${head.size}`), signatures: result.signatures };
      case "rolled-back":
      case "forked":
        await learn(log, witness, result, means);
        return told("contradicts", `${result.kind} at ${result.size}`);
      case "stale":
        return told("refused", `it keeps answering that it has ${result.size} entries`);
      case "refused":
        // A proof from our own tiles that does not hold means that its tree is another one.
        if (result.status === 422) await reconsider(log, witness, means);
        return told(
          log.checkFork() ? "contradicts" : "refused",
          `${result.status} ${result.reason}`,
        );
      default:
        return result satisfies never;
    }
  } catch (error) {
    return told("unreachable", (error as Error).message);
  }
}

type Reachable = PolicyWitness & { readonly url: string };

async function submit(
  log: TransparencyLog,
  head: SignedHead,
  { key, url }: Reachable,
  { now, ask }: Means,
): Promise<WitnessOutcome> {
  const timeMax = Math.floor(now() / 1000) + CLOCK_SKEW_SECONDS;
  const verifiers = [cosignatureVerifier(key, verifyEd25519, timeMax)];
  const checkpoint = toUtf8(formatNote(head.note));
  let oldSize = Math.min(log.kept().witnessed(formatVerifierKey(key)), head.size);
  for (let tries = 1; ; tries++) {
    const proof = await consistencyProof(log, oldSize, head.size);
    const body = formatAddCheckpoint({ oldSize, proof, checkpoint });
    const answer = await ask("POST", `${url}/add-checkpoint`, body);
    const submitted = { oldSize, newSize: head.size, text: head.note.text };
    const outcome = await readWitnessAnswer(answer, submitted, verifiers);
    if (outcome.kind !== "stale" || tries === TRIES_MAX) return outcome;
    oldSize = outcome.size;
  }
}

type Contradiction = Extract<WitnessOutcome, { kind: "rolled-back" | "forked" }>;

/**
 * Writes down what a witness knows of us. Its own record is the better evidence, because we signed
 * it; a witness that shows none is believed on its word, for a fork must stop the log at once.
 */
async function learn(
  log: TransparencyLog,
  witness: PolicyWitness,
  { kind, size }: Contradiction,
  means: Means,
): Promise<void> {
  const shown = await recordOf(log, witness, means);
  const unknown = kind === "forked" ? new Uint8Array(0) : null;
  log.kept().keepKnown({ source: witness.name, ...(shown ?? { size, root: unknown }) });
}

/** Asks a witness for its record of us, and keeps or forgets what it is held against. */
async function reconsider(
  log: TransparencyLog,
  witness: PolicyWitness,
  means: Means,
): Promise<void> {
  const shown = await recordOf(log, witness, means).catch(() => undefined);
  if (!shown) return;
  const ours = log.rootAt(shown.size);
  if (ours && equalBytes(ours, shown.root)) log.kept().forgetKnown(witness.name);
  else log.kept().keepKnown({ source: witness.name, ...shown });
}

/** The latest checkpoint of ours that a witness holds; undefined unless one of our keys signed it. */
async function recordOf(
  log: TransparencyLog,
  { url }: PolicyWitness,
  { ask }: Means,
): Promise<{ readonly size: number; readonly root: Hash } | undefined> {
  const { logs } = log.trust;
  const origin = logs[0]?.key.name;
  if (url === undefined || origin === undefined) return undefined;
  const { status, body } = await ask("GET", `${url}/${toHex(sha256(toUtf8(origin)))}/checkpoint`);
  if (status !== 200) return undefined;
  try {
    const note = parseNote(body);
    await verifyNote(
      note,
      logs.map(({ key }) => ed25519Verifier(key, verifyEd25519)),
    );
    const { size, root, origin: signed } = parseCheckpoint(note.text);
    return signed === origin ? { size, root } : undefined;
  } catch {
    return undefined;
  }
}
