// Every verb explains itself in both languages.

import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { createProgram } from "../../src/cli/program.ts";
import { readConfig } from "../../src/config.ts";
import { bothOf } from "../../src/kernel/in-both.ts";

const program = createProgram(readConfig({}), () => {});

function* withChildren(command: Command): Generator<Command> {
  yield command;
  for (const child of command.commands) yield* withChildren(child);
}

describe("help", () => {
  test("has a text in both languages for every command and every option with words", () => {
    const texts = [...withChildren(program)].flatMap((command) => [
      command.description(),
      ...command.options.map(({ description }) => description),
    ]);
    // A list of codes has no language.
    const inOne = texts.filter((text) => / /.test(text) && bothOf(text) === undefined);
    expect(inOne).toEqual([]);
  });

  test("says of every command what it is for, of those that only group others too", () => {
    const commands = [...withChildren(program)];
    expect(commands.filter((each) => each.description() === "").map((each) => each.name())).toEqual(
      [],
    );
  });

  test("is in the language of --lang", () => {
    const helpIn = (lang: string) => {
      program.setOptionValue("lang", lang);
      return program.commands.find((command) => command.name() === "donate")?.helpInformation();
    };
    const zh = helpIn("zh");
    expect(zh).toMatch(/^用法： almoner donate/);
    expect(zh).toMatch(/--reference <text> +支付本身的参考号$/m);
    expect(zh).toMatch(/--channel <text> .*默认 "bank"$/m);
    const en = helpIn("en");
    expect(en).toMatch(/^Usage: almoner donate/);
    expect(en).not.toMatch(/\p{Script=Han}/u);
  });
});
