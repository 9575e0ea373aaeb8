// Picks the ledger a verb works on, and closes it whatever happens.

import type { Backend } from "./backend.ts";
import { type LocalOpening, openLocal } from "./local-backend.ts";
import { openRemote } from "./remote-backend.ts";
import type { Session } from "./session.ts";

/** Runs `work` on the session's ledger: the server of `--url`, or else the folder of `--data`. */
export async function withBackend<T>(
  session: Session,
  opening: LocalOpening,
  work: (backend: Backend) => Promise<T>,
): Promise<T> {
  const { url, token, language, data } = session;
  const backend =
    url === undefined ? openLocal(data, opening) : openRemote({ url, token, language });
  try {
    return await work(backend);
  } finally {
    await backend.close();
  }
}
