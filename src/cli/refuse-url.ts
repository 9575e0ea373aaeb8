// `--url` on a verb that stays with a folder is refused before the verb runs, and told why: it would
// act on the folder of this machine while whoever typed it believes to be on the server.

import type { Command } from "commander";
import { FACTS } from "../domain/facts.ts";
import { HAND_OVERS } from "../export/interchange/index.ts";
import type { Text } from "../kernel/text.ts";
import { EXIT, failure } from "./failure.ts";

/** What goes to a server beside the verbs of the facts. */
const OTHERS = [
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
  "audit",
  ...HAND_OVERS.map(({ name }) => `export ${name}`),
] as const;

/** The verbs that take `--url`, as paths of commands. */
export const SERVER_VERBS: ReadonlySet<string> = new Set([
  ...FACTS.map(({ verb }) => verb),
  ...OTHERS,
]);

const ON_FOLDER: Text = {
  zh: "它只在账本的文件夹上运行",
  en: "it works on the folder of a ledger only",
};
const MAKES_FOLDER: Text = {
  zh: "它新建、填写或迁移一个账本文件夹",
  en: "it makes, fills or moves the folder of a ledger",
};
const SIGNS: Text = {
  zh: "私钥不离开签署账册的机器",
  en: "private keys never leave the machine that signs the log",
};
const FROM_SIGNED_FILES: Text = {
  zh: "它由已签署账册的文件写成；从别处核验服务器请用 `almoner verify 网址`，取走日志请用 `almoner export log`",
  en: "it is written from the files of the signed log; from elsewhere, `almoner verify ADDRESS` verifies a server, and `almoner export log` takes its log away",
};
const OWN_FOLDER: Text = { zh: "见证人有自己的文件夹", en: "a witness has a folder of its own" };

/** Why each of the other verbs stays with a folder; one that stands in no list does as well. */
export const FOLDER_VERBS: Readonly<Record<string, Text>> = {
  demo: MAKES_FOLDER,
  move: MAKES_FOLDER,
  "import log": MAKES_FOLDER,
  serve: { zh: "它自己就是服务器", en: "it is the server" },
  "keys create": SIGNS,
  "keys list": SIGNS,
  "keys rotate": SIGNS,
  "keys retire": SIGNS,
  cosign: {
    zh: "服务器自己会请见证人签名",
    en: "a server asks its witnesses by itself",
  },
  bundle: FROM_SIGNED_FILES,
  "export tiles": FROM_SIGNED_FILES,
  verify: {
    zh: "要核验的网址写作它的参数",
    en: "the address to verify is its argument",
  },
  "witness keys": OWN_FOLDER,
  "witness trust": OWN_FOLDER,
  "witness list": OWN_FOLDER,
  "witness serve": OWN_FOLDER,
};

/** Refuses `--url` before a verb that would not heed it. */
export function refuseUrl(program: Command): void {
  program.hook("preAction", (_program, command) => {
    const verb = pathOf(command);
    if (program.opts<{ url?: string }>().url === undefined || SERVER_VERBS.has(verb)) return;
    const why = FOLDER_VERBS[verb] ?? ON_FOLDER;
    throw failure(EXIT.usage, {
      zh: `\`almoner ${verb}\` 不经服务器，什么也没有做：${why.zh}。请去掉 --url，在那台机器上运行（账本用 --data DIR）`,
      en: `\`almoner ${verb}\` does not go through a server, and did nothing: ${why.en}. Leave out --url, and run it on that machine (--data DIR names a ledger)`,
    });
  });
}

/** The names that lead to a command: `token create`. */
export function pathOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${pathOf(parent)} ${command.name()}` : command.name();
}
