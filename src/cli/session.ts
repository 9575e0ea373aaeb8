// What every verb gets: where the ledger is, the language, and how to speak. Results go to stdout,
// everything else to stderr. A demo ledger is labelled in whatever is shown.

import { type TableColumn, tableLines } from "../export/table-lines.ts";
import { DEMO_LABEL } from "../export/texts.ts";
import type { Progress } from "../kernel/progress.ts";
import type { Language, Text } from "../kernel/text.ts";

const PROGRESS_AFTER_MS = 1_000;
const PROGRESS_EVERY_MS = 500;

export type Session = {
  readonly data: string;
  /** The ledger on a cluster that the folder mirrors. */
  readonly store: string | undefined;
  readonly url: string | undefined;
  readonly token: string | undefined;
  /** Who records into a folder; a server takes the name from the token. */
  readonly actor: string;
  readonly port: number | undefined;
  readonly json: boolean;
  readonly language: Language;
  say(text: Text): string;
  /** A line for people on stdout; nothing when JSON was asked for. */
  line(text: string): void;
  table(columns: readonly TableColumn[], rows: readonly (readonly (string | null)[])[]): void;
  /** The answer as JSON, when that was asked for. */
  answer(value: object): void;
  /** Labels what follows, when the ledger is a demo. */
  label(demo: boolean): void;
  /** Tells on stderr how far a long work has come, once it takes longer than a second. */
  readonly progress: Progress;
};

type Options = Pick<
  Session,
  "data" | "store" | "url" | "token" | "actor" | "port" | "json" | "language"
>;

/** A session that speaks on the process's own stdout and stderr. */
export function createSession(options: Options): Session {
  const { json, language } = options;
  const line = (text: string): void => {
    if (!json) process.stdout.write(`${text}\n`);
  };
  return {
    ...options,
    line,
    say: (text) => text[language],
    table(columns, rows) {
      if (!json) for (const text of tableLines(columns, rows)) line(text);
    },
    answer(value) {
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`);
    },
    label(demo) {
      if (demo) line(DEMO_LABEL[language]);
    },
    progress: progressIn(language),
  };
}

/** What the long works are called, by the first word of what they tell. */
const WORKS: Readonly<Record<string, string>> = {
  audit: "审计",
  bundle: "打包",
  demo: "生成演示",
  export: "导出",
  import: "导入",
  mirror: "同步镜像",
  move: "迁移",
  rebuild: "重建",
  sign: "签署",
  verify: "核验",
};

/** What a long work is called in a language. */
export function workIn(language: Language, what: string): string {
  const [work = "", ...rest] = what.split(" ");
  const name = language === "zh" ? (WORKS[work] ?? work) : work;
  return [name, ...rest].join(" ");
}

/** Tells on stderr how far a work has come, once it takes longer than a second. */
export function progressIn(language: Language): Progress {
  return (what) => {
    let next = performance.now() + PROGRESS_AFTER_MS;
    return (done) => {
      if (performance.now() < next) return;
      next = performance.now() + PROGRESS_EVERY_MS;
      const colon = language === "zh" ? "：" : ": ";
      process.stderr.write(`${workIn(language, what)}${colon}${done}\n`);
    };
  };
}
