// The server's composition root: one ledger, one set of tokens, one listening application.

import type { AddressInfo } from "node:net";
import { destination, pino } from "pino";
import { createAccess } from "./app/access.ts";
import type { Damage } from "./app/derived-file.ts";
import { type Ledger, openLedger } from "./app/ledger.ts";
import { askFirst, keepCosigning } from "./app/log/cosign.ts";
import { askOverHttp } from "./app/log/witness-http.ts";
import { buildApp } from "./http/build-app.ts";

export type ServeOptions = {
  /** Folder of the ledger. */
  readonly data: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Another process writes to the folder: it is followed, and nothing is recorded here. */
  readonly readOnly?: boolean;
  /** Path of the policy of witnesses, when it is not the one in the folder. */
  readonly policy?: string | undefined;
};

/** How soon a reader's streams tell what another process recorded. */
const FOLLOW_EVERY_MS = 250;

export type Server = {
  readonly ledger: Ledger;
  readonly url: string;
  /** Lets running requests finish, then lets go of the ledger. */
  close(): Promise<void>;
};

/**
 * Serves the ledger in a folder until `close`.
 * @throws StoreUnavailable when another process writes to it, or the error of the port.
 */
export async function startServer(options: ServeOptions): Promise<Server> {
  const { data, host, port, policy, readOnly = false } = options;
  const mode = readOnly ? "read" : "write";
  // Not every request is worth a line; a route that has something to tell lowers its own level.
  const logger = pino({ level: "warn" }, destination({ dest: 2, sync: true }));
  const onDamage = ({ text, ...damage }: Damage) => logger.error(damage, text.en);
  const ledger = openLedger(data, { mode, policy, onDamage });
  const access = createAccess(data, Date.now, mode);
  const following = readOnly ? setInterval(() => follow(ledger), FOLLOW_EVERY_MS) : undefined;
  const stop = new AbortController();
  const means = { now: Date.now, ask: askOverHttp(stop.signal) };
  let cosigning: Promise<void> | undefined;
  const release = async (): Promise<void> => {
    clearInterval(following);
    stop.abort();
    await cosigning;
    access.close();
    ledger.close();
  };
  try {
    if (!readOnly && ledger.log.trust.witnesses.length > 0) {
      await askFirst(ledger.log, means);
      cosigning = keepCosigning(ledger.log, means, stop.signal);
    }
    const app = await buildApp({ ledger, access, logger });
    await app.listen({ host, port });
    const address = app.server.address() as AddressInfo;
    return {
      ledger,
      url: `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`,
      async close() {
        await app.close();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

// A file that cannot be read now is asked for again; requests tell their callers by themselves.
function follow(ledger: Ledger): void {
  try {
    ledger.refresh();
  } catch (error) {
    process.stderr.write(`cannot follow the ledger: ${(error as Error).message}\n`);
  }
}
