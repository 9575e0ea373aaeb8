import { describe, expect, test } from "vitest";
import { given, idOf } from "../given.ts";
import { HOST, LEDGER } from "../world.ts";

const register = (input: object) =>
  given(LEDGER).when("RegisterPayee", { registeredOn: "2026-01-10", ...input });

test("registers an organisation with its name", () => {
  const { books, when } = given(LEDGER);
  const input = { kind: "organisation", name: "海虞家具店", creditCode: HOST };
  when("RegisterPayee", { ...input, registeredOn: "2026-01-10" }, "shop");
  expect(books.payees.get(idOf("shop"))).toEqual({
    id: idOf("shop"),
    kind: "organisation",
    name: "海虞家具店",
  });
});

test("registers a person as an opaque reference", () => {
  expect(register({ kind: "person", person: "p_0000000001" })).toMatchObject({
    data: { kind: "person", person: "p_0000000001" },
  });
});

describe("refuses", () => {
  test.each([{ name: "张三" }, { creditCode: HOST }])("a person with %o", (named) => {
    expect(register({ kind: "person", ...named })).toMatchObject({ code: "PAYEE_NAMED_PERSON" });
  });
  test.each([{}, { name: "某店", person: "p_0000000001" }])("an organisation with %o", (more) => {
    expect(register({ kind: "organisation", ...more })).toMatchObject({
      code: "PAYEE_NEEDS_NAME",
    });
  });
  test("a registration after today", () => {
    const input = { kind: "person", registeredOn: "2026-07-01" };
    expect(register(input)).toMatchObject({ code: "DAY_IN_FUTURE" });
  });
});
