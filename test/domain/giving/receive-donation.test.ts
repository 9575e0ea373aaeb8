import { describe, expect, test } from "vitest";
import { given, idOf, type Step } from "../given.ts";
import {
  closeFund,
  FUND,
  gift,
  HASH,
  NOBODY,
  PROJECT,
  PROJECT_BUCKET,
  suspendFund,
  TOWN,
  WORLD,
} from "../world.ts";

const give = (amount: string, more: object = {}, ...steps: readonly Step[]) =>
  given(...WORLD, ...steps).when("ReceiveDonation", gift(amount, more).input, "gift");

test("records a gift on a stream of its own, in canonical form", () => {
  expect(give("100")).toMatchObject({
    data: {
      amount: "100.00",
      channel: "bank",
      publish: "anonymous",
      restriction: { kind: "none" },
      source: "charity",
      nature: "income",
      community: TOWN,
    },
    moves: [{ measure: "received", fund: FUND, bucket: "none", community: TOWN, amount: 10000n }],
    event: { stream: `donation-${idOf("gift")}` },
  });
});

test.each([
  [{ restriction: { kind: "fund" } }, "fund"],
  [{ restriction: { kind: "project", project: PROJECT } }, PROJECT_BUCKET],
  [{ restriction: { kind: "purpose", purpose: "助学" } }, "purpose:助学"],
  [{ restriction: { kind: "time", notBefore: "2027-01-01" } }, "time:2027-01-01"],
  [{ source: "fiscal" }, "fiscal/none"],
  [{ nature: "agency", restriction: { kind: "fund" } }, "agency/fund"],
  [{ source: "fiscal", nature: "agency" }, "fiscal/agency/none"],
])("a gift with %o falls into bucket %s", (more, bucket) => {
  expect(give("1", more)).toMatchObject({ moves: [{ bucket, amount: 100n }] });
});

test("a gift is a fact: a suspended fund takes it, and so does a project that has ended", () => {
  expect(give("1", {}, suspendFund())).toMatchObject({ data: { amount: "1.00" } });
  const ended = { project: PROJECT, result: "ended", closedOn: "2026-02-10" };
  const bound = { restriction: { kind: "project", project: PROJECT } };
  expect(give("1", bound, { command: "CloseProject", input: ended, key: "end" })).toMatchObject({
    moves: [{ bucket: PROJECT_BUCKET }],
  });
});

test("says which row of which file it came from", () => {
  const origin = { file: HASH, row: 7 };
  expect(give("1", { origin, reference: "TX-1" })).toMatchObject({
    data: { origin, reference: "TX-1" },
  });
});

describe("refuses", () => {
  const refusals: [string, string, object, Step[]][] = [
    ["an unknown fund", "FUND_UNKNOWN", { fund: NOBODY }, []],
    ["a closed fund", "FUND_CLOSED", {}, [closeFund()]],
    ["a currency other than the fund's", "CURRENCY_DIFFERS", { currency: "USD" }, []],
    ["a gift that has yet to arrive", "DAY_IN_FUTURE", { receivedOn: "2026-07-01" }, []],
    [
      "a gift for an unknown project",
      "PROJECT_UNKNOWN",
      { restriction: { kind: "project", project: NOBODY } },
      [],
    ],
  ];
  test.each(refusals)("%s", (_name, code, more, steps) => {
    expect(give("1", more, ...steps)).toMatchObject({ code });
  });
});

describe("takes no input", () => {
  test.each([
    ["with an amount of zero", { amount: "0.00" }],
    ["with a third decimal", { amount: "1.005" }],
    ["with a negative amount", { amount: "-1" }],
    ["with a number for an amount", { amount: 5 }],
    ["with an unknown field", { colour: "red" }],
    ["with a day that does not exist", { receivedOn: "2026-02-29" }],
    ["without a currency", { currency: undefined }],
    ["with a row of zero", { origin: { file: HASH, row: 0 } }],
    ["with a donor's name", { donor: "张三" }],
  ])("%s", (_name, more) => {
    expect(() => give("1", more)).toThrow();
  });
});
