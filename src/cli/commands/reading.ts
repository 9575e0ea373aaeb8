// Commands that read: reports, entries, published figures, and the verification of a log.

import type { Command } from "commander";
import { REPORTS } from "../../../projections/reports/index.ts";
import { figurePublished } from "../../domain/books/publish-figure.ts";
import { FORMAT_NAMES } from "../../export/formats.ts";
import { inBoth } from "../../kernel/in-both.ts";
import type { BundleFlags } from "../bundle-verb.ts";
import type { ChangesFlags } from "../changes-verb.ts";
import type { FiguresFlags, PublishFlags } from "../publish-verb.ts";
import type { EntriesFlags } from "../read-verbs.ts";
import type { ReportFlags } from "../report-verb.ts";
import type { Session } from "../session.ts";
import type { VerifyFlags } from "../verify-verb.ts";
import { addBothAxes, addPoint, collect, FORCE, OUTPUT } from "./options.ts";

const REPORT_NAMES = REPORTS.map(({ name }) => name).join(", ");

/** Adds the commands that read, and those that publish and verify figures. */
export function addReading(program: Command, session: () => Session): void {
  addReports(program, session);
  addFigures(program, session);
  addVerifying(program, session);
}

function addReports(program: Command, session: () => Session): void {
  const report = program
    .command("report <name>")
    .description(inBoth({ zh: `报表：${REPORT_NAMES}`, en: `a report: ${REPORT_NAMES}` }));
  addBothAxes(report)
    .option(
      "--filter <name=value>",
      inBoth({ zh: "只列等于此值的行；可重复", en: "only rows that equal this; may be repeated" }),
      collect,
    )
    .option(
      "--format <format>",
      inBoth({
        zh: `${FORMAT_NAMES.join("|")}；不写为终端表格`,
        en: `${FORMAT_NAMES.join("|")}; a table when left out`,
      }),
    )
    .option(...OUTPUT)
    .option(...FORCE)
    .option(
      "--unit <unit>",
      inBoth({
        zh: "元|万元（1|10000）：金额单位；仅万元时四舍五入",
        en: "1|10000 (元|万元): the unit of amounts; rounding only in 10000",
      }),
    )
    .option(
      "--bare",
      inBoth({ zh: "CSV 不带表头之上的说明行", en: "CSV without the lines above its header row" }),
    )
    .action(async (name: string, flags: ReportFlags) => {
      const { reportVerb } = await import("../report-verb.ts");
      await reportVerb(session(), name, flags);
    });
  program
    .command("changes")
    .description(
      inBoth({
        zh: "某条目之后记入、日期落在某期间及以后的凭证行",
        en: "voucher lines recorded after an entry that fall in a period or later",
      }),
    )
    .requiredOption(
      "--since <entry>",
      inBoth({ zh: "上次导出的最后条目", en: "the last entry that your export had" }),
    )
    .option(
      "--period <period>",
      inBoth({
        zh: "月份 2026-09 或年份 2026；不写为本年",
        en: "month 2026-09 or year 2026; the current year when left out",
      }),
    )
    .option("--host <host>", inBoth({ zh: "只列此依托组织", en: "only this host" }))
    .option(
      "--format <format>",
      inBoth({ zh: "table、csv、json、xlsx 或 pdf", en: "table, csv, json, xlsx or pdf" }),
    )
    .option(...OUTPUT)
    .option(...FORCE)
    .action(async (flags: ChangesFlags) => {
      const { changesVerb } = await import("../changes-verb.ts");
      await changesVerb(session(), flags);
    });
  const entries = program.command("entries").description(
    inBoth({
      zh: "账册的条目，或合成某个数字的条目",
      en: "entries of the log, or those that add up to a figure",
    }),
  );
  addBothAxes(entries)
    .option(
      "--after <entry>",
      inBoth({ zh: "从此条目之后继续", en: "go on after this entry" }),
      "0",
    )
    .option(
      "--limit <n>",
      inBoth({ zh: "至多条数，最多 1000", en: "at most so many, up to 1000" }),
      "50",
    )
    .option("--type <type>", inBoth({ zh: "只列此类事件", en: "only this type of event" }))
    .option("--id <id>", inBoth({ zh: "只列此编号的条目", en: "only the entry with this id" }))
    .option(
      "--reference <text>",
      inBoth({ zh: "只列此支付参考号的捐赠", en: "only donations with this payment reference" }),
    )
    .option(
      "--figure <report.column>",
      inBoth({ zh: "要列出其条目的数字", en: "the figure whose entries to list" }),
    )
    .option(
      "--row <name=value>",
      inBoth({
        zh: "以键列指明数字所在的行；可重复",
        en: "names the figure's row by its key; may be repeated",
      }),
      collect,
    )
    .action(async (flags: EntriesFlags) => {
      const { entriesVerb } = await import("../read-verbs.ts");
      await entriesVerb(session(), flags);
    });
}

function addFigures(program: Command, session: () => Session): void {
  const publish = program
    .command("publish <report.column>")
    .summary(inBoth(figurePublished.title))
    .description(inBoth(figurePublished.about));
  addPoint(publish)
    .option(
      "--row <name=value>",
      inBoth({
        zh: "以键列指明数字所在的行；可重复",
        en: "names the figure's row by its key; may be repeated",
      }),
      collect,
    )
    .option(
      "--published-on <day>",
      inBoth({ zh: "公布日期；不写为今天", en: "the day of publication; today when left out" }),
    )
    .option(
      "--key <key>",
      inBoth({
        zh: "幂等键；同一键永远是同一条目",
        en: "idempotency key; the same key is the same entry for ever",
      }),
    )
    .option("--reason <text>", inBoth({ zh: "理由", en: "why" }))
    .action(async (figure: string, flags: PublishFlags) => {
      const { publishVerb } = await import("../publish-verb.ts");
      await publishVerb(session(), figure, flags);
    });
  program
    .command("figures")
    .description(
      inBoth({
        zh: "已公布的数字，按公布先后",
        en: "published figures, in the order of publication",
      }),
    )
    .option(
      "--after <entry>",
      inBoth({ zh: "从此条目之后继续", en: "go on after this entry" }),
      "0",
    )
    .option("--limit <n>", inBoth({ zh: "至多条数", en: "at most so many" }), "100")
    .option("--figure <report.column>", inBoth({ zh: "只列此数字", en: "only this figure" }))
    .action(async (flags: FiguresFlags) => {
      const { figuresVerb } = await import("../publish-verb.ts");
      await figuresVerb(session(), flags);
    });
}

function addVerifying(program: Command, session: () => Session): void {
  program
    .command("verify <target>")
    .description(
      inBoth({
        zh: "核验账册、证据包或收据；遇首个不实即以退出码 3 结束",
        en: "verify a log, a bundle or a receipt; exit code 3 on the first lie",
      }),
    )
    .option(
      "--vkey <key>",
      inBoth({
        zh: "你信任的账册公钥；可重复",
        en: "a key of the log that you trust; may be repeated",
      }),
      collect,
    )
    .option(
      "--policy <file>",
      inBoth({
        zh: "信任谁：账册、见证人与法定数（tlog-policy）",
        en: "whom you trust: logs, witnesses and quorum (tlog-policy)",
      }),
    )
    .option(
      "--earlier <file>",
      inBoth({
        zh: "你以前留存的检查点；可重复",
        en: "a checkpoint you kept from earlier; may be repeated",
      }),
      collect,
    )
    .option(
      "--receipt <file>",
      inBoth({ zh: "其条目必须在账册中的收据", en: "a receipt whose entry must be in the log" }),
      collect,
    )
    .option(
      "--entry <file>",
      inBoth({
        zh: "条目的字节（收据中未附时）",
        en: "the entry's bytes, for a receipt that does not carry it",
      }),
    )
    .action(async (target: string, flags: VerifyFlags) => {
      const { verifyVerb } = await import("../verify-verb.ts");
      await verifyVerb(session(), target, flags);
    });
  program
    .command("bundle <out>")
    .description(
      inBoth({
        zh: "审计人带走的证据包（文件夹或 .zip）：账册与核验程序",
        en: "what an auditor takes home, as a folder or a .zip: the log and its verifier",
      }),
    )
    .option(
      "--fund <fund>",
      inBoth({ zh: "只含此基金，并证明没有遗漏", en: "only this fund, shown to be complete" }),
    )
    .action(async (out: string, flags: BundleFlags) => {
      const { bundleVerb } = await import("../bundle-verb.ts");
      await bundleVerb(session(), out, flags);
    });
}
