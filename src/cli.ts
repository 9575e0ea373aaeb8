// The command line's composition root: reads the configuration, runs one verb, sets the exit code.

import { CommanderError } from "commander";
import { attachStore } from "./cli/attach-store.ts";
import { EXIT, exitCodeOf, messageOf, problemOf } from "./cli/failure.ts";
import { createProgram } from "./cli/program.ts";
import { languageOfLocale, readConfig } from "./config.ts";
import type { Language } from "./kernel/text.ts";

// A reader that has seen enough, like `head`, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.fine);
  throw error;
});

const { argv } = process;
const json = argv.includes("--json");
// Read here as well, for what is wrong with a line may stand before it.
const asked = (["zh", "en"] as const).find(
  (lang) => argv.includes(`--lang=${lang}`) || argv[argv.indexOf("--lang") + 1] === lang,
);

/** Says on stderr why the command failed. */
function tell(error: unknown, language: Language): void {
  const line = json ? JSON.stringify(problemOf(error, language)) : messageOf(error, language);
  process.stderr.write(`${line}\n`);
}

try {
  const config = readConfig(process.env);
  const program = createProgram(config, (text) => {
    if (!json) process.stderr.write(text);
  });
  const detach = attachStore(program, config);
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    // Help that commander has shown says everything to people.
    const isHelp = error instanceof CommanderError && error.code.startsWith("commander.help");
    const isTold = isHelp && (!json || error.exitCode === 0);
    if (!isTold) tell(error, asked ?? program.opts<{ lang: Language }>().lang);
  } finally {
    await detach();
  }
} catch (error) {
  tell(error, asked ?? languageOfLocale(process.env["LANG"]));
  process.exitCode = EXIT.usage;
}
