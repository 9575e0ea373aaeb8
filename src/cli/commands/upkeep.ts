// Commands for whoever runs the ledger: demo, server, checks, tokens.

import type { Command } from "commander";
import { ROLES } from "../../domain/fact.ts";
import type { MoveFlags } from "../move-verb.ts";
import type { ServeFlags } from "../serve-verb.ts";
import type { Session } from "../session.ts";
import type { TokenFlags } from "../token-verbs.ts";
import { commandAt } from "./options.ts";

/** Adds the commands that make, serve, move and check a ledger. */
export function addUpkeep(program: Command, session: () => Session): void {
  program
    .command("demo")
    .description("make the demonstration ledger of Suzhou in an empty folder")
    .action(async () => {
      const { demoVerb } = await import("../demo-verb.ts");
      await demoVerb(session());
    });
  program
    .command("serve")
    .description("serve the ledger over HTTP")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--port <n>", "port to listen on; PORT or 8080 when left out")
    .option("--read-only", "serve a folder that another process writes, and follow it")
    .option("--policy <file>", "whose cosignatures to wait for; log/policy when left out")
    .action(async (flags: ServeFlags) => {
      const { serveVerb } = await import("../serve-verb.ts");
      await serveVerb(session(), flags);
    });
  program
    .command("move")
    .description("move the ledger between a folder and a cluster, byte for byte; may be run again")
    .requiredOption("--from <folder|address>", "where it is")
    .requiredOption("--to <folder|address>", "where it goes: nothing, or the beginning of it")
    .action(async (flags: MoveFlags) => {
      const { moveVerb } = await import("../move-verb.ts");
      await moveVerb(session(), flags);
    });
  program
    .command("rebuild [name]")
    .description("rebuild projections from entry 1 and compare them with what was served")
    .action(async (name: string | undefined) => {
      const { rebuildVerb } = await import("../check-verbs.ts");
      await rebuildVerb(session(), name);
    });
  program
    .command("audit")
    .description("replay everything and compare; exit code 3 on any difference")
    .action(async () => {
      const { auditVerb } = await import("../check-verbs.ts");
      await auditVerb(session());
    });
  program
    .command("doctor")
    .description("the state of the ledger's files")
    .action(async () => {
      const { doctorVerb } = await import("../doctor-verb.ts");
      await doctorVerb(session());
    });
  addTokens(commandAt(program, "token").description("API tokens of this ledger"), session);
}

function addTokens(command: Command, session: () => Session): void {
  command
    .command("create")
    .description("make a token, which is shown once")
    .requiredOption("--role <role>", ROLES.join("|"))
    .requiredOption("--name <name>", "what it is for")
    .option("--days <n>", "how long it lives, 1 to 90")
    .action(async (flags: TokenFlags) => {
      const { createTokenVerb } = await import("../token-verbs.ts");
      await createTokenVerb(session(), flags);
    });
  command
    .command("list")
    .description("tokens, without their secrets")
    .action(async () => {
      const { listTokensVerb } = await import("../token-verbs.ts");
      await listTokensVerb(session());
    });
  command
    .command("revoke <id>")
    .description("end a token at once")
    .action(async (id: string) => {
      const { revokeTokenVerb } = await import("../token-verbs.ts");
      await revokeTokenVerb(session(), id);
    });
}
