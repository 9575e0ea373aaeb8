// Commands that take in files and hand them out.

import type { Command } from "commander";
import { type HandOver, PARAMS } from "../../export/interchange/export.ts";
import { HAND_OVERS } from "../../export/interchange/index.ts";
import { inBoth } from "../../kernel/in-both.ts";
import type { HandOverFlags } from "../hand-over-verb.ts";
import type { OpeningFlags } from "../import-opening-verb.ts";
import type { ImportFlags } from "../import-verb.ts";
import type { ExportLogFlags } from "../log-verbs.ts";
import type { Session } from "../session.ts";
import { addPoint, commandAt, FORCE } from "./options.ts";

/** Adds `import` and `export`. */
export function addFiles(program: Command, session: () => Session): void {
  const exporting = commandAt(program, "export").description(
    inBoth({ zh: "导出账本内容", en: "hand out what the ledger holds" }),
  );
  for (const handOver of HAND_OVERS) addHandOver(exporting, handOver, session);
  exporting
    .command("log [file]")
    .description(
      inBoth({
        zh: "整本日志，JSON Lines，第 n 行即第 n 条；- 为标准输出",
        en: "the whole log as JSON Lines, line n being entry n; - is stdout",
      }),
    )
    .option(...FORCE)
    .action(async (file: string | undefined, flags: ExportLogFlags) => {
      const { exportLogVerb } = await import("../log-verbs.ts");
      await exportLogVerb(session(), file ?? "-", flags);
    });
  exporting
    .command("tiles <dir>")
    .description(
      inBoth({
        zh: "已签署的账册，写成任何网站可托管的文件；再次运行则续写",
        en: "the signed log as files that any web server can host; run again to go on",
      }),
    )
    .action(async (dir: string) => {
      const { exportTilesVerb } = await import("../log-proof-verbs.ts");
      await exportTilesVerb(session(), dir);
    });
  addImport(
    commandAt(program, "import").description(inBoth({ zh: "导入文件", en: "take in files" })),
    session,
  );
}

function addHandOver(parent: Command, handOver: HandOver, session: () => Session): void {
  const { name, title, about, formats, params } = handOver;
  const command = parent
    .command(name)
    .summary(inBoth(title))
    .description(inBoth({ zh: `${title.zh}\n${about.zh}`, en: `${title.en}\n${about.en}` }))
    .option(
      "--out <file>",
      inBoth({ zh: "写入的文件；不写为标准输出", en: "the file to write; stdout when left out" }),
    )
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
    .description(
      inBoth({
        zh: "把银行对账单或捐赠名单中的捐赠记入基金",
        en: "record the gifts of a bank statement or a donor list in a fund",
      }),
    )
    .requiredOption(
      "--mapping <name|path>",
      inBoth({
        zh: "如何读文件：自带映射的名称或自己的映射文件",
        en: "how to read the file: a shipped mapping or your own",
      }),
    )
    .requiredOption(
      "--fund <fund>",
      inBoth({
        zh: "基金编号、编号的开头或名称",
        en: "the fund's id, the start of it, or its name",
      }),
    )
    .requiredOption(
      "--source <name>",
      inBoth({
        zh: "文件所属的来源；同一来源的文件共用捐赠",
        en: "what the file belongs to; its files share their gifts",
      }),
    )
    .option(
      "--dry-run",
      inBoth({ zh: "读取并检查全部内容，不记账", en: "read and check everything, record nothing" }),
    )
    .option(
      "--date <day>",
      inBoth({ zh: "捐赠日期（文件中没有时）", en: "the day of gifts, when the file has none" }),
    )
    .option(
      "--opening-balance <amount>",
      inBoth({
        zh: "最早一行之前的余额（文件中没有时）",
        en: "balance before the oldest row, when the file has none",
      }),
    )
    .action(async (file: string, flags: ImportFlags) => {
      const { importFileVerb } = await import("../import-verb.ts");
      await importFileVerb(session(), file, flags);
    });
  command
    .command("opening <file>")
    .description(
      inBoth({
        zh: "由另一账套的科目余额表（CSV、XLSX）导入期初余额",
        en: "bring in the balances of another set of books from its trial balance (CSV, XLSX)",
      }),
    )
    .requiredOption(
      "--host <host>",
      inBoth({ zh: "依托组织的信用代码或名称", en: "credit code or name of the host charity" }),
    )
    .requiredOption(
      "--on <day>",
      inBoth({ zh: "期初余额的日期", en: "the day that the balances open" }),
    )
    .requiredOption(
      "--mapping <name|path>",
      inBoth({
        zh: "如何读文件：trial-balance 或自己的映射文件",
        en: "how to read the file: trial-balance, or your own",
      }),
    )
    .option(
      "--dry-run",
      inBoth({ zh: "读取并检查全部内容，不记账", en: "read and check everything, record nothing" }),
    )
    .action(async (file: string, flags: OpeningFlags) => {
      const { importOpeningVerb } = await import("../import-opening-verb.ts");
      await importOpeningVerb(session(), file, flags);
    });
  command
    .command("log <file>")
    .description(
      inBoth({
        zh: "把导出的日志逐字节恢复到空文件夹；- 为标准输入",
        en: "restore an exported log into an empty folder, byte for byte; - is stdin",
      }),
    )
    .action(async (file: string) => {
      const { importLogVerb } = await import("../log-verbs.ts");
      await importLogVerb(session(), file);
    });
}
