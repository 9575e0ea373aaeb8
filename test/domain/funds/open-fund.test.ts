import { describe, expect, test } from "vitest";
import { given, idOf } from "../given.ts";
import { HOST, PLACES, TOWN } from "../world.ts";

const INPUT = {
  host: HOST,
  name: "海虞镇社区慈善基金",
  community: TOWN,
  level: "township",
  currency: "CNY",
  purpose: "社区公益",
  openedOn: "2026-01-05",
};
const open = (more: object) => given(...PLACES).when("OpenFund", { ...INPUT, ...more });

test("opens a fund on a stream of its own and counts it", () => {
  const { books, when } = given(...PLACES);
  const id = idOf("new");
  expect(when("OpenFund", INPUT, "new")).toMatchObject({
    data: { principal: "spend-down" },
    event: { stream: `fund-${id}` },
    moves: [{ measure: "funds-open", fund: id, bucket: null, community: TOWN, amount: 1n }],
  });
  expect(books.funds.get(id)).toEqual({
    id,
    name: INPUT.name,
    host: HOST,
    community: TOWN,
    level: "township",
    currency: "CNY",
    status: "open",
    openedOn: "2026-01-05",
  });
});

test("opens a fund of no community, whose totals are then unassigned", () => {
  const { community: _none, ...rest } = INPUT;
  expect(given(...PLACES).when("OpenFund", rest)).toMatchObject({ moves: [{ community: null }] });
});

describe("refuses", () => {
  test("a host that is not registered", () => {
    expect(open({ host: "53320500MJ0000001E" })).toMatchObject({ code: "HOST_UNKNOWN" });
  });
  test("an unknown community", () => {
    expect(open({ community: "320582" })).toMatchObject({ code: "COMMUNITY_UNKNOWN" });
  });
  test("a level other than the community's", () => {
    expect(open({ level: "village" })).toMatchObject({
      code: "FUND_LEVEL",
      params: { level: "village", communityLevel: "township" },
    });
  });
  test("an opening after today", () => {
    expect(open({ openedOn: "2026-07-01" })).toMatchObject({ code: "DAY_IN_FUTURE" });
  });
});
