// Commands that read: reports, entries, published figures, and the verification of a log.

import type { Command } from "commander";
import { REPORTS } from "../../../projections/reports/index.ts";
import { figurePublished } from "../../domain/books/publish-figure.ts";
import { FORMAT_NAMES } from "../../export/formats.ts";
import type { Language } from "../../kernel/text.ts";
import type { BundleFlags } from "../bundle-verb.ts";
import type { ChangesFlags } from "../changes-verb.ts";
import type { FiguresFlags, PublishFlags } from "../publish-verb.ts";
import type { EntriesFlags } from "../read-verbs.ts";
import type { ReportFlags } from "../report-verb.ts";
import type { Session } from "../session.ts";
import type { VerifyFlags } from "../verify-verb.ts";
import { addBothAxes, addPoint, collect, FORCE } from "./options.ts";

/** Adds the commands that read, and those that publish and verify figures. */
export function addReading(program: Command, language: Language, session: () => Session): void {
  addReports(program, session);
  addFigures(program, language, session);
  addVerifying(program, session);
}

function addReports(program: Command, session: () => Session): void {
  const report = program
    .command("report <name>")
    .description(`a report: ${REPORTS.map(({ name }) => name).join(", ")}`);
  addBothAxes(report)
    .option("--filter <name=value>", "only rows that equal this; may be repeated", collect)
    .option("--format <format>", `${FORMAT_NAMES.join("|")}; a table when left out`)
    .option("-o, --output <file>", "write to a file, whose ending names the format")
    .option(...FORCE)
    .option("--unit <unit>", "元|万元 (1|10000): the unit of amounts; rounding only in 万元")
    .option("--bare", "CSV without the lines above its header row")
    .action(async (name: string, flags: ReportFlags) => {
      const { reportVerb } = await import("../report-verb.ts");
      await reportVerb(session(), name, flags);
    });
  program
    .command("changes")
    .description("voucher lines recorded after an entry that fall in a period or later")
    .requiredOption("--since <entry>", "the last entry that your export had")
    .option("--period <period>", "month 2026-09 or year 2026; the current year when left out")
    .option("--host <host>", "only this host")
    .option("--format <format>", "table, csv, json, xlsx or pdf")
    .option("-o, --output <file>", "write to a file, whose ending names the format")
    .option(...FORCE)
    .action(async (flags: ChangesFlags) => {
      const { changesVerb } = await import("../changes-verb.ts");
      await changesVerb(session(), flags);
    });
  const entries = program
    .command("entries")
    .description("entries of the log, or those that add up to a figure");
  addBothAxes(entries)
    .option("--after <entry>", "go on after this entry", "0")
    .option("--limit <n>", "at most so many, up to 1000", "50")
    .option("--type <type>", "only this type of event")
    .option("--id <id>", "only the entry with this id")
    .option("--reference <text>", "only donations with this payment reference")
    .option("--figure <report.column>", "the figure whose entries to list")
    .option("--row <name=value>", "names the figure's row by its key; may be repeated", collect)
    .action(async (flags: EntriesFlags) => {
      const { entriesVerb } = await import("../read-verbs.ts");
      await entriesVerb(session(), flags);
    });
}

function addFigures(program: Command, language: Language, session: () => Session): void {
  const publish = program
    .command("publish <report.column>")
    .summary(figurePublished.title[language])
    .description(figurePublished.about[language]);
  addPoint(publish)
    .option("--row <name=value>", "names the figure's row by its key; may be repeated", collect)
    .option("--published-on <day>", "the day of publication; today when left out")
    .option("--key <key>", "idempotency key; the same key is the same entry for ever")
    .option("--reason <text>", "why")
    .action(async (figure: string, flags: PublishFlags) => {
      const { publishVerb } = await import("../publish-verb.ts");
      await publishVerb(session(), figure, flags);
    });
  program
    .command("figures")
    .description("published figures, in the order of publication")
    .option("--after <entry>", "go on after this entry", "0")
    .option("--limit <n>", "at most so many", "100")
    .option("--figure <report.column>", "only this figure")
    .action(async (flags: FiguresFlags) => {
      const { figuresVerb } = await import("../publish-verb.ts");
      await figuresVerb(session(), flags);
    });
}

function addVerifying(program: Command, session: () => Session): void {
  program
    .command("verify <target>")
    .description("verify a log, a bundle or a receipt; exit code 3 on the first lie")
    .option("--vkey <key>", "a key of the log that you trust; may be repeated", collect)
    .option("--policy <file>", "whom you trust: logs, witnesses and quorum (tlog-policy)")
    .option("--earlier <file>", "a checkpoint you kept from earlier; may be repeated", collect)
    .option("--receipt <file>", "a receipt whose entry must be in the log", collect)
    .option("--entry <file>", "the entry's bytes, for a receipt that does not carry it")
    .action(async (target: string, flags: VerifyFlags) => {
      const { verifyVerb } = await import("../verify-verb.ts");
      await verifyVerb(session(), target, flags);
    });
  program
    .command("bundle <out>")
    .description("what an auditor takes home, as a folder or a .zip: the log and its verifier")
    .option("--fund <fund>", "only this fund, shown to be complete")
    .action(async (out: string, flags: BundleFlags) => {
      const { bundleVerb } = await import("../bundle-verb.ts");
      await bundleVerb(session(), out, flags);
    });
}
