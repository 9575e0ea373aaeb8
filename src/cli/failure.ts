// How a command fails: a sentence for stderr and the exit code that scripts go by.

import { CommanderError } from "commander";
import { refusalMessage } from "../domain/refusals.ts";
import { errorText } from "../kernel/error-text.ts";
import { type InputIssue, issuesText } from "../kernel/read-input.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import type { Language, Text } from "../kernel/text.ts";
import { UsageError } from "../kernel/usage-error.ts";
import { DAMAGED_CODE, isDamage } from "../store/damage.ts";
import { StoreUnavailable } from "../store/event-store.ts";

export const EXIT = { fine: 0, refused: 1, usage: 2, corrupt: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

type Details = {
  /** What a program goes by; a word for the exit code when left out. */
  readonly code?: string | undefined;
  readonly issues?: readonly InputIssue[];
  /** What a field is called where it was typed. */
  readonly nameOf?: (path: string) => string;
};
type Failure = Error & Details & { readonly exitCode: ExitCode; readonly text: Text };

/** An error that ends the command with this exit code and text; a string is in no language. */
export function failure(exitCode: ExitCode, text: Text | string, details: Details = {}): Failure {
  const both = typeof text === "string" ? { zh: text, en: text } : text;
  return Object.assign(new Error(both.en), { exitCode, text: both, ...details });
}

/** Input that its schema does not take, field by field. */
export function invalidInput(
  issues: readonly InputIssue[],
  nameOf: (path: string) => string,
): Failure {
  const text = { zh: "输入不合规", en: "The input is invalid" };
  return failure(EXIT.usage, text, { code: "INVALID_INPUT", issues, nameOf });
}

/** A refusal that says that what is kept is not what it was. */
export function corrupt(refusal: Refusal): Failure {
  const text = { zh: refusalMessage(refusal, "zh"), en: refusalMessage(refusal, "en") };
  return failure(EXIT.corrupt, text, { code: refusal.code });
}

/** The exit code that an error ends the process with. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
  if (error instanceof UsageError) return EXIT.usage;
  if (isDamage(error)) return EXIT.corrupt;
  return (error as Partial<Failure>).exitCode ?? EXIT.refused;
}

const AFTER_DAMAGE = {
  zh: "账本的文件已损坏。请停止写入的进程，先保留此文件夹的副本；再把最新的备份恢复到另一文件夹，在那里运行 `almoner audit`",
  en: "a file of the ledger is damaged. Stop what writes to it, and keep a copy of the folder first; then restore the newest copy into another folder and run `almoner audit` there",
};

/** What commander says of a command line, line by line, and the same in Chinese. */
const MISUSE: readonly (readonly [en: RegExp, zh: string])[] = [
  [/^unknown option '(.*)'$/, "没有选项 $1"],
  [/^unknown command '(.*)'$/, "没有命令 $1"],
  [/^missing required argument '(.*)'$/, "缺少参数 $1"],
  [/^required option '(.*)' not specified$/, "缺少必需的选项 $1"],
  [/^option '(.*)' argument missing$/, "选项 $1 没有值"],
  [/^option '(.*)' argument '(.*)' is invalid\. (.*)$/, "选项 $1 的值 $2 不合规：$3"],
  [
    /^command-argument value '(.*)' is invalid for argument '(.*)'\. (.*)$/,
    "参数 $2 的值 $1 不合规：$3",
  ],
  [
    /^too many arguments(?: for '.*')?\. Expected (\d+) arguments? but got (\d+)\.$/,
    "参数过多：应有 $1 个，给了 $2 个",
  ],
  [/^\(Did you mean (?:one of )?(.*)\?\)$/, "（是否指 $1？）"],
];

function misuse({ code, message }: CommanderError): Text {
  if (code === "commander.help") return NO_VERB;
  const en = message.replace(/^error: /, "");
  return { zh: en.split("\n").map(misuseInChinese).join("\n"), en };
}

function misuseInChinese(line: string): string {
  const known = MISUSE.find(([en]) => en.test(line));
  return known ? line.replace(...known) : `用法不对：${line}`;
}

/** The sentence of an error in a language; a stable code stands beside it. */
export function messageOf(error: unknown, language: Language): string {
  const { code, title, issues, nameOf } = told(error, language);
  const head = code === undefined ? title : `${title} (${code})`;
  if (issues.length === 0) return head;
  const named = issues.map(({ path, text }) => ({ path: nameOf(path), text }));
  return [head, issuesText(named)[language]].join("\n");
}

/** The same for programs: a code, a sentence, and what is wrong with each field. */
export function problemOf(error: unknown, language: Language) {
  const { code = EXIT_CODES[exitCodeOf(error)], title, issues } = told(error, language);
  if (issues.length === 0) return { code, title };
  const errors = issues.map(({ path, text }) => ({ path, message: text[language] }));
  return { code, title, errors };
}

const EXIT_CODES = { 0: "FINE", 1: "REFUSED", 2: "USAGE", 3: "CORRUPT" } as const satisfies Record<
  ExitCode,
  string
>;

type Told = Required<Omit<Details, "code">> & {
  readonly code: string | undefined;
  readonly title: string;
};

function told(error: unknown, language: Language): Told {
  const { text, code, issues = [], nameOf = (path) => path } = error as Partial<Failure>;
  const say = (said: string, its?: string): Told => ({ code: its, title: said, issues, nameOf });
  if (isRefusal(error)) return say(refusalMessage(error, language), error.code);
  if (error instanceof CommanderError) return say(misuse(error)[language]);
  const { message } = error instanceof Error ? error : { message: String(error) };
  if (error instanceof StoreUnavailable && !isDamage(error.cause)) {
    return say(error.text[language], error.code);
  }
  if (isDamage(error)) return say(`${message}: ${AFTER_DAMAGE[language]}`, DAMAGED_CODE);
  return text === undefined ? say(errorText(error)[language]) : say(text[language], code);
}

const NO_VERB = {
  zh: "缺少命令：`almoner --help` 列出全部",
  en: "a verb is missing: `almoner --help` lists them",
};
