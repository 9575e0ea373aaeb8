// Commands of the transparency log: its keys, its proofs, its witnesses.

import type { Command } from "commander";
import { inBoth } from "../../kernel/in-both.ts";
import type { OriginFlags } from "../keys-verbs.ts";
import type { ConsistencyFlags, InclusionFlags, ReceiptFlags } from "../log-proof-verbs.ts";
import type { Session } from "../session.ts";
import type { WitnessFlags, WitnessKeyFlags, WitnessServeFlags } from "../witness-verbs.ts";
import { commandAt, FORCE } from "./options.ts";

/** Adds the commands of the log: its keys, its proofs, its witnesses. */
export function addLog(program: Command, session: () => Session): void {
  const keys = commandAt(program, "keys").description(
    inBoth({ zh: "签署账册的密钥", en: "the keys that sign the log" }),
  );
  keys
    .command("create")
    .description(
      inBoth({
        zh: "生成第一把签名密钥并签署账册",
        en: "make the first signing key, and sign the log",
      }),
    )
    .option(
      "--origin <name>",
      inBoth({
        zh: "账册的名称，最好是不带协议的网址",
        en: "the log's name, best a URL without its scheme",
      }),
    )
    .action(async (flags: OriginFlags) => {
      const { createKeyVerb } = await import("../keys-verbs.ts");
      await createKeyVerb(session(), flags);
    });
  keys
    .command("list")
    .description(inBoth({ zh: "公钥，供审计人", en: "public keys, for auditors" }))
    .action(async () => {
      const { listKeysVerb } = await import("../keys-verbs.ts");
      await listKeysVerb(session());
    });
  keys
    .command("rotate")
    .description(
      inBoth({
        zh: "新增密钥，用旧密钥公告，此后两把同时签署",
        en: "add a key, announce it under the old one, and sign with both",
      }),
    )
    .action(async () => {
      const { rotateKeyVerb } = await import("../keys-verbs.ts");
      await rotateKeyVerb(session());
    });
  keys
    .command("retire")
    .description(
      inBoth({ zh: "停用两把密钥中较旧的一把", en: "stop signing with the older of two keys" }),
    )
    .action(async () => {
      const { retireKeyVerb } = await import("../keys-verbs.ts");
      await retireKeyVerb(session());
    });
  commandAt(program, "receipt")
    .description(inBoth({ zh: "交给捐赠人的收据", en: "what a donor is given" }))
    .command("entry <entry>", { isDefault: true })
    .description(
      inBoth({
        zh: "条目在账册中的证明（.tlog-proof）",
        en: "proof that an entry is in the log (.tlog-proof)",
      }),
    )
    .option("-o, --out <file>", inBoth({ zh: "写入文件", en: "write it to a file" }))
    .option(...FORCE)
    .action(async (entry: string, flags: ReceiptFlags) => {
      const { receiptVerb } = await import("../log-proof-verbs.ts");
      await receiptVerb(session(), entry, flags);
    });
  const prove = commandAt(program, "prove").description(
    inBoth({ zh: "给持有检查点者的证明", en: "proofs for whoever has a checkpoint" }),
  );
  prove
    .command("entry <entry>")
    .description(inBoth({ zh: "证明条目在账册中", en: "that an entry is in the log" }))
    .option(
      "--size <n>",
      inBoth({
        zh: "树的条数；不写为已公布者",
        en: "size of the tree; the published one when left out",
      }),
    )
    .action(async (entry: string, flags: InclusionFlags) => {
      const { proveEntryVerb } = await import("../log-proof-verbs.ts");
      await proveEntryVerb(session(), entry, flags);
    });
  prove
    .command("consistency")
    .description(
      inBoth({
        zh: "证明较早的树是较晚的树的开头",
        en: "that an earlier tree is the beginning of a later one",
      }),
    )
    .requiredOption("--from <n>", inBoth({ zh: "较早的树的条数", en: "size of the earlier tree" }))
    .option(
      "--to <n>",
      inBoth({
        zh: "较晚的树的条数；不写为已公布者",
        en: "size of the later tree; the published one when left out",
      }),
    )
    .action(async (flags: ConsistencyFlags) => {
      const { proveConsistencyVerb } = await import("../log-proof-verbs.ts");
      await proveConsistencyVerb(session(), flags);
    });
  program
    .command("cosign")
    .description(
      inBoth({
        zh: "把最新检查点交信任文件中的见证人签名并公布",
        en: "show the latest checkpoint to the witnesses of the policy, and publish it",
      }),
    )
    .option(
      "--policy <file>",
      inBoth({
        zh: "信任文件（tlog-policy）；不写为账本文件夹中的 log/policy",
        en: "tlog-policy; log/policy in the ledger's folder when left out",
      }),
    )
    .action(async (flags: { policy?: string }) => {
      const { cosignVerb } = await import("../witness-verbs.ts");
      await cosignVerb(session(), flags.policy);
    });
  addWitness(commandAt(program, "witness"), session);
}

function addWitness(command: Command, session: () => Session): void {
  command.description(
    inBoth({
      zh: "见证他人账册的见证人，供审计机构使用",
      en: "a witness that cosigns other people's logs, for a firm of auditors",
    }),
  );
  const dir = (verb: Command) =>
    verb.requiredOption(
      "--dir <dir>",
      inBoth({ zh: "见证人的文件夹", en: "folder of the witness" }),
    );
  dir(command.command("keys"))
    .description(
      inBoth({
        zh: "生成见证人的密钥；所印的一行写入各账册的信任文件",
        en: "make the witness's key; the line printed goes into the policies of logs",
      }),
    )
    .requiredOption(
      "--name <name>",
      inBoth({
        zh: "见证人的名称，最好是不带协议的网址",
        en: "the witness's name, best a URL without its scheme",
      }),
    )
    .action(async (flags: WitnessKeyFlags) => {
      const { witnessKeyVerb } = await import("../witness-verbs.ts");
      await witnessKeyVerb(session(), flags);
    });
  dir(command.command("trust <vkey>"))
    .description(inBoth({ zh: "此后见证这本账册", en: "cosign this log from now on" }))
    .action(async (vkey: string, flags: WitnessFlags) => {
      const { witnessTrustVerb } = await import("../witness-verbs.ts");
      await witnessTrustVerb(session(), vkey, flags);
    });
  dir(command.command("list"))
    .description(
      inBoth({
        zh: "所信任的账册，及各见证到哪一条",
        en: "the logs that are trusted, and how far each was cosigned",
      }),
    )
    .action(async (flags: WitnessFlags) => {
      const { witnessListVerb } = await import("../witness-verbs.ts");
      await witnessListVerb(session(), flags);
    });
  dir(command.command("serve"))
    .description(inBoth({ zh: "以 HTTP 提供见证服务", en: "serve the witness over HTTP" }))
    .option("--host <address>", inBoth({ zh: "监听地址", en: "address to listen on" }), "127.0.0.1")
    .requiredOption("--port <n>", inBoth({ zh: "监听端口", en: "port to listen on" }))
    .action(async (flags: WitnessServeFlags) => {
      const { witnessServeVerb } = await import("../witness-verbs.ts");
      await witnessServeVerb(session(), flags);
    });
}
