// The command line's composition root: reads the configuration, runs one verb, sets the exit code.

import { CommanderError } from "commander";
import { attachStore } from "./cli/attach-store.ts";
import { EXIT, exitCodeOf, messageOf } from "./cli/failure.ts";
import { createProgram } from "./cli/program.ts";
import { languageOfLocale, readConfig } from "./config.ts";

// A reader that has seen enough, like `head`, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.fine);
  throw error;
});

try {
  const config = readConfig(process.env);
  const program = createProgram(config);
  const detach = attachStore(program, config);
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.fine : EXIT.usage;
    } else {
      process.stderr.write(`${messageOf(error, program.opts<{ lang: "zh" | "en" }>().lang)}\n`);
      process.exitCode = exitCodeOf(error);
    }
  } finally {
    await detach();
  }
} catch (error) {
  process.stderr.write(`${messageOf(error, languageOfLocale(process.env["LANG"]))}\n`);
  process.exitCode = EXIT.usage;
}
