// `almoner export NAME`: a hand-over format to a file or to stdout. A file appears under its name
// only when it is whole.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, renameSync, rmSync } from "node:fs";
import type { Writable } from "node:stream";
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

export type HandOverFlags = PointFlags &
  Params & { readonly format?: string; readonly out?: string };

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
  const { format, out: file = "-", asOf: _asOf, basis: _basis, ...params } = flags;
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
  await withBackend(session, { mode: "read" }, async (backend) => {
    const query = { ...pointOf(flags), format, language: session.language, params };
    const handed = await backend.handOver(handOver, query);
    const progress = session.progress("export");
    if (file === "-") {
      await writeTo(process.stdout, handed.chunks, progress);
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

type Chunks = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
type Progress = (done: number) => void;

async function writeFile(file: string, chunks: Chunks, progress: Progress) {
  const part = `${file}.part`;
  const out = createWriteStream(part);
  const hash = createHash("sha256");
  try {
    await once(out, "open");
    const bytes = await writeTo(out, chunks, progress, (chunk) => hash.update(chunk));
    out.end();
    await once(out, "finish");
    renameSync(part, file);
    return { bytes, sha256: hash.digest("hex") };
  } catch (error) {
    out.destroy();
    rmSync(part, { force: true });
    throw error;
  }
}

async function writeTo(
  out: Writable,
  chunks: Chunks,
  progress: Progress,
  onChunk: (chunk: string | Uint8Array) => void = () => {},
): Promise<number> {
  let bytes = 0;
  for await (const chunk of chunks) {
    onChunk(chunk);
    bytes += typeof chunk === "string" ? Buffer.byteLength(chunk) : chunk.byteLength;
    if (!out.write(chunk)) await once(out, "drain");
    progress(bytes);
  }
  return bytes;
}
