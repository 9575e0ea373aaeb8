// `almoner export NAME`: a hand-over format to a file or to stdout.

import { createHash } from "node:crypto";
import {
  type HandOver,
  PARAMS,
  type ParamName,
  type Params,
} from "../export/interchange/export.ts";
import { issuesText, readInput } from "../kernel/read-input.ts";
import type { Text } from "../kernel/text.ts";
import { EXIT, failure } from "./failure.ts";
import { withBackend } from "./open-backend.ts";
import { type PointFlags, pointOf } from "./read-verbs.ts";
import type { Session } from "./session.ts";
import { type Chunks, refuseExisting, writeTo, writeWhole } from "./whole-file.ts";

export type HandOverFlags = PointFlags &
  Params & { readonly format?: string; readonly out?: string; readonly force?: boolean };

const TOLD = {
  done: { zh: "已导出", en: "Exported" },
  asOf: { zh: "截至条目", en: "as of entry" },
} as const satisfies Record<string, Text>;

/** Writes an export; a summary is told when it went to a file. */
export async function handOverVerb(
  session: Session,
  handOver: HandOver,
  flags: HandOverFlags,
): Promise<void> {
  const { format, out: file = "-", force, asOf: _asOf, basis: _basis, ...params } = flags;
  const names = handOver.formats.map(({ name }) => name);
  if (format !== undefined && !names.includes(format)) {
    throw failure(EXIT.usage, {
      zh: `--format 是 ${names.join("、")} 之一，不是 ${format}`,
      en: `--format is ${names.join(" or ")}, not ${format}`,
    });
  }
  if (session.json && file === "-") {
    throw failure(EXIT.usage, {
      zh: "--json 说明所写的文件：请用 --out 给出文件名",
      en: "--json tells about a file: give its name with --out",
    });
  }
  for (const name of handOver.params) checkParam(name, params[name]);
  if (file !== "-") refuseExisting(file, force);
  await withBackend(session, { mode: "read" }, async (backend) => {
    const query = { ...pointOf(flags), format, language: session.language, params };
    const handed = await backend.handOver(handOver, query);
    const progress = session.progress("export");
    if (file === "-") {
      await writeTo(process.stdout, handed.chunks, (_chunk, bytes) => progress(bytes));
      return;
    }
    const written = await writeFile(file, handed.chunks, progress);
    const { demo, asOf } = handed;
    const summary = handed.summary();
    session.answer({ export: handOver.name, file, ...written, demo, asOf, summary });
    session.label(demo);
    const counts = Object.entries(summary).map(([name, value]) => `${name} ${value}`);
    const at = `${session.say(TOLD.asOf)} ${asOf.entry}`;
    session.line(`${session.say(TOLD.done)} ${session.say(handOver.title)}  ${at}: ${file}`);
    session.line([...counts, `${written.bytes} bytes`, `SHA-256 ${written.sha256}`].join("  "));
  });
}

function checkParam(name: ParamName, value: string | undefined): void {
  const read = readInput(PARAMS[name].optional(), value);
  if (read.success) return;
  const issues = read.issues.map(({ text }) => ({ path: `--${name}`, text }));
  throw failure(EXIT.usage, issuesText(issues));
}

async function writeFile(file: string, chunks: Chunks, progress: (done: number) => void) {
  const hash = createHash("sha256");
  const bytes = await writeWhole(file, chunks, (chunk, done) => {
    hash.update(chunk);
    progress(done);
  });
  return { bytes, sha256: hash.digest("hex") };
}
