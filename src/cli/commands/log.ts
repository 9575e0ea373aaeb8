// Commands of the transparency log: its keys, its proofs, its witnesses.

import type { Command } from "commander";
import type { OriginFlags } from "../keys-verbs.ts";
import type { ConsistencyFlags, InclusionFlags, ReceiptFlags } from "../log-proof-verbs.ts";
import type { Session } from "../session.ts";
import type { WitnessFlags, WitnessKeyFlags, WitnessServeFlags } from "../witness-verbs.ts";
import { commandAt, FORCE } from "./options.ts";

/** Adds the commands of the log: its keys, its proofs, its witnesses. */
export function addLog(program: Command, session: () => Session): void {
  const keys = commandAt(program, "keys").description("the keys that sign the log");
  keys
    .command("create")
    .description("make the first signing key, and sign the log")
    .option("--origin <name>", "the log's name, best a URL without its scheme")
    .action(async (flags: OriginFlags) => {
      const { createKeyVerb } = await import("../keys-verbs.ts");
      await createKeyVerb(session(), flags);
    });
  keys
    .command("list")
    .description("public keys, for auditors")
    .action(async () => {
      const { listKeysVerb } = await import("../keys-verbs.ts");
      await listKeysVerb(session());
    });
  keys
    .command("rotate")
    .description("add a key, announce it under the old one, and sign with both")
    .action(async () => {
      const { rotateKeyVerb } = await import("../keys-verbs.ts");
      await rotateKeyVerb(session());
    });
  keys
    .command("retire")
    .description("stop signing with the older of two keys")
    .action(async () => {
      const { retireKeyVerb } = await import("../keys-verbs.ts");
      await retireKeyVerb(session());
    });
  commandAt(program, "receipt")
    .description("what a donor is given")
    .command("entry <entry>", { isDefault: true })
    .description("proof that an entry is in the log (.tlog-proof)")
    .option("-o, --out <file>", "write it to a file")
    .option(...FORCE)
    .action(async (entry: string, flags: ReceiptFlags) => {
      const { receiptVerb } = await import("../log-proof-verbs.ts");
      await receiptVerb(session(), entry, flags);
    });
  const prove = commandAt(program, "prove").description("proofs for whoever has a checkpoint");
  prove
    .command("entry <entry>")
    .description("that an entry is in the log")
    .option("--size <n>", "size of the tree; the published one when left out")
    .action(async (entry: string, flags: InclusionFlags) => {
      const { proveEntryVerb } = await import("../log-proof-verbs.ts");
      await proveEntryVerb(session(), entry, flags);
    });
  prove
    .command("consistency")
    .description("that an earlier tree is the beginning of a later one")
    .requiredOption("--from <n>", "size of the earlier tree")
    .option("--to <n>", "size of the later tree; the published one when left out")
    .action(async (flags: ConsistencyFlags) => {
      const { proveConsistencyVerb } = await import("../log-proof-verbs.ts");
      await proveConsistencyVerb(session(), flags);
    });
  program
    .command("cosign")
    .description("show the latest checkpoint to the witnesses of the policy, and publish it")
    .option("--policy <file>", "tlog-policy; log/policy in the ledger's folder when left out")
    .action(async (flags: { policy?: string }) => {
      const { cosignVerb } = await import("../witness-verbs.ts");
      await cosignVerb(session(), flags.policy);
    });
  addWitness(commandAt(program, "witness"), session);
}

function addWitness(command: Command, session: () => Session): void {
  command.description("a witness that cosigns other people's logs, for a firm of auditors");
  const dir = (verb: Command) => verb.requiredOption("--dir <dir>", "folder of the witness");
  dir(command.command("keys"))
    .description("make the witness's key; the line printed goes into the policies of logs")
    .requiredOption("--name <name>", "the witness's name, best a URL without its scheme")
    .action(async (flags: WitnessKeyFlags) => {
      const { witnessKeyVerb } = await import("../witness-verbs.ts");
      await witnessKeyVerb(session(), flags);
    });
  dir(command.command("trust <vkey>"))
    .description("cosign this log from now on")
    .action(async (vkey: string, flags: WitnessFlags) => {
      const { witnessTrustVerb } = await import("../witness-verbs.ts");
      await witnessTrustVerb(session(), vkey, flags);
    });
  dir(command.command("list"))
    .description("the logs that are trusted, and how far each was cosigned")
    .action(async (flags: WitnessFlags) => {
      const { witnessListVerb } = await import("../witness-verbs.ts");
      await witnessListVerb(session(), flags);
    });
  dir(command.command("serve"))
    .description("serve the witness over HTTP")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .requiredOption("--port <n>", "port to listen on")
    .action(async (flags: WitnessServeFlags) => {
      const { witnessServeVerb } = await import("../witness-verbs.ts");
      await witnessServeVerb(session(), flags);
    });
}
