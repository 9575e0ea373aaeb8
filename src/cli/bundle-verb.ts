// `almoner bundle`: packs what an auditor takes home, of the whole ledger or of one fund.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { documents } from "../app/bundle/documents.ts";
import { FundNotPublished, fundEvidence, logEvidence } from "../app/bundle/evidence.ts";
import { writeBundle } from "../app/bundle/write-bundle.ts";
import { findFund } from "../app/find-fund.ts";
import { loadBooks } from "../app/load-books.ts";
import { LOG_FILES } from "../app/log/log-files.ts";
import { listKeys } from "../app/log/log-keys.ts";
import type { SignedLog } from "../app/log/published-log.ts";
import { openLogReader } from "../store/sqlite/log-reader.ts";
import { policyText } from "../verify/run.ts";
import { EXIT, failure } from "./failure.ts";
import { withLog } from "./log-proof-verbs.ts";
import type { Session } from "./session.ts";

export type BundleFlags = { readonly fund?: string };

/** Writes the bundle of the published log to a folder or a .zip. */
export async function bundleVerb(session: Session, out: string, flags: BundleFlags): Promise<void> {
  await withLog(session, async (log) => {
    const fund = flags.fund === undefined ? undefined : fundIn(session.data, flags.fund);
    const files = await written(session, log, out, fund);
    const { size } = log.published();
    session.answer({ out, size, files, ...(fund === undefined ? {} : { fund }) });
    const told = { zh: "条的证据包，文件", en: "entries in evidence, files" };
    session.line(`${size} ${session.say(told)} ${files}: ${out}`);
  });
}

async function written(
  session: Session,
  log: SignedLog,
  out: string,
  fund: string | undefined,
): Promise<number> {
  try {
    const evidence = fund === undefined ? logEvidence(log) : fundEvidence(log, fund);
    const files = [...documents(policyOf(session.data))];
    return await writeBundle(out, chain(evidence, files), session.progress("bundle"));
  } catch (error) {
    if (error instanceof FundNotPublished) {
      const commands = error.figures.map(
        (figure) => `almoner publish ${figure} --row fund=${fund} --row bucket=*`,
      );
      const why = session.say({
        zh: "该基金的数字尚未公布，无从证明没有遗漏；请先公布，待签署后再打包：",
        en: "nothing would show that no entry of the fund is missing; publish these first, then pack once they are signed:",
      });
      throw failure(EXIT.refused, [why, ...commands].join("\n"));
    }
    throw error;
  }
}

function* chain<T>(...lists: Iterable<T>[]): Generator<T> {
  for (const list of lists) yield* list;
}

/** The log's keys, and the witnesses and quorum that the log itself follows, if any. */
function policyOf(dir: string): string {
  const vkeys = listKeys(dir).map(({ vkey }) => vkey);
  const path = join(dir, LOG_FILES.policy);
  if (!existsSync(path)) return policyText(vkeys);
  const lines = readFileSync(path, "utf8").split("\n");
  const others = lines.filter((line) => line !== "" && !/^log[ \t]/.test(line));
  return [...vkeys.map((vkey) => `log ${vkey}`), ...others, ""].join("\n");
}

function fundIn(dir: string, text: string): string {
  const log = openLogReader(dir);
  try {
    return findFund([...loadBooks(log).funds.values()], text).id;
  } finally {
    log.close();
  }
}
