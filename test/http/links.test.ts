// Goal: whoever has an answer about figures gets, by its links alone, to the entries behind each
// figure and to the proof that they stand in the signed log.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { REPORTS } from "../../projections/reports/index.ts";
import type { Row } from "../../projections/reports/report.ts";
import { ASKED, NO_SUMS } from "../../scripts/check-cells/every-cell.ts";
import { createAccess } from "../../src/app/access.ts";
import { sha256 } from "../../src/app/crypto.ts";
import { createKey } from "../../src/app/log/log-keys.ts";
import { buildApp } from "../../src/http/build-app.ts";
import { fromBase64, toUtf8 } from "../../src/proof/bytes.ts";
import { treeHasher, verifyConsistency, verifyInclusion } from "../../src/proof/merkle.ts";
import { ask, freshLedger } from "../app/scene.ts";
import { BOOKS_STORY, tell } from "../projections/books-scene.ts";

const scene = freshLedger();
let ledger = scene.ledger;
let app: Awaited<ReturnType<typeof buildApp>>;
let access: ReturnType<typeof createAccess>;

beforeAll(async () => {
  await tell(ledger, BOOKS_STORY);
  createKey(scene.dir, "log.example/links");
  ledger = scene.reopen();
  ledger.log.sign();
  access = createAccess(scene.dir);
  app = await buildApp({ ledger, access });
});
afterAll(async () => {
  await app.close();
  access.close();
  scene.done();
});

async function get(url: string) {
  const { statusCode, body } = await app.inject({ method: "GET", url });
  if (statusCode !== 200) throw new Error(`${statusCode} ${url} ${body}`);
  return JSON.parse(body);
}

/** Expands `{name}` and `{&name,…}` (RFC 6570, levels 1 and 3); what is null is left out. */
function expand(template: string, values: Row): string {
  return template.replace(/\{(&?)([^}]+)\}/g, (_, form: string, names: string) => {
    const given = names.split(",").filter((name) => (values[name] ?? null) !== null);
    const text = (name: string) => encodeURIComponent(values[name] ?? "");
    return given.map((name) => (form ? `&${name}=${text(name)}` : text(name))).join("");
  });
}

const HEAD = BOOKS_STORY.length;
const ROWS_FOLLOWED = 40;
/** Reports of days and hashes, which no entries add up to. */
const WITHOUT_FIGURES = ["disclosure-clock", "closings"];

describe("the cells of a report lead to entries that add up to them", () => {
  test.each(ASKED)("$report $query", async ({ report, query: { filters, ...point } }) => {
    const query = new URLSearchParams({ ...filters, ...(point as Record<string, string>) });
    const { data, columns, links } = await get(`/v1/reports/${report}?${query}`);
    let followed = 0;
    for (const row of data.slice(0, ROWS_FOLLOWED)) {
      for (const { name, kind } of columns) {
        if (!["money", "count"].includes(kind) || `${report}.${name}` in NO_SUMS) continue;
        if ((row[name] ?? null) === null) continue;
        const url = `${expand(links.entries, { ...row, column: name })}&limit=1000`;
        const figure = await get(url);
        const sum = figure.data.at(-1)?.runningTotal ?? "0";
        expect([url, figure.figure.value, Number(sum)]).toEqual([
          url,
          row[name],
          Number(row[name]),
        ]);
        followed += 1;
      }
    }
    expect(followed > 0).toBe(data.length > 0 && !WITHOUT_FIGURES.includes(report));
  });
});

test("the links are pinned to the answer's point, whatever is recorded later", async () => {
  const report = "/v1/reports/fund-balances?bucket=*";
  const now = await get(report);
  const day = await get(`${report}&asOf=2026-02-28`);
  await ledger.record([
    ask("ReceiveInterest", "later", {
      fund: now.data[0].fund,
      amount: "5.00",
      currency: "CNY",
      receivedOn: "2026-02-01",
    }),
  ]);
  for (const { data, links, asOf } of [now, day]) {
    for (const row of data) {
      const { figure, asOf: at } = await get(expand(links.entries, { ...row, column: "cash" }));
      expect([figure.value, at]).toEqual([row.cash, asOf]);
    }
  }
});

test("each entry is proved in the tree of the answer, and that tree in the signed one", async () => {
  const { data, links, log } = await get("/v1/reports/fund-balances?bucket=*&asOf=30");
  const { checkpoint } = log;
  const hasher = treeHasher(sha256);
  const row = data.find(({ cash }: Row) => cash !== "0.00");
  const opened = await get(expand(links.entries, { ...row, column: "cash" }));
  expect(opened.links).toEqual(pickProof(links));
  expect(opened.data.length).toBeGreaterThan(0);
  for (const { entry } of opened.data) {
    const { root, size, proof } = await get(expand(links.inclusion, { entry: String(entry) }));
    expect([root, size]).toEqual([log.root, 30]);
    const [bytes] = ledger.store.bytes(entry, entry);
    const leaf = hasher.leaf(toUtf8(bytes as string));
    const claim = { index: entry - 1, size, leaf, root: fromBase64(root) };
    expect(verifyInclusion(hasher, { ...claim, proof: proof.map(fromBase64) })).toBe(true);
    const receipt = await app.inject(expand(links.receipt, { entry: String(entry) }));
    expect(receipt.body).toMatch(/^c2sp.org\/tlog-proof@v1\n/);
  }
  const same = await get(links.consistency);
  expect([same.from, same.fromRoot, same.to, same.root]).toEqual([
    30,
    log.root,
    checkpoint.size,
    checkpoint.root,
  ]);
  const roots = { oldRoot: fromBase64(same.fromRoot), newRoot: fromBase64(same.root) };
  const sizes = { oldSize: same.from, newSize: same.to };
  const proof = same.proof.map(fromBase64);
  expect(verifyConsistency(hasher, { ...sizes, ...roots, proof })).toBe(true);
  expect((await app.inject(links.checkpoint)).body).toBe(checkpoint.note);
  const { data: defined } = await get(links.definition);
  expect(defined.map(({ name }: { name: string }) => name)).toEqual(REPORTS.map((r) => r.name));
});

test("a published figure leads to its entries and its receipt", async () => {
  const { data: rows } = await get("/v1/reports/fund-balances?bucket=*&asOf=30");
  const row = { fund: rows[0].fund, bucket: "*" };
  const asked = { figure: "fund-balances.received", row, publishedOn: "2026-10-01" };
  const upTo = "2026-02-28";
  await tell(ledger, [
    ask("PublishFigure", "figure", { ...asked, asOf: 30 }),
    ask("PublishFigure", "figure-day", { ...asked, upTo }),
  ]);
  ledger.log.sign();
  const { data } = await get("/v1/figures");
  expect(data).toHaveLength(2);
  for (const { value, entries, size, links } of data) {
    const opened = await get(links.entries);
    expect([opened.figure.value, opened.data.length]).toEqual([value, entries]);
    expect(opened.asOf.entry).toBe(size);
    expect((await app.inject(links.receipt)).statusCode).toBe(200);
  }
});

test("a point that is yet to come is waited for with atLeast, and refused without", async () => {
  const next = String(ledger.store.head() + 1);
  const early = await app.inject(`/v1/exports/360giving?asOf=${next}`);
  expect([early.statusCode, early.json().code]).toEqual([422, "AS_OF_NOT_YET"]);
  const waiting = get(`/v1/reports/counts?asOf=${next}&atLeast=${next}`);
  const { fund } = (await get("/v1/reports/fund-balances?bucket=*")).data[0];
  const interest = { fund, amount: "1.00", currency: "CNY", receivedOn: "2026-03-01" };
  await tell(ledger, [ask("ReceiveInterest", "awaited", interest)]);
  expect((await waiting).asOf.entry).toBe(Number(next));
});

test("a log without a key promises no checkpoint", async () => {
  const keyless = freshLedger();
  await tell(keyless.ledger, BOOKS_STORY);
  const plain = await buildApp({ ledger: keyless.ledger, access });
  const { links } = (await plain.inject("/v1/reports/counts")).json();
  expect(Object.keys(links)).toEqual(["entries", "definition", "inclusion"]);
  expect(links.inclusion).toBe(`/v1/log/inclusion?size=${HEAD}{&entry}`);
  await plain.close();
  keyless.done();
});

function pickProof({ entries: _entries, definition: _definition, ...proof }: Row): Row {
  return proof;
}
