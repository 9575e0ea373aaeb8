// What several commands share: where they stand, and flags that mean the same everywhere.

import type { Command } from "commander";
import { inBoth } from "../../kernel/in-both.ts";

/** The command at a path of verbs, made where it is missing: `fund open` lies under `fund`. */
export function commandAt(program: Command, path: string): Command {
  return path.split(" ").reduce((parent, name) => {
    const known = parent.commands.find((command) => command.name() === name);
    return known ?? parent.command(name);
  }, program);
}

/** A flag that may be given several times. */
export const collect = (value: string, values: readonly string[] = []): string[] => [
  ...values,
  value,
];

/** The flag of a verb that writes a file. */
export const FORCE = [
  "--force",
  inBoth({ zh: "已有此文件时替换它", en: "replace the file when there is one" }),
] as const;

/** The file of a verb that writes one in several formats. */
export const OUTPUT = [
  "-o, --output <file>",
  inBoth({
    zh: "写入文件，格式由扩展名决定",
    en: "write to a file, whose ending names the format",
  }),
] as const;

/** The flags that name a point of history. */
export function addPoint(command: Command): Command {
  return command
    .option(
      "--as-of <point>",
      inBoth({
        zh: "条目号、时刻或日期；不写为最新",
        en: "entry number, instant or day; the head when left out",
      }),
    )
    .option(
      "--basis <basis>",
      inBoth({
        zh: "日期指记入日（recorded）还是业务日（effective）",
        en: "whether a day is when it was recorded or effective",
      }),
    );
}

/** Those of `addPoint`, and the other axis of history beside a business day. */
export function addBothAxes(command: Command): Command {
  return addPoint(command).option(
    "--known-at <point>",
    inBoth({
      zh: "只看当时已知者：条目、时刻或日期",
      en: "only what was known by then: entry, instant or day",
    }),
  );
}
