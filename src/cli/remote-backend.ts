// A ledger behind a server: the same verbs over HTTP, with a token for what is not public.

import { Readable } from "node:stream";
import { z } from "zod";
import type { Row } from "../../projections/reports/report.ts";
import type { Publication } from "../app/figures.ts";
import { type EntryQuery, type ReportQuery, type ReportResult, reportOf } from "../app/ledger.ts";
import type { StoredEvent } from "../domain/event.ts";
import { factOfCommand } from "../domain/facts.ts";
import { ledgerOpened } from "../domain/parties/open-ledger.ts";
import type { Backend, FigureLine, FundRef } from "./backend.ts";
import { EXIT, failure } from "./failure.ts";
import { ask, call, type Remote } from "./remote-call.ts";
import { todayIn } from "./today.ts";

const created = z.object({
  entry: z.number(),
  id: z.string(),
  type: z.string(),
  recordedAt: z.string(),
});

type Page<T> = { readonly data: T[]; readonly nextCursor: string | null };
type ReportPage = Omit<ReportResult, "rows"> & Page<Row>;

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
    async today(opening) {
      const [opened] = await entries({ after: 0, limit: 1, type: ledgerOpened.type });
      const { zone } = (opened?.data ?? {}) as { zone?: string };
      return todayIn(zone ?? opening);
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
