// A ledger behind a server: the same verbs over HTTP, with a token for what is not public.

import { Readable } from "node:stream";
import { z } from "zod";
import type { Row } from "../../projections/reports/report.ts";
import type { Publication } from "../app/figures.ts";
import { type EntryQuery, type ReportQuery, type ReportResult, reportOf } from "../app/ledger.ts";
import { DEFAULT_ZONE } from "../app/point.ts";
import type { StoredEvent } from "../domain/event.ts";
import { factOfCommand } from "../domain/facts.ts";
import { ledgerOpened } from "../domain/parties/open-ledger.ts";
import { dayOfInstant } from "../kernel/day.ts";
import { errorText } from "../kernel/error-text.ts";
import type { Language } from "../kernel/text.ts";
import type { Backend, FigureLine, FundRef } from "./backend.ts";
import { flagOfPath } from "./fact-flags.ts";
import { EXIT, failure } from "./failure.ts";
import type { Session } from "./session.ts";

const problem = z.object({
  title: z.string(),
  code: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

const created = z.object({
  entry: z.number(),
  id: z.string(),
  type: z.string(),
  recordedAt: z.string(),
});

type Page<T> = { readonly data: T[]; readonly nextCursor: string | null };
type ReportPage = Omit<ReportResult, "rows"> & Page<Row>;

type Remote = {
  readonly url: string;
  readonly token: string | undefined;
  readonly language: Language;
};

/** A server's ledger. Nothing is sent before the first question. */
export function openRemote(remote: Remote): Backend {
  const get = async <T>(path: string, query: Readonly<Record<string, string | undefined>>) =>
    (await ask(remote, `${path}?${queryText(query)}`)).body as T;

  const report = async (name: string, query: ReportQuery): Promise<ReportResult> => {
    const { filters, ...point } = query;
    const rows: Row[] = [];
    const published: Publication[] = [];
    for (let cursor: string | undefined; ; ) {
      const path = `/v1/reports/${encodeURIComponent(name)}`;
      const page = await get<ReportPage>(path, { ...filters, ...point, cursor });
      rows.push(...page.data);
      published.push(...page.published);
      if (!page.nextCursor) return { ...page, report: name, rows, published };
      cursor = page.nextCursor;
    }
  };

  const entries = async ({ after, limit, ...narrowed }: EntryQuery): Promise<StoredEvent[]> => {
    const query = { after: String(after), limit: String(limit), ...narrowed };
    return (await get<Page<StoredEvent>>("/v1/entries", query)).data;
  };

  return {
    demo: async () => (await report("counts", {})).demo,
    async record({ command, key, input, reason }) {
      const { path, body } = routeOf(command, input as Record<string, unknown>);
      const { status, body: answer } = await ask(remote, `/v1${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": key },
        body: JSON.stringify(reason === undefined ? body : { ...body, reason }),
      });
      return { outcome: status === 200 ? "already" : "recorded", ...created.parse(answer) };
    },
    report,
    async reportFile(name, { filters, ...point }, { format, unit, bare }) {
      const look = { format, unit, limit: "all", bare: bare ? "true" : undefined };
      const query = queryText({ ...filters, ...point, ...look });
      const path = `/v1/reports/${encodeURIComponent(name)}?${query}`;
      const { body } = await call(remote, path, { headers: { accept: "*/*" } });
      return body ?? Readable.from([]);
    },
    entries,
    async figureEntries(name, { row, column }, { asOf, basis, knownAt }, { after, limit }) {
      const key = Object.fromEntries(reportOf(name).key.map((part) => [part, row[part] ?? ""]));
      const path = `/v1/reports/${encodeURIComponent(name)}/entries`;
      const lines: FigureLine[] = [];
      for (let cursor: string | undefined; lines.length < limit; ) {
        const query = { ...key, column, asOf, basis, knownAt, cursor };
        const page = await get<Page<FigureLine>>(path, query);
        lines.push(...page.data.filter(({ entry }) => entry > after));
        if (!page.nextCursor) break;
        cursor = page.nextCursor;
      }
      return lines.slice(0, limit).map(({ entry, amount, event }) => ({ entry, amount, event }));
    },
    async published({ after, limit, figure }) {
      const query = { after: String(after), limit: String(limit), figure };
      return (await get<Page<Publication>>("/v1/figures", query)).data;
    },
    async handOver({ name, formats }, { asOf, basis, format, params }) {
      const query = queryText({ ...params, asOf, basis, format: format ?? formats[0].name });
      const { headers, body } = await call(remote, `/v1/exports/${name}?${query}`, {
        headers: { accept: "*/*" },
      });
      return {
        demo: headers.get("almoner-demo") === "true",
        asOf: { entry: Number(headers.get("almoner-as-of-entry")) },
        chunks: body ?? [],
        summary: () => ({}),
      };
    },
    async funds() {
      const { rows } = await report("fund-balances", { filters: { bucket: "*" } });
      return Array.from(
        rows,
        (row): FundRef => ({
          id: row["fund"] ?? "",
          name: row["name"] ?? "",
          currency: row["currency"] ?? "",
        }),
      );
    },
    async currencyOf(id) {
      const [event] = await entries({ after: 0, limit: 1, id });
      return (event?.data as { currency?: string } | undefined)?.currency;
    },
    async today() {
      const [opened] = await entries({ after: 0, limit: 1, type: ledgerOpened.type });
      const { zone } = (opened?.data ?? {}) as { zone?: string };
      return dayOfInstant(Date.now(), zone ?? DEFAULT_ZONE);
    },
    close: async () => undefined,
  };
}

/** The path of a command and what is left for its body: fields in braces go into the path. */
function routeOf(command: string, input: Readonly<Record<string, unknown>>) {
  const body = { ...input };
  const path = factOfCommand(command)?.path.replace(/\{(\w+)\}/g, (_, field: string) => {
    const value = String(body[field] ?? "");
    delete body[field];
    if (value === "")
      throw failure(EXIT.usage, { zh: `缺少 --${field}`, en: `--${field} is missing` });
    return encodeURIComponent(value);
  });
  return { path, body };
}

function queryText(query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => !!pair[1]);
  return new URLSearchParams(given).toString();
}

/** Asks a server once: its JSON, or the text of an answer that is none. */
export async function askServer(
  { url, token, language }: Pick<Session, "url" | "token" | "language">,
  path: string,
): Promise<unknown> {
  return (await ask({ url: url ?? "", token, language }, path)).body;
}

async function ask(
  remote: Remote,
  path: string,
  request: RequestInit = {},
): Promise<{ status: number; body: unknown }> {
  const response = await call(remote, path, request);
  return { status: response.status, body: await bodyOf(response) };
}

/** Calls the server. @throws what it says when it refuses. */
async function call(
  { url, token, language }: Remote,
  path: string,
  request: RequestInit,
): Promise<Response> {
  const headers = new Headers(request.headers);
  if (!headers.has("accept")) headers.set("accept", "application/json, text/plain");
  headers.set("accept-language", language);
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  let response: Response;
  try {
    response = await fetch(new URL(path, url), { ...request, headers });
  } catch (error) {
    const { zh, en } = errorText((error as Error).cause ?? error);
    throw failure(EXIT.refused, {
      zh: `${url} 没有回答：${zh}`,
      en: `no answer from ${url}: ${en}`,
    });
  }
  if (response.ok) return response;
  // Only commands are posted, and their fields were typed as flags.
  const nameOf = request.method === "POST" ? flagOfPath : (path: string) => path;
  throw refusedBy(response.status, await bodyOf(response), nameOf);
}

async function bodyOf(response: Response): Promise<unknown> {
  const isText = response.headers.get("content-type")?.startsWith("text/plain");
  return isText ? response.text() : response.json().catch(() => undefined);
}

function refusedBy(status: number, body: unknown, nameOf: (path: string) => string): Error {
  const parsed = problem.safeParse(body);
  if (!parsed.success)
    return failure(EXIT.refused, {
      zh: `服务器回答 ${status}`,
      en: `the server answered ${status}`,
    });
  const { title, code, detail, errors = [] } = parsed.data;
  const head = [title, detail].filter(Boolean).join(" ");
  const issues = errors.map(({ path, message }) => ({ path, text: { zh: message, en: message } }));
  return failure(status === 400 ? EXIT.usage : EXIT.refused, head, { code, issues, nameOf });
}
