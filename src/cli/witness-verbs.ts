// A witness for other people's logs, and asking the witnesses of one's own.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { openLedger } from "../app/ledger.ts";
import { cosignOnce } from "../app/log/cosign.ts";
import { forkRefusal } from "../app/log/fork.ts";
import { askOverHttp } from "../app/log/witness-http.ts";
import { createWitnessKey, openWitness, type Witness } from "../app/witness/witness.ts";
import { buildWitnessApp } from "../http/witness-app.ts";
import { corrupt, EXIT, failure } from "./failure.ts";
import { untilMaySign } from "./keys-verbs.ts";
import { checkLedger } from "./local-backend.ts";
import { portOf } from "./serve-verb.ts";
import type { Session } from "./session.ts";

export type WitnessFlags = { readonly dir: string };
export type WitnessKeyFlags = WitnessFlags & { readonly name: string };
export type WitnessServeFlags = WitnessFlags & { readonly host: string; readonly port: string };

/** Makes a witness's key; the line printed belongs into the policies of logs. */
export function witnessKeyVerb(session: Session, { dir, name }: WitnessKeyFlags): void {
  const vkey = createWitnessKey(dir, name);
  session.answer({ vkey });
  session.line(vkey);
}

/** Trusts a log by its public key. */
export function witnessTrustVerb(session: Session, vkey: string, flags: WitnessFlags): void {
  withWitness(flags, (witness) => {
    witness.trust(vkey);
    session.answer({ trusted: vkey });
    session.line(`${session.say({ zh: "已信任", en: "trusted" })} ${vkey}`);
  });
}

/** Lists the logs a witness trusts, and how far each was cosigned. */
export function witnessListVerb(session: Session, flags: WitnessFlags): void {
  withWitness(flags, (witness) => {
    const logs = witness.logs();
    session.answer({ vkey: witness.vkey, logs });
    session.line(witness.vkey);
    session.table(
      [
        { title: session.say({ zh: "已见证条目", en: "Cosigned" }), kind: "count" },
        { title: session.say({ zh: "账册公钥", en: "Log" }), kind: "text" },
      ],
      logs.map(({ vkey, size }) => [String(size), vkey]),
    );
  });
}

/** Serves a witness until it is told to stop. */
export async function witnessServeVerb(session: Session, flags: WitnessServeFlags): Promise<void> {
  const witness = openOrSay(flags);
  const app = buildWitnessApp(witness);
  try {
    await app.listen({ host: flags.host, port: portOf(flags.port) ?? 0 });
    const { port } = app.server.address() as AddressInfo;
    const url = `http://${flags.host}:${port}`;
    session.answer({ url, vkey: witness.vkey });
    session.line(`${session.say({ zh: "见证服务", en: "witness" })} ${url}`);
    session.line(witness.vkey);
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  } finally {
    await app.close();
    witness.close();
  }
}

/** Shows the log's latest checkpoint to the witnesses of its policy, once. */
export async function cosignVerb(session: Session, policy: string | undefined): Promise<void> {
  checkLedger(session.data);
  const ledger = openLedger(session.data, { policy });
  try {
    await ledger.log.catchUp(session.progress("sign"));
    await untilMaySign(session, ledger);
    const round = await cosignOnce(ledger.log, { now: Date.now, ask: askOverHttp() });
    const fork = ledger.log.fork() ?? null;
    session.answer({ ...round, fork });
    for (const { witness, outcome, detail } of round.asked) {
      session.line(`${witness}: ${outcome} ${detail}`);
    }
    if (fork) throw corrupt(forkRefusal(fork));
    const { publishedSize } = ledger.log.status();
    if (round.size === undefined && publishedSize === 0) {
      throw failure(EXIT.refused, {
        zh: "没有签署任何内容：`almoner keys create`",
        en: "nothing is signed: `almoner keys create`",
      });
    }
    if (round.size !== undefined && !round.published) {
      const told = {
        zh: "见证人签名不足，未公布",
        en: "too few witnesses cosigned; not published",
      };
      throw failure(EXIT.refused, session.say(told));
    }
    session.line(`${session.say({ zh: "已公布", en: "published" })} ${publishedSize}`);
  } finally {
    ledger.close();
  }
}

function withWitness(flags: WitnessFlags, work: (witness: Witness) => void): void {
  const witness = openOrSay(flags);
  try {
    work(witness);
  } finally {
    witness.close();
  }
}

function openOrSay({ dir }: WitnessFlags): Witness {
  try {
    return openWitness(dir, Date.now);
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOENT") throw error;
    throw failure(EXIT.usage, {
      zh: `${dir} 中没有见证人：\`almoner witness keys --dir ${dir} --name …\``,
      en: `no witness in ${dir}: \`almoner witness keys --dir ${dir} --name …\``,
    });
  }
}
