// The verbs end to end, on one small ledger that the tests go through in order.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as XLSX from "@e965/xlsx";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALMONER, almoner, almonerTomorrow, build, runAll, shell, temporaryFolder } from "./run.ts";

const HOST = "91320500MA1MXXXX0X";
const FUND = "Wish fund";
const folder = temporaryFolder();
const data = join(folder.path, "ledger");
const log = join(folder.path, "log.jsonl");

const onLedger = (...args: string[]) => almoner(...args, "--data", data);

beforeAll(() => {
  build();
  const fund = ["--name", FUND, "--level", "city", "--currency", "CNY", "--purpose", "Wishes"];
  const steps = [
    ["init", "--name", "Test", "--demo"],
    ["host", "--host", HOST, "--name", "Charity"],
    ["community", "--community", "320500", "--name", "Suzhou", "--level", "city"],
    ["fund", "open", "--host", HOST, "--community", "320500", ...fund],
  ];
  runAll(data, steps);
}, 60_000);
afterAll(folder.remove);

describe("recording", () => {
  test("takes the currency from the fund and the date from today; the key makes it once", () => {
    const args = ["donate", "--fund", FUND, "--amount", "1234.5", "--key", "gift-1", "--json"];
    const first = JSON.parse(onLedger(...args).out);
    const second = JSON.parse(onLedger(...args).out);
    expect(first).toMatchObject({ demo: true, outcome: "recorded", type: "DonationReceived" });
    expect(second).toEqual({ ...first, outcome: "already" });
  });

  test("the same key is the same gift on another day too, whose date was left out", () => {
    const gift = ["donate", "--fund", FUND, "--key", "gift-1", "--json", "--data", data];
    const again = almonerTomorrow(...gift, "--amount", "1234.5");
    expect(JSON.parse(again.out)).toMatchObject({ outcome: "already", entry: 5 });
    expect(almonerTomorrow(...gift, "--amount", "1").err).toContain("KEY_REUSED");
    const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    const dated = almonerTomorrow(...gift, "--amount", "1234.5", "--received-on", day);
    expect(dated.err).toContain("KEY_REUSED");
  });

  test("a rule that says no ends with 1 and says why on stderr", () => {
    const args = ["allocate", "--fund", FUND, "--community", "320500", "--amount", "99999"];
    const { code, out, err } = onLedger(...args);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/\([A-Z_]+\)\n$/);
  });

  test.each([
    ["an amount finer than a fen", ["donate", "--fund", FUND, "--amount", "1.005"], "amount"],
    ["an unknown verb", ["give"], "unknown command"],
    ["an unknown fund", ["donate", "--fund", "zzz", "--amount", "5"], "no fund zzz"],
    ["an unknown report", ["report", "nothing"], "fund-balances"],
    ["an unreadable point", ["report", "counts", "--as-of", "soon"], "soon"],
    ["JSON that is none", ["donate", "--restriction", "x"], "--restriction"],
    ["a missing ledger", ["report", "counts", "--data", "/nonexistent/ledger"], "almoner init"],
  ])("%s is a usage error: 2", (_name, args, told) => {
    const { code, err } = args.includes("--data") ? almoner(...args) : onLedger(...args);
    expect(code).toBe(2);
    expect(err).toContain(told);
  });
});

describe("reading", () => {
  test("a report has its demo label, grouped amounts and the same figures as JSON", () => {
    const args = ["report", "fund-balances", "--filter", "bucket=*"];
    const { code, out } = onLedger(...args);
    expect(code).toBe(0);
    expect(out).toContain("DEMO 演示");
    expect(out).toContain("1,234.50");
    const { demo, data } = JSON.parse(onLedger(...args, "--json").out);
    expect(demo).toBe(true);
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({ name: FUND, available: "1234.50" });
    const before = JSON.parse(onLedger(...args, "--as-of", "4", "--json").out);
    expect(before.data[0]).toMatchObject({ available: "0.00" });
  });

  test("a report becomes a file by its ending, whole or not at all", () => {
    const file = join(folder.path, "funds.xlsx");
    const told = JSON.parse(onLedger("report", "fund-balances", "-o", file, "--json").out);
    const { SheetNames } = XLSX.read(readFileSync(file));
    expect([told, SheetNames.at(-1)]).toMatchObject([{ format: "xlsx", file }, "Meta"]);
    expect(existsSync(`${file}.part`)).toBe(false);
    const csv = onLedger("report", "fund-balances", "--format", "csv", "--bare", "--unit", "万元");
    expect(csv.out).toMatch(/^\ufeff"Fund",.*"Received \(ten thousands\)"/);
  });

  test.each([
    ["-o", "x.docx"],
    ["--unit", "10000", "--json"],
  ])("a report is refused with %s %s", (...flags) => {
    const { code, err } = onLedger("report", "counts", ...flags);
    expect([code, err]).toEqual([2, expect.stringMatching(/--?\w+/)]);
  });

  test("a figure opens to the entries that add up to it", () => {
    const [row] = JSON.parse(onLedger("report", "fund-balances", "--json").out).data;
    const cell = ["--figure", "fund-balances.available", "--row", `fund=${row.fund}`];
    const listed = onLedger("entries", ...cell, "--row", "bucket=*", "--json").out;
    const { data, published } = JSON.parse(listed);
    expect(published).toBeNull();
    const [event] = JSON.parse(onLedger("entries", "--after", "4", "--json").out).data;
    expect(data).toEqual([{ entry: 5, amount: "1234.50", event }]);
    const table = onLedger("entries", ...cell, "--row", "bucket=*", "--lang", "en").out;
    expect(table).toMatch(/5 .*Donation received .*1,?234\.50/);
    expect(table).toContain("This figure is not yet published");
  });

  test("entries go on where the page before ended", () => {
    const first = JSON.parse(onLedger("entries", "--limit", "3", "--json").out);
    expect(first.data.map(({ entry }: { entry: number }) => entry)).toEqual([1, 2, 3]);
    const rest = ["entries", "--after", String(first.nextAfter), "--json"];
    const { data, nextAfter } = JSON.parse(onLedger(...rest).out);
    expect(data.map(({ entry }: { entry: number }) => entry)).toEqual([4, 5]);
    expect(nextAfter).toBeNull();
  });
});

describe("upkeep", () => {
  test("export and import give the same bytes, and a pipe into head ends quietly", () => {
    expect(onLedger("export", "log", log).code).toBe(0);
    const copy = join(folder.path, "copy");
    expect(almoner("import", "log", log, "--data", copy).code).toBe(0);
    expect(almoner("export", "log", "--data", copy).out).toBe(readFileSync(log, "utf8"));
    expect(almoner("import", "log", log, "--data", copy).code).toBe(2);
    const { code, err } = shell(`almoner export log --data '${data}' | head -n 1 >/dev/null`);
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });

  test("a log with a byte changed is not restored: 3, naming the line", () => {
    const forged = join(folder.path, "forged.jsonl");
    writeFileSync(
      forged,
      readFileSync(log, "utf8").replace('"amount":"1234.50"', '"amount":"1234.5"'),
    );
    const { code, err } = almoner("import", "log", forged, "--data", join(folder.path, "forged"));
    expect(code).toBe(3);
    expect(err).toContain("line 5");
  });

  test("rebuild says that the projection is identical", () => {
    const { code, out } = onLedger("rebuild", "fund-balance", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      projection: "fund-balance",
      entries: 5,
      identical: true,
    });
  });

  test("doctor shows the state of the files", () => {
    const state = JSON.parse(onLedger("doctor", "--json").out);
    expect(state).toMatchObject({ demo: true, entries: 5, journal_mode: "wal", quickCheck: "ok" });
  });

  test("a token is shown once and can be ended", () => {
    const made = onLedger("token", "create", "--role", "auditor", "--name", "firm", "--json");
    expect(JSON.parse(made.out).token).toMatch(/^alm_/);
    const [token] = JSON.parse(onLedger("token", "list", "--json").out).tokens;
    expect(token).toMatchObject({ role: "auditor", name: "firm", revokedAt: null });
    expect(onLedger("token", "revoke", token.id).code).toBe(0);
    expect(onLedger("token", "revoke", token.id).code).toBe(1);
  });

  test("audit passes, and fails with 3 once a stored amount was changed behind its back", () => {
    expect(onLedger("audit").code).toBe(0);
    const db = new Database(join(data, "ledger.db"));
    db.exec("UPDATE movement SET lines = replace(lines, ',123450]', ',123451]')");
    db.close();
    const { code, err } = onLedger("audit");
    expect(code).toBe(3);
    expect(err).toContain("entry 5");
  });
});

describe("a folder put back from an older backup", () => {
  test("is refused what it would record, once a witness is asked: by README's recipe", () => {
    const { code, out, err } = shell(`set -e
      export ALMONER_DATA='${join(folder.path, "witnessed")}'
      cd '${folder.path}'
      almoner init --name Witnessed > /dev/null && almoner keys create > /dev/null
      almoner witness keys --dir witness --name witness.example/firm > witness.vkey
      almoner witness trust "$(almoner keys list --json | grep -o 'almoner.local[^"]*+[^"]*')" --dir witness > /dev/null
      ${ALMONER.join(" ")} witness serve --dir witness --port 0 > witness.out 2>&1 &
      witness=$!
      trap 'kill $witness' EXIT
      until grep -q http witness.out; do sleep 0.1; done
      url=$(grep -o 'http://[^ ]*' witness.out | head -1)
      printf 'witness firm %s %s\nquorum firm\n' "$(cat witness.vkey)" "$url" > "$ALMONER_DATA/log/policy"
      cp -r "$ALMONER_DATA" backup
      almoner host --host ${HOST} --name Charity > /dev/null && almoner cosign > /dev/null
      rm -r "$ALMONER_DATA" && mv backup "$ALMONER_DATA"
      almoner host --host ${HOST} --name Other
    `);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain("LOG_FORK");
  }, 60_000);
});
