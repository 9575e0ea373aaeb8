// `--url` on a verb that works on a folder only is refused before the verb runs: it would act on the
// folder of this machine while whoever typed it believes to be on the server.

import type { Command } from "commander";
import { FACTS } from "../domain/facts.ts";
import { HAND_OVERS } from "../export/interchange/index.ts";
import { EXIT, failure } from "./failure.ts";

/** What goes to a server beside the verbs of the facts; a verb that stands in no list does not. */
const READING = [
  "report",
  "changes",
  "entries",
  "publish",
  "figures",
  "import file",
  "import opening",
  "receipt entry",
  "prove entry",
  "prove consistency",
  "export log",
  "token create",
  "token list",
  "token revoke",
  "doctor",
  "rebuild",
  ...HAND_OVERS.map(({ name }) => `export ${name}`),
] as const;

/** The verbs that take `--url`, as paths of commands. */
export const SERVER_VERBS: ReadonlySet<string> = new Set([
  ...FACTS.map(({ verb }) => verb),
  ...READING,
]);

/** Refuses `--url` before a verb that would not heed it. */
export function refuseUrl(program: Command): void {
  program.hook("preAction", (_program, command) => {
    const verb = pathOf(command);
    if (program.opts<{ url?: string }>().url === undefined || SERVER_VERBS.has(verb)) return;
    const others = READING.join(", ");
    throw failure(EXIT.usage, {
      zh: `\`almoner ${verb}\` 不经服务器，什么也没有做：请去掉 --url，在账本所在的机器上用 --data DIR 运行。可用 --url 的有：记账的各项（donate、allocate 等）、${others}`,
      en: `\`almoner ${verb}\` does not go through a server, and did nothing: leave out --url, and run it on the machine of the ledger with --data DIR. --url is for the verbs that record a fact (donate, allocate and so on), and for ${others}`,
    });
  });
}

/** The names that lead to a command: `token create`. */
export function pathOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${pathOf(parent)} ${command.name()}` : command.name();
}
