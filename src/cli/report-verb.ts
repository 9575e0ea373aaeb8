// `almoner report`: a report on the terminal, or as a file in any format.

import { extname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { filterNames } from "../../projections/reports/report.ts";
import { reportOf } from "../app/ledger.ts";
import { FORMAT_NAMES, FORMATS, type FormatName } from "../export/formats.ts";
import { UNIT_NAMES, type Unit, unitOf } from "../export/unit.ts";
import { EXIT, failure } from "./failure.ts";
import { withBackend } from "./open-backend.ts";
import { type PointFlags, pairsOf, pointOf } from "./read-verbs.ts";
import type { Session } from "./session.ts";
import { refuseExisting, writeWhole } from "./whole-file.ts";

export type ReportFlags = PointFlags & {
  readonly filter?: readonly string[];
  readonly format?: string;
  readonly output?: string;
  readonly unit?: string;
  readonly bare?: boolean;
  readonly force?: boolean;
};

/** Shows a report as of a point, or writes it to a file. */
export async function reportVerb(session: Session, name: string, flags: ReportFlags) {
  const report = reportOf(name);
  const filters = pairsOf("--filter", flags.filter ?? [], filterNames(report));
  const format = formatOf(session, flags);
  const look = {
    format,
    language: session.language,
    unit: wantedUnit(flags.unit, format),
    bare: flags.bare ?? false,
  };
  const { output, force } = flags;
  if (output !== undefined) refuseExisting(output, force);
  await withBackend(session, { mode: "read" }, async (backend) => {
    const chunks = await backend.reportFile(name, { ...pointOf(flags), filters }, look);
    if (output === undefined) return toStdout(chunks);
    const progress = session.progress("KiB");
    const bytes = await writeWhole(output, chunks, (_chunk, done) =>
      progress(Math.round(done / 1024)),
    );
    session.answer({ report: name, format, file: output, bytes });
    session.line(`${output}: ${bytes} ${session.say({ zh: "字节", en: "bytes" })}`);
  });
}

/** What was asked for, else what the file's ending says, else a table for people. */
function formatOf({ json }: Session, { format, output }: ReportFlags): FormatName {
  const ending = output === undefined ? "" : extname(output).slice(1).toLowerCase();
  const byEnding = FORMAT_NAMES.find((name) => FORMATS[name].extension === ending);
  if (format === undefined) {
    if (output === undefined) return json ? "json" : "table";
    if (byEnding) return byEnding;
    throw failure(EXIT.usage, {
      zh: `${output} 的扩展名不是已知格式：请给出 --format`,
      en: `${output} has no ending that names a format: give --format`,
    });
  }
  const known = FORMAT_NAMES.find((name) => name === format);
  if (!known) {
    throw failure(EXIT.usage, {
      zh: `--format 是 ${FORMAT_NAMES.join("、")} 之一，不是 ${format}`,
      en: `--format is one of ${FORMAT_NAMES.join(", ")}, not ${format}`,
    });
  }
  if (byEnding !== undefined && byEnding !== known) {
    throw failure(EXIT.usage, {
      zh: `--format ${known} 与 ${output} 的扩展名不符：请去掉 --format，或改扩展名`,
      en: `--format ${known} is not what the ending of ${output} says: leave out --format, or end it otherwise`,
    });
  }
  if (output === undefined && json && known !== "json") {
    throw failure(EXIT.usage, {
      zh: `--json 向标准输出写 JSON：${known} 请用 -o 写入文件`,
      en: `--json writes JSON to stdout: give ${known} a file with -o`,
    });
  }
  if (output === undefined && !FORMATS[known].text && process.stdout.isTTY) {
    throw failure(EXIT.usage, {
      zh: `${known} 不能显示在终端：请用 -o 写入文件`,
      en: `${known} is not for a terminal: give it a file with -o`,
    });
  }
  return known;
}

function wantedUnit(name: string | undefined, format: FormatName): Unit {
  if (name === undefined) return "1";
  const unit = unitOf(name);
  if (!unit)
    throw failure(EXIT.usage, {
      zh: `--unit 是 ${UNIT_NAMES.join("、")} 之一，不是 ${name}`,
      en: `--unit is one of ${UNIT_NAMES.join(", ")}, not ${name}`,
    });
  if (unit !== "1" && format === "json") {
    throw failure(EXIT.usage, {
      zh: "JSON 只有精确金额：请去掉 --unit，或用 CSV",
      en: "JSON has exact amounts only: leave out --unit, or take CSV",
    });
  }
  return unit;
}

async function toStdout(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await pipeline(Readable.from(chunks), process.stdout, { end: false });
  } catch (error) {
    // Whoever reads us, such as `head`, has seen enough.
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
  }
}
