// `almoner serve`: the HTTP server in the foreground, until it is told to stop.

import { once } from "node:events";
import { grassrootsTotal as grassrootsTally } from "../../projections/grassroots-total.ts";
import { COUNT_TITLES } from "../../projections/reports/counts.ts";
import { isDemo, type Ledger } from "../app/ledger.ts";
import { forkRefusal } from "../app/log/fork.ts";
import { groupThousands } from "../kernel/money.ts";
import { startServer } from "../main.ts";
import { EXIT, failure, messageOf } from "./failure.ts";
import { checkLedger } from "./local-backend.ts";
import type { Session } from "./session.ts";

const PORT = 8080;

export type ServeFlags = {
  readonly host: string;
  readonly port?: string;
  readonly readOnly?: boolean;
  readonly policy?: string;
};

/** Serves the ledger's folder; ends quietly on SIGINT and SIGTERM. */
export async function serveVerb(session: Session, flags: ServeFlags): Promise<void> {
  checkLedger(session.data);
  const port = portOf(flags.port) ?? session.port ?? PORT;
  const { host, policy, readOnly = false } = flags;
  const server = await startServer({ data: session.data, host, port, policy, readOnly });
  const { ledger, url } = server;
  const demo = isDemo(ledger);
  const entries = ledger.store.head();
  session.answer({ demo, url, docs: `${url}/docs`, entries, readOnly });
  session.label(demo);
  session.line(`${session.say({ zh: "服务", en: "serving" })} ${url}`);
  session.line(`${session.say({ zh: "接口文档", en: "API docs" })} ${url}/docs`);
  const { origin, publishedSize, fork } = ledger.log.status();
  const checkpoint = session.say({ zh: "检查点", en: "checkpoint" });
  const unsigned = session.say({
    zh: "日志尚未签署：almoner keys create",
    en: "the log is not signed yet: almoner keys create",
  });
  session.line(origin ? `${checkpoint} ${url}/checkpoint (${publishedSize})` : unsigned);
  if (fork) process.stderr.write(`${messageOf(forkRefusal(fork), session.language)}\n`);
  showHeadlines(session, ledger);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await server.close();
}

/** A port given as text. */
export function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^[0-9]{1,5}$/.test(text) && port <= 65_535) return port;
  throw failure(EXIT.usage, {
    zh: `--port 是 0 到 65535，不是 ${text}`,
    en: `--port is 0 to 65535, not ${text}`,
  });
}

function showHeadlines(session: Session, ledger: Ledger): void {
  const colon = session.say({ zh: "：", en: ": " });
  const definitions = new Map(grassrootsTally.columns.map(({ name, title }) => [name, title]));
  const totals = ledger.report("grassroots-total", {});
  for (const { definition, currency, value } of totals.rows) {
    const title = definitions.get(definition ?? "") ?? totals.title;
    const name = `${session.say(totals.title)} · ${session.say(title)}`;
    session.line(`${name}${colon}${currency} ${groupThousands(value ?? "")}`);
  }
  for (const { count, value } of ledger.report("counts", {}).rows) {
    const title = COUNT_TITLES.get(count ?? "");
    if (title && value !== "0") {
      session.line(`${session.say(title)}${colon}${groupThousands(value ?? "")}`);
    }
  }
}
