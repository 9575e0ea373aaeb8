// The verbs of whoever keeps a ledger in order, against `almoner serve` in a process of its own: what
// they say and how they end is what they say and how they end on its folder.

import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { almoner, build, runAll, type Serving, serve, temporaryFolder } from "./run.ts";

const HOST = "91320500MA1MXXXX0X";
const FUND = "Wish fund";
const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const data = at("ledger");
let server: Serving;
let admin: string;

beforeAll(async () => {
  build();
  const flags = ["--host", HOST, "--name", FUND, "--level", "city", "--purpose", "Wishes"];
  runAll(data, [
    ["init", "--name", "Test", "--demo"],
    ["host", "--host", HOST, "--name", "Charity"],
    ["fund", "open", ...flags, "--currency", "CNY"],
    ["donate", "--fund", FUND, "--amount", "5"],
  ]);
  admin = almoner("token", "create", "--role", "admin", "--name", "a", "--data", data).out.trim();
  server = await serve(data);
}, 60_000);
afterAll(async () => {
  await server.stop();
  folder.remove();
});

const remote = (...args: string[]) => almoner(...args, "--url", server.url);
const asAdmin = (...args: string[]) => remote(...args, "--token", admin);

describe("export log", () => {
  test("gives the bytes of the folder, which make the same ledger elsewhere", () => {
    expect(remote("export", "log", at("remote.jsonl")).code).toBe(0);
    almoner("export", "log", at("local.jsonl"), "--data", data);
    const bytes = readFileSync(at("local.jsonl"));
    expect(readFileSync(at("remote.jsonl")).equals(bytes)).toBe(true);
    expect(almoner("import", "log", at("remote.jsonl"), "--data", at("copy")).code).toBe(0);
    expect(almoner("export", "log", "--data", at("copy")).out).toBe(bytes.toString());
  });

  test("tells a hole as the folder does", () => {
    const file = at("holed.jsonl");
    const db = new Database(join(data, "ledger.db"));
    const row = db.prepare("SELECT * FROM entry WHERE entry = 3").get() as Record<string, unknown>;
    db.exec("DELETE FROM entry WHERE entry = 3");
    const { code, err } = remote("export", "log", file);
    const names = Object.keys(row);
    db.prepare(`INSERT INTO entry (${names}) VALUES (${names.map((name) => `@${name}`)})`).run(row);
    db.close();
    expect([code, err]).toEqual([3, expect.stringMatching(/entry 3 is missing.*\(LOG_DAMAGED\)/)]);
    expect(existsSync(file)).toBe(false);
    expect(almoner("audit", "--data", data).code).toBe(0);
  });
});

describe("tokens", () => {
  test("are made, listed and ended through the server", async () => {
    const create = ["token", "create", "--role", "auditor", "--name", "firm"];
    const { id, token } = JSON.parse(asAdmin(...create, "--json").out);
    expect(remote("donate", "--fund", FUND, "--amount", "1", "--token", token)).toMatchObject({
      code: 1,
      err: expect.stringContaining("FORBIDDEN"),
    });
    const here = almoner("token", "list", "--json", "--data", data).out;
    expect(asAdmin("token", "list", "--json").out).toBe(here);
    expect(asAdmin("token", "list").out).toContain(id);
    expect(asAdmin("token", "revoke", id)).toMatchObject({ code: 0, out: `revoked ${id}\n` });
    const again = [asAdmin("token", "revoke", id), almoner("token", "revoke", id, "--data", data)];
    expect(again[0]).toMatchObject({ code: 1, err: expect.stringContaining("no live token") });
    expect(again[1]).toEqual(again[0]);
    await expect.poll(server.err).toMatch(/"msg":"token made".*"msg":"token revoked"/s);
  });

  test("are refused alike with a wrong flag, another role or none", () => {
    const long = ["token", "create", "--role", "admin", "--name", "x", "--days", "91"];
    expect(asAdmin(...long)).toEqual(almoner(...long, "--data", data));
    expect(asAdmin(...long)).toMatchObject({ code: 2, err: expect.stringContaining("--days") });
    expect(remote("token", "list")).toMatchObject({
      code: 1,
      err: expect.stringContaining("UNAUTHENTICATED"),
    });
  });
});

describe("doctor", () => {
  // The disk fills meanwhile, and what is folded behind the commits has come further in a server.
  const lasting = (out: string) =>
    out
      .replace(/("diskFreeBytes":|free disk.*: )\d+/, "")
      .replace(/account-balance.*?lag.*?\d+/, "");

  test("shows what it shows on the folder, and no path", () => {
    for (const flags of [[], ["--json"]]) {
      const here = almoner("doctor", ...flags, "--data", data);
      const there = asAdmin("doctor", ...flags);
      expect(lasting(there.out)).toBe(lasting(here.out));
      expect(there).toMatchObject({ code: 0, err: here.err });
      expect(there.out).not.toContain(folder.path);
    }
  });

  test("ends with 3 where the ledger does not continue what was signed", async () => {
    const copy = at("forked");
    cpSync(data, copy, { recursive: true });
    runAll(copy, [["keys", "create", "--origin", "ledger.example/x"]]);
    const db = new Database(join(copy, "log", "signed.db"));
    db.exec("UPDATE signed SET root = zeroblob(32)");
    db.close();
    const forked = await serve(copy);
    const there = almoner("doctor", "--url", forked.url, "--token", admin);
    await forked.stop();
    expect([there.code, there.err]).toEqual([3, expect.stringContaining("(LOG_FORK)")]);
    expect(almoner("doctor", "--data", copy)).toMatchObject({ code: 3, err: there.err });
  });
});

describe("rebuild", () => {
  const lines = (out: string) =>
    out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));

  test("folds every projection of the server anew, or the one that is named", () => {
    const all = asAdmin("rebuild", "--json");
    const rebuilt = lines(all.out);
    expect(all).toMatchObject({ code: 0, err: "" });
    expect(rebuilt.map(({ identical, swapped, demo }) => [identical, swapped, demo])).toEqual(
      Array(6).fill([true, true, true]),
    );
    expect(lines(asAdmin("rebuild", "counts", "--json").out)).toMatchObject([
      { projection: "counts", entries: 4 },
    ]);
    const unknown = asAdmin("rebuild", "profit");
    expect(unknown).toEqual(almoner("rebuild", "profit", "--data", data));
    expect(unknown).toMatchObject({
      code: 2,
      err: expect.stringContaining("no projection profit"),
    });
  });

  test("ends with 3 when one differed, which is right from then on", () => {
    const db = new Database(join(data, "projections", "fund-balance.v2.db"));
    expect(db.prepare("UPDATE period SET parts = zeroblob(16) WHERE kind = 0").run().changes).toBe(
      1,
    );
    db.close();
    expect(asAdmin("rebuild")).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^fund-balance differed from the log; now rebuilt/),
    });
    expect(asAdmin("rebuild").code).toBe(0);
  });

  test("only compares on a server that only reads", async () => {
    const reader = await serve(data, "--read-only");
    const there = almoner("rebuild", "counts", "--url", reader.url, "--token", admin);
    await reader.stop();
    expect(there).toMatchObject({ code: 0, err: expect.stringContaining("compared only") });
  });
});

describe("audit", () => {
  const lasting = (out: string) => {
    const { seconds: _own, projections, ...audit } = JSON.parse(out);
    const compared = projections.map(({ projection, identical }: Record<string, unknown>) => ({
      projection,
      identical,
    }));
    return { ...audit, projections: compared };
  };

  test("finds through the server what it finds on the folder, for an auditor too", () => {
    const create = ["token", "create", "--role", "auditor", "--name", "firm", "--json"];
    const { token } = JSON.parse(asAdmin(...create).out);
    const there = remote("audit", "--json", "--token", token);
    const here = almoner("audit", "--json", "--data", data);
    expect([there.code, here.code]).toEqual([0, 0]);
    expect(lasting(there.out)).toEqual(lasting(here.out));
    expect(lasting(there.out)).toMatchObject({ demo: true, entries: 4, passed: true });
  });

  test("ends with 3, and names the entry, when one was changed", () => {
    const db = new Database(join(data, "ledger.db"));
    const change = (from: string, to: string) =>
      db.prepare("UPDATE entry SET bytes = replace(bytes, ?, ?) WHERE entry = 4").run(from, to);
    change('"5.00"', '"6.00"');
    const [there, here] = [asAdmin("audit"), almoner("audit", "--data", data)];
    change('"6.00"', '"5.00"');
    db.close();
    expect(there.err).toBe(here.err);
    expect(there).toMatchObject({ code: 3, err: expect.stringContaining("entry 4") });
    expect(asAdmin("audit").code).toBe(0);
  });
});

test("a server that is not there, or goes away, is told, and nothing is taken for done", async () => {
  const other = await serve(data, "--read-only");
  const gone = ["--url", other.url, "--token", admin];
  await other.stop("SIGKILL");
  for (const verb of ["export log", "token list", "doctor", "rebuild", "audit"]) {
    const { code, out, err } = almoner(...verb.split(" "), ...gone);
    expect([code, out, err]).toEqual([1, "", expect.stringContaining("no answer from")]);
  }
});
