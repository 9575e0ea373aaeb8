// The server's composition root: one ledger, one set of tokens, one listening application.

import type { AddressInfo } from "node:net";
import { createAccess } from "./app/access.ts";
import { type Ledger, openLedger } from "./app/ledger.ts";
import { buildApp } from "./http/build-app.ts";

export type ServeOptions = {
  /** Folder of the ledger. */
  readonly data: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
};

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
export async function startServer({ data, host, port }: ServeOptions): Promise<Server> {
  const ledger = openLedger(data);
  const access = createAccess(data);
  const release = (): void => {
    access.close();
    ledger.close();
  };
  try {
    const app = await buildApp({ ledger, access });
    await app.listen({ host, port });
    const address = app.server.address() as AddressInfo;
    return {
      ledger,
      url: `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`,
      async close() {
        await app.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}
