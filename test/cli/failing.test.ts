// What goes wrong on the command line, as people and as programs see it.

import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { almoner, build, runAll, temporaryFolder } from "./run.ts";

const HOST = "91320500MA1MXXXX0X";
const FUND = "Wish fund";
const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const data = at("ledger");

const onLedger = (...args: string[]) => almoner(...args, "--data", data);

beforeAll(() => {
  build();
  const flags = ["--host", HOST, "--name", FUND, "--level", "city", "--purpose", "Wishes"];
  const steps = [
    ["init", "--name", "Test", "--demo"],
    ["host", "--host", HOST, "--name", "Charity"],
    ["community", "--community", "320500", "--name", "Suzhou", "--level", "city"],
    ["fund", "open", ...flags, "--currency", "CNY", "--community", "320500"],
    ["donate", "--fund", FUND, "--amount", "5"],
  ];
  runAll(data, steps);
}, 60_000);
afterAll(folder.remove);

describe("a failure under --json is one object on stderr", () => {
  const allocate = ["allocate", "--fund", FUND, "--community", "320500", "--amount"];
  test.each([
    ["a refusal", [...allocate, "9"], 1, { code: "INSUFFICIENT_FUNDS" }],
    [
      "a wrong field",
      [...allocate, "1.005"],
      2,
      { code: "INVALID_INPUT", errors: [{ path: "amount" }] },
    ],
    ["a wrong flag", ["report", "counts", "--bogus"], 2, { title: "unknown option '--bogus'" }],
    ["no verb at all", [], 2, { code: "USAGE" }],
    ["an unknown report", ["report", "profit"], 2, { code: "USAGE" }],
  ])("%s", (_what, args, expected, told) => {
    const { code, out, err } = onLedger(...args, "--json");
    expect({ code, out }).toEqual({ code: expected, out: "" });
    expect(JSON.parse(err)).toMatchObject({ title: expect.stringMatching(/./), ...told });
  });

  test("help is no failure", () => {
    expect(almoner("--help", "--json")).toMatchObject({ code: 0, err: "" });
  });
});

describe("a damaged ledger", () => {
  const cut = at("cut");
  const holed = at("holed");
  beforeAll(() => {
    almoner("keys", "create", "--origin", "log.example/failing", "--data", data);
    for (const copy of [cut, holed]) cpSync(data, copy, { recursive: true });
    truncateSync(join(cut, "ledger.db"), 20_000);
    const db = new Database(join(holed, "ledger.db"));
    db.exec("DELETE FROM entry WHERE entry = 3");
    db.close();
  });

  test.each([["doctor"], ["audit"], ["donate", "--fund", FUND, "--amount", "1"]])(
    "ends `%s` with 3, and says what to do",
    (...verb) => {
      const { code, err } = almoner(...verb, "--data", cut);
      expect([code, err]).toEqual([3, expect.stringMatching(/newest copy.*almoner audit/)]);
    },
  );

  test.each([["entries"], ["audit"], ["receipt", "3"]])(
    "with a hole ends `%s` with 3 and names the entry that is missing",
    (...verb) => {
      const { code, err } = almoner(...verb, "--data", holed);
      expect([code, err]).toEqual([3, expect.stringContaining("entry 3 is missing")]);
      const zh = almoner(...verb, "--data", holed, "--lang", "zh");
      expect([zh.code, zh.err]).toEqual([3, expect.stringContaining("缺第 3 条")]);
    },
  );

  test("numbers what is left of it as it was", () => {
    const rest = JSON.parse(almoner("entries", "--after", "3", "--json", "--data", holed).out);
    expect(rest.data).toEqual(JSON.parse(onLedger("entries", "--after", "3", "--json").out).data);
  });

  test("is not exported as if it were whole", () => {
    const { code, err } = almoner("export", "log", at("holed.jsonl"), "--data", holed);
    expect([code, err]).toEqual([3, expect.stringContaining("entry 3 is missing")]);
    expect(readdirSync(folder.path).filter((name) => name.startsWith("holed.jsonl"))).toEqual([]);
    expect(almoner("export", "log", "--data", holed).code).toBe(3);
  });
});

describe("a damaged file that is worked out from the log", () => {
  const spoilt = at("spoilt");
  const on = (...args: string[]) => almoner(...args, "--data", spoilt);
  const spoil = (file: string) => {
    const path = join(spoilt, file);
    writeFileSync(path, Buffer.alloc(readFileSync(path).length, 0xa5));
  };
  const FUNDS = join("projections", "fund-balance.v2.db");
  const TILES = join("log", "tiles.db");
  beforeAll(() => cpSync(data, spoilt, { recursive: true }));

  test("keeps no report from being given, and is told of", () => {
    spoil(FUNDS);
    const report = on("report", "fund-balances", "--json");
    expect([report.code, report.err]).toEqual([0, expect.stringContaining("v2.db is damaged")]);
    expect(JSON.parse(report.out).data).toEqual(
      JSON.parse(onLedger("report", "fund-balances", "--json").out).data,
    );
    const audit = on("audit");
    expect([audit.code, audit.err]).toEqual([3, expect.stringContaining("almoner rebuild")]);
  });

  test("is set aside by who writes, and made anew", () => {
    const rebuild = on("rebuild");
    expect([rebuild.code, rebuild.err]).toEqual([3, expect.stringContaining("v2.db.damaged")]);
    expect(existsSync(join(spoilt, `${FUNDS}.damaged`))).toBe(true);
    expect([on("rebuild").code, on("audit").code]).toEqual([0, 0]);
  });

  test("keeps no receipt from being given either", () => {
    spoil(TILES);
    const receipt = on("receipt", "3");
    expect([receipt.code, receipt.err]).toEqual([
      0,
      expect.stringContaining("tiles.db is damaged"),
    ]);
    expect(receipt.out).toBe(onLedger("receipt", "3").out);
    expect(on("audit").out).toContain("log/tiles.db is damaged");
    const gift = on("donate", "--fund", FUND, "--amount", "1");
    expect([gift.code, gift.err]).toEqual([0, expect.stringContaining("tiles.db.damaged")]);
    expect(on("audit").code).toBe(0);
  });
});

describe("a file that is there already", () => {
  test.each([
    ["report", "counts", "-o", "x.csv"],
    ["export", "hledger", "--out", "x.csv"],
    ["export", "log", "x.csv"],
  ])("is replaced by %s %s only with --force", (...args) => {
    const verb = args.map((arg) => (arg === "x.csv" ? at(arg) : arg));
    writeFileSync(at("x.csv"), "mine");
    const { code, err } = onLedger(...verb);
    expect([code, err]).toEqual([2, expect.stringContaining("--force")]);
    expect(readFileSync(at("x.csv"), "utf8")).toBe("mine");
    expect(onLedger(...verb, "--force").code).toBe(0);
    expect(readFileSync(at("x.csv"), "utf8")).not.toBe("mine");
  });

  test("a format is refused beside the ending of another", () => {
    const { code, err } = onLedger("report", "counts", "--format", "csv", "-o", at("y.xlsx"));
    expect([code, err]).toEqual([2, expect.stringContaining("y.xlsx")]);
    expect(existsSync(at("y.xlsx"))).toBe(false);
  });
});

describe("what is asked for wrongly", () => {
  test("an entry is named by its number", () => {
    const { code, err } = onLedger("reverse", "--entry", "abc", "--reason", "x");
    expect([code, err]).toEqual([2, expect.stringContaining("number of an entry")]);
  });

  test("a figure to publish needs its row, whose keys are told", () => {
    const { code, err } = onLedger("publish", "counts.value");
    expect([code, err]).toEqual([2, expect.stringMatching(/--row is missing.*--row count=…/)]);
  });

  test.each(["Pacific/Kiritimati", "Pacific/Pago_Pago"])(
    "the day that is left out is today in the ledger's zone: %s",
    (zone) => {
      const days = () => new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format();
      const ledger = ["--data", at(zone.replace("/", "-")), "--json"];
      const before = days();
      expect(almoner("init", "--name", "x", "--zone", zone, ...ledger).code).toBe(0);
      expect(almoner("host", "--host", "91320500MA1MXXXX0X", "--name", "y", ...ledger).code).toBe(
        0,
      );
      const [opened, host] = JSON.parse(almoner("entries", ...ledger).out).data;
      // Midnight may pass meanwhile.
      expect([before, days()]).toContain(opened.data.openedOn);
      expect([before, days()]).toContain(host.data.registeredOn);
    },
  );

  test("a ledger that is not opened leaves nothing behind", () => {
    const future = almoner("init", "--name", "x", "--opened-on", "2999-01-01", "--data", at("new"));
    expect([future.code, future.err]).toEqual([1, expect.stringContaining("DAY_IN_FUTURE")]);
    expect(almoner("init", "--name", " x", "--data", at("new")).code).toBe(2);
    expect(existsSync(at("new"))).toBe(false);
    cpSync(join(data, "keys.filter"), join(at("kept"), "mine"));
    expect(almoner("init", "--name", " x", "--data", at("kept")).code).toBe(2);
    expect(readdirSync(at("kept"))).toEqual(["mine"]);
  });
});
