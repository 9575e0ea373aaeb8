// `almoner serve`: the HTTP server in the foreground, until it is told to stop.

import { once } from "node:events";
import type { Ledger } from "../app/ledger.ts";
import { groupThousands } from "../kernel/money.ts";
import { startServer } from "../main.ts";
import { EXIT, failure } from "./failure.ts";
import { checkLedger, isDemo } from "./local-backend.ts";
import type { Session } from "./session.ts";

const PORT = 8080;

export type ServeFlags = { readonly host: string; readonly port?: string };

/** Serves the ledger's folder; ends quietly on SIGINT and SIGTERM. */
export async function serveVerb(session: Session, flags: ServeFlags): Promise<void> {
  checkLedger(session.data);
  const port = portOf(flags.port) ?? session.port ?? PORT;
  const server = await startServer({ data: session.data, host: flags.host, port });
  const { ledger, url } = server;
  const demo = isDemo(ledger);
  session.answer({ demo, url, docs: `${url}/docs`, entries: ledger.store.head() });
  session.label(demo);
  session.line(`${session.say({ zh: "服务", en: "serving" })} ${url}`);
  session.line(`${session.say({ zh: "接口文档", en: "API docs" })} ${url}/docs`);
  showHeadlines(session, ledger);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await server.close();
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^[0-9]{1,5}$/.test(text) && port <= 65_535) return port;
  throw failure(EXIT.usage, `--port is 0 to 65535, not ${text}`);
}

function showHeadlines(session: Session, ledger: Ledger): void {
  const totals = ledger.report("grassroots-total", {});
  for (const row of totals.rows) {
    const value = groupThousands(row["value"] ?? "");
    const title = session.say(totals.title);
    session.line(`${title} (${row["definition"]}): ${row["currency"]} ${value}`);
  }
  for (const { count, value } of ledger.report("counts", {}).rows) {
    if (value !== "0") session.line(`${count}: ${groupThousands(value ?? "")}`);
  }
}
