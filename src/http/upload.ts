// A form with one file, as a browser or curl sends it (RFC 7578). The file goes to a private file on the
// ledger's own disk as it comes; everything else of the form is small, and is named where it is wrong.

import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import multipart, { type MultipartFile } from "@fastify/multipart";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { readLimits } from "../import/read/limits.ts";
import type { InputIssue } from "../kernel/read-input.ts";
import type { Text } from "../kernel/text.ts";
import { isDiskFull } from "../store/damage.ts";
import { StoreUnavailable } from "../store/event-store.ts";
import { readJson } from "./json-body.ts";
import { problemError, problemOf } from "./problems.ts";

const FILE_BYTES_MAX = readLimits.parse({}).fileBytes;
const JSON_BYTES_MAX = 64 * 1024;
/** What the parts of a form that are no file may add up to, with all that stands around them. */
const BESIDE_BYTES_MAX = 1024 * 1024;
const NAME_CHARS_MAX = 255;

const LIMITS = {
  fileSize: FILE_BYTES_MAX,
  fieldSize: 4 * 1024,
  parts: 16,
  headerPairs: 16,
  headerSize: 8 * 1024,
} as const;

const NO_FILE: Text = { zh: "必填：要导入的文件", en: "required: the file to import" };
const TWICE: Text = { zh: "只能给一次", en: "give it once" };
const TOO_LONG: Text = { zh: "过长", en: "too long" };

/** What a form holds; its fields have whatever names somebody chose. */
export type Form = {
  /** What the file was called where it came from: text of somebody else, made harmless. */
  readonly fileName: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** What cannot be read, apart from what the fields' schema will say. */
  readonly issues: readonly InputIssue[];
};

/** Lets the routes of a scope receive forms, and nothing else. */
export async function receiveForms(app: FastifyInstance): Promise<void> {
  app.removeAllContentTypeParsers();
  await app.register(multipart, {
    limits: LIMITS,
    isPartAFile: (field, _type, name) =>
      field === "file" || field === "mapping" || name !== undefined,
  });
}

/**
 * Receives a form whose part `file` goes to a new file at `path`, and whose part `mapping` is JSON.
 * It is received to its end, so that whoever sends it reads everything that is wrong.
 * @throws a 413 problem when it is too large, a 400 problem when it is no form, StoreUnavailable when
 *   the file cannot be written.
 */
export async function receiveForm(request: FastifyRequest, path: string): Promise<Form> {
  if (Number(request.headers["content-length"]) > FILE_BYTES_MAX + BESIDE_BYTES_MAX) {
    throw problemError("BODY_TOO_LARGE");
  }
  try {
    return await readParts(request, path);
  } catch (error) {
    // What is left of the body is read and dropped: a caller that still sends would miss the answer.
    request.raw.resume();
    if (error instanceof StoreUnavailable || problemOf(error).code !== "INTERNAL") throw error;
    // The parser's own errors say nothing but that this is no form.
    request.log.debug(error);
    throw problemError("BAD_REQUEST");
  }
}

async function readParts(request: FastifyRequest, path: string): Promise<Form> {
  const fields = new Map<string, unknown>();
  const issues: InputIssue[] = [];
  let fileName: string | undefined;
  for await (const part of request.parts()) {
    const name = part.fieldname ?? "";
    if (fields.has(name) || (name === "file" && fileName !== undefined)) {
      issues.push({ path: name, text: TWICE });
      if (part.type === "file") part.file.resume();
    } else if (part.type === "field") {
      fields.set(name, part.value);
      if (part.valueTruncated) issues.push({ path: name, text: TOO_LONG });
    } else if (name === "file") {
      fileName = harmless(part.filename ?? "");
      await keep(part, path);
    } else {
      // A file of a name that nobody asked for is dropped; the schema says that there is none.
      fields.set(name, name === "mapping" ? await jsonOf(part, issues) : part.file.resume());
    }
  }
  if (fileName === undefined) issues.push({ path: "file", text: NO_FILE });
  return { fileName: fileName ?? "", fields: Object.fromEntries(fields), issues };
}

async function keep({ file }: MultipartFile, path: string): Promise<void> {
  try {
    await pipeline(file, createWriteStream(path, { flags: "wx", mode: 0o600 }));
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    const told = {
      zh: `导入所需的文件无法保存（${code}）`,
      en: `the file cannot be kept while it is imported (${code})`,
    };
    throw new StoreUnavailable(isDiskFull(error) ? "DISK_FULL" : "STORE_FAILED", told, error);
  }
}

async function jsonOf({ fieldname, file }: MultipartFile, issues: InputIssue[]): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of file as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= JSON_BYTES_MAX) chunks.push(chunk);
  }
  if (bytes > JSON_BYTES_MAX) {
    issues.push({ path: fieldname, text: TOO_LONG });
    return undefined;
  }
  try {
    return readJson(Buffer.concat(chunks));
  } catch (error) {
    const [issue] = problemOf(error).errors ?? [];
    if (!issue) throw error;
    issues.push({ path: fieldname, text: issue.text });
    return undefined;
  }
}

/** The last part of a name, without what a terminal or a reader would take for something else. */
function harmless(name: string): string {
  const last = name.toWellFormed().split(/[/\\]/).at(-1) ?? "";
  const plain = last.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");
  return [...plain].slice(0, NAME_CHARS_MAX).join("");
}
