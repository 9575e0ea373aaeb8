// The command line, put together: global options, a verb for every business fact, and the rest.

import { Command, InvalidArgumentError } from "commander";
import { REPORTS } from "../../projections/reports/index.ts";
import type { Config } from "../config.ts";
import { figurePublished } from "../domain/books/publish-figure.ts";
import { type AnyFact, ROLES } from "../domain/fact.ts";
import { FACTS } from "../domain/facts.ts";
import { FORMAT_NAMES } from "../export/formats.ts";
import { type HandOver, PARAMS } from "../export/interchange/export.ts";
import { HAND_OVERS } from "../export/interchange/index.ts";
import type { Language } from "../kernel/text.ts";
import { type BundleFlags, bundleVerb } from "./bundle-verb.ts";
import { type ChangesFlags, changesVerb } from "./changes-verb.ts";
import { auditVerb, rebuildVerb } from "./check-verbs.ts";
import { demoVerb } from "./demo-verb.ts";
import { doctorVerb } from "./doctor-verb.ts";
import { flagsOf } from "./fact-flags.ts";
import { type HandOverFlags, handOverVerb } from "./hand-over-verb.ts";
import { importOpeningVerb, type OpeningFlags } from "./import-opening-verb.ts";
import { type ImportFlags, importFileVerb } from "./import-verb.ts";
import {
  createKeyVerb,
  listKeysVerb,
  type OriginFlags,
  retireKeyVerb,
  rotateKeyVerb,
} from "./keys-verbs.ts";
import {
  type ConsistencyFlags,
  exportTilesVerb,
  type InclusionFlags,
  proveConsistencyVerb,
  proveEntryVerb,
  type ReceiptFlags,
  receiptVerb,
} from "./log-proof-verbs.ts";
import { exportLogVerb, importLogVerb } from "./log-verbs.ts";
import { type MoveFlags, moveVerb } from "./move-verb.ts";
import { type FiguresFlags, figuresVerb, type PublishFlags, publishVerb } from "./publish-verb.ts";
import { type EntriesFlags, entriesVerb } from "./read-verbs.ts";
import { type Given, recordVerb } from "./record-verb.ts";
import { type ReportFlags, reportVerb } from "./report-verb.ts";
import { type ServeFlags, serveVerb } from "./serve-verb.ts";
import { createSession, type Session } from "./session.ts";
import {
  createTokenVerb,
  listTokensVerb,
  revokeTokenVerb,
  type TokenFlags,
} from "./token-verbs.ts";
import { type VerifyFlags, verifyVerb } from "./verify-verb.ts";
import {
  cosignVerb,
  type WitnessFlags,
  type WitnessKeyFlags,
  type WitnessServeFlags,
  witnessKeyVerb,
  witnessListVerb,
  witnessServeVerb,
  witnessTrustVerb,
} from "./witness-verbs.ts";

type Globals = {
  readonly data: string;
  readonly store?: string;
  readonly url?: string;
  readonly token?: string;
  readonly actor?: string;
  readonly json?: boolean;
  readonly lang: Language;
};

/** Facts whose verb is written by hand, because a person names them otherwise than the API does. */
const OWN_VERBS: ReadonlySet<string> = new Set([figurePublished.type]);

/** The `almoner` command; `parseAsync` runs a verb. */
export function createProgram(config: Config): Command {
  const program = new Command("almoner")
    .description("善账: an event-sourced ledger for charity funds")
    .option("--data <dir>", "folder of the ledger", config.data)
    .option("--store <address>", "the ledger on a cluster: kurrentdb://host:2113?ledger=NAME")
    .option("--url <url>", "a running server instead of a folder")
    .option("--token <token>", "token for the server (or ALMONER_TOKEN)")
    .option("--actor <name>", "who records into a folder; no person's name", actorOf)
    .option("--json", "answer as JSON")
    .option("--lang <zh|en>", "language", languageOf, config.language)
    .exitOverride()
    .showHelpAfterError("(almoner --help lists what there is)");
  const session = (): Session => {
    const { data, store, url, token, actor, json, lang } = program.opts<Globals>();
    return createSession({
      data,
      store: store ?? config.store,
      url,
      token: token ?? config.token,
      actor: actor === undefined ? "cli" : `cli:${actor}`,
      port: config.port,
      json: json ?? false,
      language: lang,
    });
  };
  for (const fact of FACTS.filter((each) => !OWN_VERBS.has(each.type)))
    addFact(program, fact, config.language, session);
  addReading(program, session);
  addFigures(program, config.language, session);
  addVerifying(program, session);
  addUpkeep(program, session);
  return program;
}

function actorOf(text: string): string {
  if (/^[A-Za-z0-9_.-]{1,40}$/.test(text)) return text;
  throw new InvalidArgumentError("it is 1 to 40 letters, digits, dots and dashes");
}

function languageOf(text: string): Language {
  if (text === "zh" || text === "en") return text;
  throw new InvalidArgumentError("zh or en");
}

/** The command at a path of verbs, made where it is missing: `fund open` lies under `fund`. */
function commandAt(program: Command, path: string): Command {
  return path.split(" ").reduce((parent, name) => {
    const known = parent.commands.find((command) => command.name() === name);
    return known ?? parent.command(name);
  }, program);
}

function addFact(
  program: Command,
  fact: AnyFact,
  language: Language,
  session: () => Session,
): void {
  const command = commandAt(program, fact.verb)
    .summary(fact.title[language])
    .description(fact.about[language]);
  for (const { syntax, description } of flagsOf(fact)) command.option(syntax, description);
  command
    .option("--key <key>", "idempotency key; the same key is the same entry for ever")
    .option("--reason <text>", fact.needsReason ? "why; needed" : "why")
    .action((given: Given) => recordVerb(session(), fact, given));
}

const collect = (value: string, values: readonly string[] = []): string[] => [...values, value];

function addReading(program: Command, session: () => Session): void {
  program
    .command("report <name>")
    .description(`a report: ${REPORTS.map(({ name }) => name).join(", ")}`)
    .option("--as-of <point>", "entry number, instant or day; the head when left out")
    .option("--basis <basis>", "whether a day is when it was recorded or effective")
    .option("--known-at <point>", "only what was known by then: entry, instant or day")
    .option("--filter <name=value>", "only rows that equal this; may be repeated", collect)
    .option("--format <format>", `${FORMAT_NAMES.join("|")}; a table when left out`)
    .option("-o, --output <file>", "write to a file, whose ending names the format")
    .option("--unit <unit>", "元|万元 (1|10000): the unit of amounts; rounding only in 万元")
    .option("--bare", "CSV without the lines above its header row")
    .action((name: string, flags: ReportFlags) => reportVerb(session(), name, flags));
  program
    .command("changes")
    .description("voucher lines recorded after an entry that fall in a period or later")
    .requiredOption("--since <entry>", "the last entry that your export had")
    .option("--period <period>", "month 2026-09 or year 2026; the current year when left out")
    .option("--host <host>", "only this host")
    .option("--format <format>", "table, csv, json, xlsx or pdf")
    .option("-o, --output <file>", "write to a file, whose ending names the format")
    .action((flags: ChangesFlags) => changesVerb(session(), flags));
  program
    .command("entries")
    .description("entries of the log, or those that add up to a figure")
    .option("--after <entry>", "go on after this entry", "0")
    .option("--limit <n>", "at most so many, up to 1000", "50")
    .option("--type <type>", "only this type of event")
    .option("--id <id>", "only the entry with this id")
    .option("--reference <text>", "only donations with this payment reference")
    .option("--figure <report.column>", "the figure whose entries to list")
    .option("--row <name=value>", "names the figure's row by its key; may be repeated", collect)
    .option("--as-of <point>", "entry number, instant or day; the head when left out")
    .option("--basis <basis>", "whether a day is when it was recorded or effective")
    .option("--known-at <point>", "only what was known by then: entry, instant or day")
    .action((flags: EntriesFlags) => entriesVerb(session(), flags));
}

function addFigures(program: Command, language: Language, session: () => Session): void {
  program
    .command("publish <report.column>")
    .summary(figurePublished.title[language])
    .description(figurePublished.about[language])
    .option("--row <name=value>", "names the figure's row by its key; may be repeated", collect)
    .option("--as-of <point>", "entry number, instant or day; the head when left out")
    .option("--basis <basis>", "whether a day is when it was recorded or effective")
    .option("--published-on <day>", "the day of publication; today when left out")
    .option("--key <key>", "idempotency key; the same key is the same entry for ever")
    .option("--reason <text>", "why")
    .action((figure: string, flags: PublishFlags) => publishVerb(session(), figure, flags));
  program
    .command("figures")
    .description("published figures, in the order of publication")
    .option("--after <entry>", "go on after this entry", "0")
    .option("--limit <n>", "at most so many", "100")
    .option("--figure <report.column>", "only this figure")
    .action((flags: FiguresFlags) => figuresVerb(session(), flags));
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
    .action((target: string, flags: VerifyFlags) => verifyVerb(session(), target, flags));
  program
    .command("bundle <out>")
    .description("what an auditor takes home, as a folder or a .zip: the log and its verifier")
    .option("--fund <fund>", "only this fund, shown to be complete")
    .action((out: string, flags: BundleFlags) => bundleVerb(session(), out, flags));
}

function addUpkeep(program: Command, session: () => Session): void {
  program
    .command("demo")
    .description("make the demonstration ledger of Suzhou in an empty folder")
    .action(() => demoVerb(session()));
  program
    .command("serve")
    .description("serve the ledger over HTTP")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--port <n>", "port to listen on; PORT or 8080 when left out")
    .option("--read-only", "serve a folder that another process writes, and follow it")
    .option("--policy <file>", "whose cosignatures to wait for; log/policy when left out")
    .action((flags: ServeFlags) => serveVerb(session(), flags));
  program
    .command("cosign")
    .description("show the latest checkpoint to the witnesses of the policy, and publish it")
    .option("--policy <file>", "tlog-policy; log/policy in the ledger's folder when left out")
    .action((flags: { policy?: string }) => cosignVerb(session(), flags.policy));
  program
    .command("move")
    .description("move the ledger between a folder and a cluster, byte for byte; may be run again")
    .requiredOption("--from <folder|address>", "where it is")
    .requiredOption("--to <folder|address>", "where it goes: nothing, or the beginning of it")
    .action((flags: MoveFlags) => moveVerb(session(), flags));
  program
    .command("rebuild [name]")
    .description("rebuild projections from entry 1 and compare them with what was served")
    .action((name: string | undefined) => rebuildVerb(session(), name));
  program
    .command("audit")
    .description("replay everything and compare; exit code 3 on any difference")
    .action(() => auditVerb(session()));
  program
    .command("doctor")
    .description("the state of the ledger's files")
    .action(() => doctorVerb(session()));
  const exporting = commandAt(program, "export").description("hand out what the ledger holds");
  for (const handOver of HAND_OVERS) addHandOver(exporting, handOver, session);
  exporting
    .command("log [file]")
    .description("the whole log as JSON Lines, line n being entry n; - is stdout")
    .action((file: string | undefined) => exportLogVerb(session(), file ?? "-"));
  addImport(commandAt(program, "import").description("take in files"), session);
  addLog(program, session);
  addWitness(commandAt(program, "witness"), session);
  addTokens(commandAt(program, "token").description("API tokens of this ledger"), session);
}

function addHandOver(parent: Command, handOver: HandOver, session: () => Session): void {
  const { name, title, about, formats, params } = handOver;
  const command = parent
    .command(name)
    .summary(title.en)
    .description(`${title.zh}\n${about.zh}\n${title.en}\n${about.en}`)
    .option("--out <file>", "the file to write; stdout when left out")
    .option("--format <format>", formats.map((format) => format.name).join("|"), formats[0].name)
    .option("--as-of <point>", "entry number, instant or day; the head when left out")
    .option("--basis <basis>", "whether a day is when it was recorded or effective");
  for (const param of params) {
    command.option(`--${param} <${param}>`, PARAMS[param].description);
  }
  command.action((flags: HandOverFlags) => handOverVerb(session(), handOver, flags));
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
    .action((file: string, flags: ImportFlags) => importFileVerb(session(), file, flags));
  command
    .command("opening <file>")
    .description("bring in the balances of another set of books from its trial balance (CSV, XLSX)")
    .requiredOption("--host <host>", "credit code or name of the host charity")
    .requiredOption("--on <day>", "the day that the balances open")
    .requiredOption("--mapping <name|path>", "how to read the file: trial-balance, or your own")
    .option("--dry-run", "read and check everything, record nothing")
    .action((file: string, flags: OpeningFlags) => importOpeningVerb(session(), file, flags));
  command
    .command("log <file>")
    .description("restore an exported log into an empty folder, byte for byte; - is stdin")
    .action((file: string) => importLogVerb(session(), file));
}

/** The transparency log: its keys, its export, its proofs. */
function addLog(program: Command, session: () => Session): void {
  commandAt(program, "export")
    .command("tiles <dir>")
    .description("the signed log as files that any web server can host; run again to go on")
    .action((dir: string) => exportTilesVerb(session(), dir));
  const keys = commandAt(program, "keys").description("the keys that sign the log");
  keys
    .command("create")
    .description("make the first signing key, and sign the log")
    .option("--origin <name>", "the log's name, best a URL without its scheme")
    .action((flags: OriginFlags) => createKeyVerb(session(), flags));
  keys
    .command("list")
    .description("public keys, for auditors")
    .action(() => listKeysVerb(session()));
  keys
    .command("rotate")
    .description("add a key, announce it under the old one, and sign with both")
    .action(() => rotateKeyVerb(session()));
  keys
    .command("retire")
    .description("stop signing with the older of two keys")
    .action(() => retireKeyVerb(session()));
  commandAt(program, "receipt")
    .description("what a donor is given")
    .command("entry <entry>", { isDefault: true })
    .description("proof that an entry is in the log (.tlog-proof)")
    .option("-o, --out <file>", "write it to a file")
    .action((entry: string, flags: ReceiptFlags) => receiptVerb(session(), entry, flags));
  const prove = commandAt(program, "prove").description("proofs for whoever has a checkpoint");
  prove
    .command("entry <entry>")
    .description("that an entry is in the log")
    .option("--size <n>", "size of the tree; the published one when left out")
    .action((entry: string, flags: InclusionFlags) => proveEntryVerb(session(), entry, flags));
  prove
    .command("consistency")
    .description("that an earlier tree is the beginning of a later one")
    .requiredOption("--from <n>", "size of the earlier tree")
    .option("--to <n>", "size of the later tree; the published one when left out")
    .action((flags: ConsistencyFlags) => proveConsistencyVerb(session(), flags));
}

function addWitness(command: Command, session: () => Session): void {
  command.description("a witness that cosigns other people's logs, for a firm of auditors");
  const dir = (verb: Command) => verb.requiredOption("--dir <dir>", "folder of the witness");
  dir(command.command("keys"))
    .description("make the witness's key; the line printed goes into the policies of logs")
    .requiredOption("--name <name>", "the witness's name, best a URL without its scheme")
    .action((flags: WitnessKeyFlags) => witnessKeyVerb(session(), flags));
  dir(command.command("trust <vkey>"))
    .description("cosign this log from now on")
    .action((vkey: string, flags: WitnessFlags) => witnessTrustVerb(session(), vkey, flags));
  dir(command.command("list"))
    .description("the logs that are trusted, and how far each was cosigned")
    .action((flags: WitnessFlags) => witnessListVerb(session(), flags));
  dir(command.command("serve"))
    .description("serve the witness over HTTP")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .requiredOption("--port <n>", "port to listen on")
    .action((flags: WitnessServeFlags) => witnessServeVerb(session(), flags));
}

function addTokens(command: Command, session: () => Session): void {
  command
    .command("create")
    .description("make a token, which is shown once")
    .requiredOption("--role <role>", ROLES.join("|"))
    .requiredOption("--name <name>", "what it is for")
    .option("--days <n>", "how long it lives, 1 to 90")
    .action((flags: TokenFlags) => createTokenVerb(session(), flags));
  command
    .command("list")
    .description("tokens, without their secrets")
    .action(() => listTokensVerb(session()));
  command
    .command("revoke <id>")
    .description("end a token at once")
    .action((id: string) => revokeTokenVerb(session(), id));
}
