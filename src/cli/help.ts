// The help of every command in the session's language. Commands are declared with the English of
// `inBoth`; what is told is chosen when it is shown, so that `--lang` counts as well.

import { type Command, Help } from "commander";
import { bothOf, inBoth } from "../kernel/in-both.ts";
import type { Language } from "../kernel/text.ts";

const TITLES = [
  inBoth({ zh: "用法：", en: "Usage:" }),
  inBoth({ zh: "参数：", en: "Arguments:" }),
  inBoth({ zh: "选项：", en: "Options:" }),
  inBoth({ zh: "命令：", en: "Commands:" }),
];

const SHOW = inBoth({ zh: "显示帮助", en: "display help for command" });

/** Lets a program and the commands added to it from now on explain themselves in its `--lang`. */
export function explainInLanguage(program: Command): Command {
  const say = (english: string): string =>
    bothOf(english)?.[program.opts<{ lang: Language }>().lang] ?? english;
  const plain = new Help();
  return program
    .helpOption("-h, --help", SHOW)
    .helpCommand("help [command]", SHOW)
    .configureHelp({
      styleTitle: (title) => (TITLES.includes(title) ? say(title) : title),
      commandDescription: (command) => say(command.description()),
      subcommandDescription: (command) => say(command.summary() || command.description()),
      optionDescription: (option) =>
        plain.optionDescription(option).replace(option.description, say),
    });
}
