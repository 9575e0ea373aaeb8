// The command line, put together: global options, a verb for every business fact, and the rest. What
// a verb needs loads when it runs, so that none waits for the others' libraries.

import { Command, InvalidArgumentError } from "commander";
import type { Config } from "../config.ts";
import { figurePublished } from "../domain/books/publish-figure.ts";
import type { AnyFact } from "../domain/fact.ts";
import { FACTS } from "../domain/facts.ts";
import { inBoth } from "../kernel/in-both.ts";
import type { Language } from "../kernel/text.ts";
import { addFiles } from "./commands/files.ts";
import { addLog } from "./commands/log.ts";
import { commandAt } from "./commands/options.ts";
import { addReading } from "./commands/reading.ts";
import { addUpkeep } from "./commands/upkeep.ts";
import { flagsOf } from "./fact-flags.ts";
import { explainInLanguage } from "./help.ts";
import type { Given } from "./record-verb.ts";
import { refuseUrl } from "./refuse-url.ts";
import { createSession, type Session } from "./session.ts";

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

/** What the verbs of facts that lie under one word have in common. */
const GROUPS = [
  ["fund", { zh: "基金的设立、暂停、恢复与终止", en: "open, suspend, resume and close funds" }],
  ["goods", { zh: "物资的接收与发放", en: "receive and issue goods" }],
  ["log-key", { zh: "签署日志的密钥，记入日志", en: "keys that sign the log, recorded on it" }],
] as const;

/** The `almoner` command; `parseAsync` runs a verb. Wrong usage is told to `writeErr`. */
export function createProgram(config: Config, writeErr: (text: string) => void): Command {
  const program = explainInLanguage(new Command("almoner"))
    .description(
      inBoth({
        zh: "善账：慈善基金的事件溯源账本",
        en: "Almoner (善账): an event-sourced ledger for charity funds",
      }),
    )
    .option("--data <dir>", inBoth({ zh: "账本的文件夹", en: "folder of the ledger" }), config.data)
    .option(
      "--store <address>",
      inBoth({
        zh: "集群上的账本：kurrentdb://host:2113?ledger=NAME",
        en: "the ledger on a cluster: kurrentdb://host:2113?ledger=NAME",
      }),
    )
    .option(
      "--url <url>",
      inBoth({
        zh: "用运行中的服务器代替文件夹",
        en: "a running server instead of a folder",
      }),
    )
    .option(
      "--token <token>",
      inBoth({
        zh: "服务器的令牌（或 ALMONER_TOKEN）",
        en: "token for the server (or ALMONER_TOKEN)",
      }),
    )
    .option(
      "--actor <name>",
      inBoth({
        zh: "谁在向文件夹记账；不写人名",
        en: "who records into a folder; no person's name",
      }),
      actorOf,
    )
    .option(
      "--json",
      inBoth({
        zh: "以 JSON 回答；失败时向标准错误写一个 JSON 对象",
        en: "answer as JSON; what fails is told as one JSON object on stderr",
      }),
    )
    .option("--lang <zh|en>", inBoth({ zh: "语言", en: "language" }), languageOf, config.language)
    // An error is told by `messageOf`, in the session's language.
    .configureOutput({ writeErr, outputError: () => {} })
    .exitOverride();
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
  for (const fact of FACTS.filter((each) => !OWN_VERBS.has(each.type))) {
    addFact(program, fact, session);
  }
  for (const [verb, about] of GROUPS) commandAt(program, verb).description(inBoth(about));
  addReading(program, session);
  addFiles(program, session);
  addLog(program, session);
  addUpkeep(program, session);
  refuseUrl(program);
  return program;
}

function actorOf(text: string): string {
  if (/^[A-Za-z0-9_.-]{1,40}$/.test(text)) return text;
  throw new InvalidArgumentError("1–40 A-Z a-z 0-9 . _ -");
}

function languageOf(text: string): Language {
  if (text === "zh" || text === "en") return text;
  throw new InvalidArgumentError("zh | en");
}

function addFact(program: Command, fact: AnyFact, session: () => Session): void {
  const command = commandAt(program, fact.verb)
    .summary(inBoth(fact.title))
    .description(inBoth(fact.about));
  for (const { syntax, description } of flagsOf(fact)) command.option(syntax, description);
  command
    .option(
      "--key <key>",
      inBoth({
        zh: "幂等键；同一键永远是同一条目",
        en: "idempotency key; the same key is the same entry for ever",
      }),
    )
    .option(
      "--reason <text>",
      fact.needsReason
        ? inBoth({ zh: "理由（必填）", en: "why; needed" })
        : inBoth({ zh: "理由", en: "why" }),
    )
    .action(async (given: Given) => {
      const { recordVerb } = await import("./record-verb.ts");
      await recordVerb(session(), fact, given);
    });
}
