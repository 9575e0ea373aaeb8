// Imports into a server's ledger: the file and its mapping go over as a form, the report comes back.

import { openAsBlob, statSync } from "node:fs";
import type { ImportedFile } from "../import/into.ts";
import { EXIT, failure } from "./failure.ts";
import type { Imported, Importer } from "./importer.ts";
import { call, type Remote, resultOf, whenLost } from "./remote-call.ts";
import type { Session } from "./session.ts";

/** Without these, fetch keeps all of a body in memory, to send it again where it is redirected to. */
const STREAMED = { redirect: "error", window: null } as const;

const AGAIN = {
  zh: "再运行一次即可完成，已记入的不会重记",
  en: "run it again: it finishes, and what is recorded is not recorded twice",
} as const;

/** Sends files to a server; what it answers is what its own machine would say. */
export function remoteImporter(remote: Remote, progress: Session["progress"]): Importer {
  async function send<Report>(
    route: string,
    file: ImportedFile,
    ask: object,
  ): Promise<Imported<Report>> {
    const body = await formOf(file, ask);
    return whenLost(AGAIN, async () => {
      const headers = { accept: "application/x-ndjson, application/problem+json" };
      const response = await call(remote, route, { ...STREAMED, method: "POST", headers, body });
      const report = (await resultOf(remote, response, progress)) as Report;
      return { demo: response.headers.get("almoner-demo") === "true", report };
    });
  }
  return {
    gifts: (file, ask) => send("/v1/imports", file, ask),
    opening: (file, ask) => send("/v1/imports/opening", file, ask),
  };
}

/** The file last, so that a server has read all else by then. */
async function formOf({ path, name }: ImportedFile, ask: object): Promise<FormData> {
  const form = new FormData();
  for (const [field, value] of Object.entries(ask)) {
    if (value === undefined) continue;
    form.set(field, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  form.set("file", await blobOf(path), name);
  return form;
}

/** A file that is read from the disk as it is sent. */
async function blobOf(path: string): Promise<Blob> {
  const file = statSync(path);
  if (!file.isFile())
    throw failure(EXIT.usage, { zh: `${path} 不是普通文件`, en: `${path} is no regular file` });
  const blob = await openAsBlob(path);
  // Node 20 counts them in 32 bits; no server takes as many either.
  if (blob.size !== file.size)
    throw failure(EXIT.refused, {
      zh: `${path} 有 ${file.size} 字节，过大`,
      en: `${path} has ${file.size} bytes, which is too many`,
    });
  return blob;
}
