import { describe, expect, test } from "vitest";
import { levelOfCode } from "../../../src/domain/parties/register-community.ts";
import { given } from "../given.ts";
import { CITY, DISTRICT, PLACES, TOWN, VILLAGE } from "../world.ts";

const register = (community: string, level: string, parent?: string) =>
  given(...PLACES).when("RegisterCommunity", {
    community,
    name: "某地",
    level,
    parent,
    validFrom: "2020-01-01",
  });

test("registers a township below its district", () => {
  expect(register("320581103", "township", DISTRICT)).toMatchObject({
    data: { community: "320581103", parent: DISTRICT },
    event: { stream: "community-320581103" },
  });
  expect(given(...PLACES).books.communities.get(VILLAGE)).toEqual({
    code: VILLAGE,
    name: "汪桥村",
    level: "village",
    parent: TOWN,
    validTo: null,
  });
});

test.each([
  ["320000", "province"],
  [CITY, "city"],
  [DISTRICT, "district"],
  [TOWN, "township"],
  [VILLAGE, "village"],
])("reads from the form of %s that it is a %s", (code, level) => {
  expect(levelOfCode(code)).toBe(level);
});

describe("refuses", () => {
  test("a code that is registered already", () => {
    expect(register(TOWN, "township", DISTRICT)).toMatchObject({ code: "COMMUNITY_EXISTS" });
  });
  test("a code whose form is of another level", () => {
    expect(register("320581103", "village", TOWN)).toMatchObject({ code: "COMMUNITY_LEVEL" });
  });
  test("a parent that is not registered", () => {
    expect(register("320581103", "township", "320582")).toMatchObject({
      code: "COMMUNITY_PARENT",
      params: { parent: "320582" },
    });
  });
  test("a last day before the first", () => {
    const days = { validFrom: "2026-01-02", validTo: "2026-01-01" };
    const input = { community: "320581103", name: "新镇", level: "township", ...days };
    expect(given(...PLACES).when("RegisterCommunity", input)).toMatchObject({
      code: "DAYS_REVERSED",
    });
  });
  test("a parent of the same level", () => {
    expect(register("320581103", "township", TOWN)).toMatchObject({ code: "COMMUNITY_PARENT" });
  });
});
