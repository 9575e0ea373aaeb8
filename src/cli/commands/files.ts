// Commands that take in files and hand them out.

import type { Command } from "commander";
import { type HandOver, PARAMS } from "../../export/interchange/export.ts";
import { HAND_OVERS } from "../../export/interchange/index.ts";
import type { HandOverFlags } from "../hand-over-verb.ts";
import type { OpeningFlags } from "../import-opening-verb.ts";
import type { ImportFlags } from "../import-verb.ts";
import type { ExportLogFlags } from "../log-verbs.ts";
import type { Session } from "../session.ts";
import { addPoint, commandAt, FORCE } from "./options.ts";

/** Adds `import` and `export`. */
export function addFiles(program: Command, session: () => Session): void {
  const exporting = commandAt(program, "export").description("hand out what the ledger holds");
  for (const handOver of HAND_OVERS) addHandOver(exporting, handOver, session);
  exporting
    .command("log [file]")
    .description("the whole log as JSON Lines, line n being entry n; - is stdout")
    .option(...FORCE)
    .action(async (file: string | undefined, flags: ExportLogFlags) => {
      const { exportLogVerb } = await import("../log-verbs.ts");
      await exportLogVerb(session(), file ?? "-", flags);
    });
  exporting
    .command("tiles <dir>")
    .description("the signed log as files that any web server can host; run again to go on")
    .action(async (dir: string) => {
      const { exportTilesVerb } = await import("../log-proof-verbs.ts");
      await exportTilesVerb(session(), dir);
    });
  addImport(commandAt(program, "import").description("take in files"), session);
}

function addHandOver(parent: Command, handOver: HandOver, session: () => Session): void {
  const { name, title, about, formats, params } = handOver;
  const command = parent
    .command(name)
    .summary(title.en)
    .description(`${title.zh}\n${about.zh}\n${title.en}\n${about.en}`)
    .option("--out <file>", "the file to write; stdout when left out")
    .option(...FORCE)
    .option("--format <format>", formats.map((format) => format.name).join("|"), formats[0].name);
  addPoint(command);
  for (const param of params) {
    command.option(`--${param} <${param}>`, PARAMS[param].description);
  }
  command.action(async (flags: HandOverFlags) => {
    const { handOverVerb } = await import("../hand-over-verb.ts");
    await handOverVerb(session(), handOver, flags);
  });
}

function addImport(command: Command, session: () => Session): void {
  command
    .command("file <file>", { isDefault: true })
    .description("record the gifts of a bank statement or a donor list in a fund")
    .requiredOption("--mapping <name|path>", "how to read the file: a shipped mapping or your own")
    .requiredOption("--fund <fund>", "the fund's id, the start of it, or its name")
    .requiredOption("--source <name>", "what the file belongs to; its files share their gifts")
    .option("--dry-run", "read and check everything, record nothing")
    .option("--date <day>", "the day of gifts, when the file has none")
    .option("--opening-balance <amount>", "balance before the oldest row, when the file has none")
    .action(async (file: string, flags: ImportFlags) => {
      const { importFileVerb } = await import("../import-verb.ts");
      await importFileVerb(session(), file, flags);
    });
  command
    .command("opening <file>")
    .description("bring in the balances of another set of books from its trial balance (CSV, XLSX)")
    .requiredOption("--host <host>", "credit code or name of the host charity")
    .requiredOption("--on <day>", "the day that the balances open")
    .requiredOption("--mapping <name|path>", "how to read the file: trial-balance, or your own")
    .option("--dry-run", "read and check everything, record nothing")
    .action(async (file: string, flags: OpeningFlags) => {
      const { importOpeningVerb } = await import("../import-opening-verb.ts");
      await importOpeningVerb(session(), file, flags);
    });
  command
    .command("log <file>")
    .description("restore an exported log into an empty folder, byte for byte; - is stdin")
    .action(async (file: string) => {
      const { importLogVerb } = await import("../log-verbs.ts");
      await importLogVerb(session(), file);
    });
}
