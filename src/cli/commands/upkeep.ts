// Commands for whoever runs the ledger: demo, server, checks, tokens.

import type { Command } from "commander";
import { ROLES } from "../../domain/fact.ts";
import { inBoth } from "../../kernel/in-both.ts";
import type { MoveFlags } from "../move-verb.ts";
import type { ServeFlags } from "../serve-verb.ts";
import type { Session } from "../session.ts";
import type { TokenFlags } from "../token-verbs.ts";
import { commandAt } from "./options.ts";

/** Adds the commands that make, serve, move and check a ledger. */
export function addUpkeep(program: Command, session: () => Session): void {
  program
    .command("demo")
    .description(
      inBoth({
        zh: "在空文件夹中生成苏州演示账本",
        en: "make the demonstration ledger of Suzhou in an empty folder",
      }),
    )
    .action(async () => {
      const { demoVerb } = await import("../demo-verb.ts");
      await demoVerb(session());
    });
  program
    .command("serve")
    .description(inBoth({ zh: "以 HTTP 提供账本", en: "serve the ledger over HTTP" }))
    .option("--host <address>", inBoth({ zh: "监听地址", en: "address to listen on" }), "127.0.0.1")
    .option(
      "--port <n>",
      inBoth({
        zh: "监听端口；不写取 PORT 或 8080",
        en: "port to listen on; PORT or 8080 when left out",
      }),
    )
    .option(
      "--read-only",
      inBoth({
        zh: "服务由另一进程写入的文件夹，并随之更新",
        en: "serve a folder that another process writes, and follow it",
      }),
    )
    .option(
      "--policy <file>",
      inBoth({
        zh: "等待谁的见证签名；不写为 log/policy",
        en: "whose cosignatures to wait for; log/policy when left out",
      }),
    )
    .action(async (flags: ServeFlags) => {
      const { serveVerb } = await import("../serve-verb.ts");
      await serveVerb(session(), flags);
    });
  program
    .command("move")
    .description(
      inBoth({
        zh: "在文件夹与集群之间迁移账本，逐字节一致；可重复运行",
        en: "move the ledger between a folder and a cluster, byte for byte; may be run again",
      }),
    )
    .requiredOption("--from <folder|address>", inBoth({ zh: "现在何处", en: "where it is" }))
    .requiredOption(
      "--to <folder|address>",
      inBoth({
        zh: "迁往何处：那里为空，或是它的开头",
        en: "where it goes: nothing, or the beginning of it",
      }),
    )
    .action(async (flags: MoveFlags) => {
      const { moveVerb } = await import("../move-verb.ts");
      await moveVerb(session(), flags);
    });
  program
    .command("rebuild [name]")
    .description(
      inBoth({
        zh: "从第 1 条重建投影并与所提供者比对",
        en: "rebuild projections from entry 1 and compare them with what was served",
      }),
    )
    .action(async (name: string | undefined) => {
      const { rebuildVerb } = await import("../check-verbs.ts");
      await rebuildVerb(session(), name);
    });
  program
    .command("audit")
    .description(
      inBoth({
        zh: "全部重放并比对；有差异时退出码为 3",
        en: "replay everything and compare; exit code 3 on any difference",
      }),
    )
    .action(async () => {
      const { auditVerb } = await import("../check-verbs.ts");
      await auditVerb(session());
    });
  program
    .command("doctor")
    .description(inBoth({ zh: "账本文件的状态", en: "the state of the ledger's files" }))
    .action(async () => {
      const { doctorVerb } = await import("../doctor-verb.ts");
      await doctorVerb(session());
    });
  addTokens(
    commandAt(program, "token").description(
      inBoth({ zh: "本账本的 API 令牌", en: "API tokens of this ledger" }),
    ),
    session,
  );
}

function addTokens(command: Command, session: () => Session): void {
  command
    .command("create")
    .description(inBoth({ zh: "新建令牌，只显示一次", en: "make a token, which is shown once" }))
    .requiredOption("--role <role>", ROLES.join("|"))
    .requiredOption("--name <name>", inBoth({ zh: "用途", en: "what it is for" }))
    .option("--days <n>", inBoth({ zh: "有效天数，1 至 90", en: "how long it lives, 1 to 90" }))
    .action(async (flags: TokenFlags) => {
      const { createTokenVerb } = await import("../token-verbs.ts");
      await createTokenVerb(session(), flags);
    });
  command
    .command("list")
    .description(inBoth({ zh: "令牌列表，不含密文", en: "tokens, without their secrets" }))
    .action(async () => {
      const { listTokensVerb } = await import("../token-verbs.ts");
      await listTokensVerb(session());
    });
  command
    .command("revoke <id>")
    .description(inBoth({ zh: "立即撤销令牌", en: "end a token at once" }))
    .action(async (id: string) => {
      const { revokeTokenVerb } = await import("../token-verbs.ts");
      await revokeTokenVerb(session(), id);
    });
}
