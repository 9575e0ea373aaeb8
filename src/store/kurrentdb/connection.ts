// One client at a time. The client caches a failed discovery for good and drops what it has in
// flight when it loses its node, so after a loss it is given up and the next call makes a new one.

import type { KurrentDBClient } from "@kurrent/kurrentdb-client";

export type Connection = {
  client(): KurrentDBClient;
  /** Gives up a client that failed; another one made meanwhile is kept. */
  giveUp(failed: KurrentDBClient): void;
  close(): Promise<void>;
};

/** Loads the client, which nobody needs who keeps a ledger in a folder, and prepares to connect. */
export async function openConnection(connectionString: string): Promise<Connection> {
  const { KurrentDBClient: Client } = await import("@kurrent/kurrentdb-client");
  let client: KurrentDBClient | undefined;
  const dispose = async (old: KurrentDBClient): Promise<void> => {
    try {
      await old.dispose();
    } catch {
      // It was given up because it had failed; how it ends changes nothing.
    }
  };
  return {
    client: () => {
      client ??= Client.connectionString(connectionString);
      return client;
    },
    giveUp(failed) {
      if (client === failed) client = undefined;
      void dispose(failed);
    },
    async close() {
      const last = client;
      client = undefined;
      if (last) await dispose(last);
    },
  };
}
