import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LOOKUPS, POSTING_TALLIES, TALLIES } from "../../projections/index.ts";
import { FACTS } from "../../src/domain/facts.ts";
import { type Desk, openDesk } from "./support.ts";

type Operation = {
  operationId: string;
  parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: {
    content: Record<string, { schema: { properties: object; required?: string[] } }>;
  };
  responses: Record<string, object>;
};
type Document = { openapi: string; paths: Record<string, Record<string, Operation>> };

let desk: Desk;
let document: Document;
beforeAll(async () => {
  desk = await openDesk();
  document = (await desk.get("/openapi.json")).json();
});
afterAll(() => desk.close());

describe("the OpenAPI document", () => {
  test("describes exactly the routes that there are", () => {
    expect(document.openapi).toBe("3.1.0");
    for (const [path, operations] of Object.entries(document.paths)) {
      // A tile's path has slashes of its own, which OpenAPI has no way to say.
      const url = path.replace("{path}", "*").replace(/\{(\w+)\}/g, ":$1");
      for (const method of Object.keys(operations)) {
        const route = { method: method.toUpperCase() as "GET", url };
        expect(desk.app.hasRoute(route), `${method} ${url}`).toBe(true);
      }
    }
    const facts = new Set(FACTS.map(({ path }) => `/v1${path}`));
    const posts = Object.entries(document.paths).filter(([, path]) => path["post"]);
    const others = posts.flatMap(([path]) => (facts.has(path) ? [] : [path]));
    expect(posts).toHaveLength(FACTS.length + others.length);
    expect(others).toEqual([
      ...["/v1/bulk", "/v1/imports", "/v1/imports/opening", "/v1/tokens", "/v1/audit"],
      "/v1/projections/{name}/rebuild",
    ]);
  });

  test("says in both languages what the fields of a command and of an import are", () => {
    const asked = (path: string, type: string) =>
      document.paths[path]?.["post"]?.requestBody?.content[type]?.schema.properties;
    expect(asked("/v1/funds/{fund}/donations", "application/json")).toMatchObject({
      amount: { description: "金额，如 1234.50 / decimal text like 1234.50" },
    });
    expect(asked("/v1/imports", "multipart/form-data")).toMatchObject({
      fund: {
        description: "基金编号、编号的开头或名称 / the fund's id, the start of it, or its name",
      },
      dryRun: { description: expect.stringMatching(/^读取并检查全部内容，不记账 /) },
    });
  });

  test("names every path parameter once, every operation differently, and only what exists", () => {
    const ids = new Set<string>();
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const operation of Object.values(operations)) {
        const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        const inPath = operation.parameters?.filter((parameter) => parameter.in === "path") ?? [];
        expect(inPath.map(({ name }) => name)).toEqual(names);
        expect(inPath.every(({ schema, required }) => schema && required)).toBe(true);
        ids.add(operation.operationId);
      }
    }
    const count = Object.values(document.paths).flatMap((path) => Object.keys(path)).length;
    expect(ids.size).toBe(count);
    for (const [reference] of JSON.stringify(document).matchAll(/#\/components\/schemas\/\w+/g)) {
      expect(["#/components/schemas/Problem", "#/components/schemas/Event"]).toContain(reference);
    }
  });

  test("asks of a command what the command asks, and a reason where one is needed", () => {
    const donation = bodyOf("/v1/funds/{fund}/donations");
    expect(donation.required).toEqual(["amount", "currency", "receivedOn"]);
    expect(Object.keys(donation.properties)).not.toContain("fund");
    expect(bodyOf("/v1/funds/{fund}/suspension").required).toContain("reason");
  });

  test.each([
    ["/v1/reports/fund-balances", ["entries", "definition", "inclusion"]],
    ["/v1/reports/fund-balances/entries", ["inclusion", "receipt", "checkpoint"]],
  ])("says where the figures of %s can be checked", (path, links) => {
    type Answer = {
      content: Record<string, { schema: { properties: { links: { properties: object } } } }>;
    };
    const answer = document.paths[path]?.["get"]?.responses["200"] as Answer | undefined;
    const schema = answer?.content["application/json"]?.schema;
    const described = schema?.properties.links.properties ?? {};
    expect(Object.keys(described)).toEqual(expect.arrayContaining(links));
    expect(JSON.stringify(described)).toContain('"format":"uri-template"');
  });

  test("has a page", async () => {
    const page = await desk.get("/docs");
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain("swagger-ui");
    const specification = (await desk.get("/docs/json")).json();
    expect(specification).toEqual(document);
  });
});

function bodyOf(path: string) {
  const schema = document.paths[path]?.["post"]?.requestBody?.content["application/json"]?.schema;
  if (!schema) throw new Error(`no body at ${path}`);
  return schema;
}

test("health tells the head and each projection", async () => {
  const { status, entry, projections } = (await desk.get("/healthz")).json();
  expect([status, entry]).toEqual(["ok", 0]);
  const names = [...TALLIES, ...POSTING_TALLIES, ...LOOKUPS].map(({ name }) => name);
  expect(projections).toMatchObject(names.map((name) => ({ name, lagEntries: 0 })));
  expect(projections).toHaveLength(names.length);
});
