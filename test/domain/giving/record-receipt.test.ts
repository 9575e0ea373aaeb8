import { describe, expect, test } from "vitest";
import { given, idOf } from "../given.ts";
import { FUND, gift, NOBODY, reversal, WORLD } from "../world.ts";

const INPUT = {
  donation: idOf("gift"),
  code: "32010125",
  number: "0000000042",
  checkCode: "a1b2c3",
  issuedOn: "2026-02-02",
};

test("records the receipt's own code and number, and moves nothing", () => {
  expect(given(...WORLD, gift("100")).when("RecordReceipt", INPUT)).toMatchObject({
    data: INPUT,
    moves: [],
  });
});

test("one receipt has one stream, whichever gift it is written for", () => {
  const { when } = given(...WORLD, gift("1"), gift("2", {}, "other"));
  const stream = "receipt-32010125-0000000042";
  expect(when("RecordReceipt", INPUT, "first")).toMatchObject({ event: { stream, revision: 0 } });
  expect(when("RecordReceipt", { ...INPUT, donation: idOf("other") }, "second")).toMatchObject({
    event: { stream, revision: 1 },
  });
});

describe("refuses", () => {
  test("a gift that the ledger has not", () => {
    expect(given(...WORLD).when("RecordReceipt", { ...INPUT, donation: NOBODY })).toMatchObject({
      code: "FACT_UNKNOWN",
    });
  });
  test("what is no gift", () => {
    expect(given(...WORLD).when("RecordReceipt", { ...INPUT, donation: FUND })).toMatchObject({
      code: "FACT_OF_OTHER_KIND",
      params: { found: "FundOpened", wanted: "DonationReceived" },
    });
  });
  test("a gift that was reversed", () => {
    const ledger = given(...WORLD, gift("100"));
    ledger.when("ReverseEntry", reversal(ledger.entryOf("gift")).input);
    expect(ledger.when("RecordReceipt", INPUT)).toMatchObject({ code: "FACT_REVERSED" });
  });
  test("a receipt before the gift", () => {
    const input = { ...INPUT, issuedOn: "2026-01-01" };
    expect(given(...WORLD, gift("100")).when("RecordReceipt", input)).toMatchObject({
      code: "DAY_BEFORE_ORIGIN",
    });
  });
  test("a receipt after today", () => {
    const input = { ...INPUT, issuedOn: "2026-07-01" };
    expect(given(...WORLD, gift("100")).when("RecordReceipt", input)).toMatchObject({
      code: "DAY_IN_FUTURE",
    });
  });
});

test.each(["", "12a456", "12345", "1234567890123"])("takes no receipt code %j", (code) => {
  const { when } = given(...WORLD, gift("100"));
  expect(() => when("RecordReceipt", { ...INPUT, code })).toThrow("6 to 12 digits");
});
