// What reads: reports and the entries of their figures, published figures, exports, entries.

import { z } from "zod";
import { REPORTS } from "../../../projections/reports/index.ts";
import type { Report } from "../../../projections/reports/report.ts";
import { FORMAT_NAMES, FORMATS } from "../../export/formats.ts";
import type { HandOver } from "../../export/interchange/export.ts";
import { HAND_OVERS } from "../../export/interchange/index.ts";
import { entriesQuery, streamQuery } from "../entries.ts";
import { exportQuery } from "../exports.ts";
import { figureQuery } from "../figure-entries.ts";
import { figuresQuery } from "../figures.ts";
import { proofLinks, publicationLinks, reportLinks } from "../links.ts";
import { reportQuery } from "../reports.ts";
import {
  answeringJson,
  camel,
  eventContent,
  type Json,
  pathParameter,
  problemResponse,
  read,
} from "./operation.ts";

const REPORT_TYPES = FORMAT_NAMES.map((name) => FORMATS[name].mediaType.split(";")[0] ?? "");

/** `GET` of reports, figures, exports and entries. */
export function readingPaths(): Record<string, Json> {
  const paths: Record<string, Json> = {
    "/v1/reports": { get: read("listReports", "Reports", "报表") },
    "/v1/figures": { get: figuresOperation() },
    "/v1/exports": { get: read("listExports", "Exports", "导出") },
    "/v1/entries": { get: read("listEntries", "Entries", "条目", entriesQuery) },
    "/v1/entries/{entry}": { get: entryOperation() },
    "/v1/entries/stream": {
      get: {
        ...read("streamEntries", "New entries as Server-Sent Events", "新条目流", streamQuery),
        responses: { 200: { description: "entries", content: { "text/event-stream": {} } } },
      },
    },
  };
  for (const report of REPORTS) {
    const { name } = report;
    paths[`/v1/reports/${name}`] = { get: reportOperation(report) };
    paths[`/v1/reports/${name}/entries`] = { get: figureOperation(report) };
  }
  for (const handOver of HAND_OVERS) {
    paths[`/v1/exports/${handOver.name}`] = { get: exportOperation(handOver) };
  }
  return paths;
}

function reportOperation(report: Report): Json {
  const { en, zh } = report.title;
  const operation = read(`report${camel(report.name)}`, en, zh, reportQuery(report), REPORT_TYPES);
  return answeringJson(operation, { links: reportLinks });
}

function figureOperation(report: Report): Json {
  const { en, zh } = report.title;
  const [titleEn, titleZh] = [`${en}: entries of a figure`, `${zh}：明细`];
  const operation = read(`entriesOf${camel(report.name)}`, titleEn, titleZh, figureQuery(report));
  return answeringJson(operation, { links: proofLinks });
}

function figuresOperation(): Json {
  const operation = read("listFigures", "Published figures", "已公布的数字", figuresQuery);
  return answeringJson(operation, { data: z.array(z.looseObject({ links: publicationLinks })) });
}

function exportOperation(handOver: HandOver): Json {
  const { name, title, about, formats, readers } = handOver;
  const types = formats.map(({ mediaType }) => [mediaType, {}]);
  return {
    ...read(`export${camel(name)}`, title.en, title.zh, exportQuery(handOver)),
    description: `${about.zh}\n\n${about.en}`,
    ...(readers === "public" ? {} : { security: [{ token: [] }] }),
    responses: {
      200: { description: "the file", content: Object.fromEntries(types) },
      default: problemResponse(),
    },
  };
}

function entryOperation(): Json {
  return {
    ...read("entry", "One entry", "单条条目"),
    parameters: [pathParameter("entry", { type: "integer", minimum: 1 })],
    responses: {
      200: { description: "the entry", content: eventContent() },
      default: problemResponse(),
    },
  };
}
