// Files into the ledger that this server writes: the same imports as on its own machine, with the names
// of people and what is known of sources beside the log, never with whoever sends the file.

import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { factOfCommand } from "../domain/facts.ts";
import type { RefusalCode } from "../domain/refusals.ts";
import { checkGifts, giftsAsk, importGifts } from "../import/import-gifts.ts";
import { DRY_RUN, type ImportedFile, type Into } from "../import/into.ts";
import { mapping } from "../import/mapping.ts";
import { checkOpening, importOpening, openingAsk } from "../import/opening/import-opening.ts";
import { openingMapping } from "../import/opening/opening-mapping.ts";
import type { Progress } from "../kernel/progress.ts";
import { readInput } from "../kernel/read-input.ts";
import { Refusal } from "../kernel/refusal.ts";
import type { HttpDeps } from "./deps.ts";
import { progressStream } from "./ndjson.ts";
import { actorOf } from "./policy.ts";
import { problemError } from "./problems.ts";
import { claims } from "./running.ts";
import { type Form, receiveForm, receiveForms } from "./upload.ts";

const UPLOADS = "uploads";

// Every field of a form is text.
const dryRun = z
  .enum(["true", "false"])
  .default("false")
  .describe(DRY_RUN)
  .transform((text) => text === "true");

/** The fields of `POST /v1/imports` beside its file. */
export const giftsForm = giftsAsk.extend({ mapping, dryRun });

/** The fields of `POST /v1/imports/opening` beside its file. */
export const openingForm = openingAsk.extend({ mapping: openingMapping, dryRun });

/** An import as its route knows it. */
type Import<Ask> = {
  readonly form: z.ZodType<Ask>;
  /** Refuses what cannot be done, while the answer can still have a status of its own. */
  readonly check: (into: Into, ask: Ask) => unknown;
  readonly run: (into: Into, file: ImportedFile, ask: Ask, watch: Watch) => Promise<object>;
};
type Watch = { readonly progress: (rows: number) => void; readonly signal: AbortSignal };

const GIFTS: Import<z.infer<typeof giftsForm>> = {
  form: giftsForm,
  check: checkGifts,
  run: (into, file, ask, { progress, signal }) =>
    importGifts(into, file, ask, { onProgress: ({ rows }) => progress(rows), signal }),
};

const OPENING: Import<z.infer<typeof openingForm>> = {
  form: openingForm,
  check: checkOpening,
  run: (into, file, ask, { signal }) => importOpening(into, file, ask, signal),
};

/** Registers `POST /v1/imports` and `POST /v1/imports/opening`. */
export async function importRoutes(app: FastifyInstance, deps: HttpDeps): Promise<void> {
  const uploads = join(deps.ledger.dir, UPLOADS);
  // What a process left that was killed while it imported.
  if (deps.ledger.mode === "write") rmSync(uploads, { recursive: true, force: true });
  await receiveForms(app);
  const claim = claims();

  function post<Ask>(url: string, command: string, kind: Import<Ask>): void {
    const config = { policy: { roles: factOfCommand(command)?.roles ?? [] } };
    app.post(url, { config }, async (request, reply) => {
      // Before the body is read: whoever is refused need not send it.
      if (deps.ledger.mode === "read") throw new Refusal("READ_ONLY" satisfies RefusalCode);
      const done = claim("import");
      const path = join(uploads, randomUUID());
      const release = (): Promise<void> => {
        done();
        return rm(path, { force: true });
      };
      try {
        mkdirSync(uploads, { recursive: true, mode: 0o700 });
        return await answer(deps, kind, { request, reply, path, release });
      } catch (error) {
        await release();
        throw error;
      }
    });
  }

  post("/v1/imports", "ReceiveDonation", GIFTS);
  post("/v1/imports/opening", "RecordOpeningBalance", OPENING);
}

type Received = {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly path: string;
  /** Removes the file and lets the next one in. */
  readonly release: () => Promise<void>;
};

async function answer<Ask>(
  { ledger, closing }: HttpDeps,
  { form, check, run }: Import<Ask>,
  { request, reply, path, release }: Received,
): Promise<FastifyReply> {
  const received = await receiveForm(request, path);
  const ask = askOf(form, received);
  const into = { ledger, actor: actorOf(request) };
  check(into, ask);
  const file = { path, name: received.fileName };
  return progressStream({ request, reply, closing }, async (progress: Progress, signal) => {
    try {
      return await run(into, file, ask, { progress: progress("import"), signal });
    } finally {
      await release();
    }
  });
}

/** What a form asks. @throws a 400 problem with every field that is wrong. */
function askOf<Ask>(schema: z.ZodType<Ask>, { fields, issues }: Form): Ask {
  const read = readInput(schema, fields);
  if (read.success && issues.length === 0) return read.data;
  const told = new Set(issues.map(({ path }) => path));
  const others = read.success ? [] : read.issues.filter(({ path }) => !told.has(path));
  throw problemError("INVALID_INPUT", { errors: [...issues, ...others] });
}
