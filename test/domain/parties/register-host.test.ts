import { expect, test } from "vitest";
import { given } from "../given.ts";
import { HOST, HOST_STEP, LEDGER } from "../world.ts";

test("registers a host by its credit code", () => {
  const { books, when } = given(LEDGER);
  expect(when("RegisterHost", HOST_STEP.input)).toMatchObject({
    event: { stream: `host-${HOST}` },
    moves: [],
  });
  expect(books.hosts.get(HOST)).toEqual({ creditCode: HOST, name: "苏州市慈善总会" });
});

test("takes no credit code whose check character is wrong", () => {
  const wrong = { ...HOST_STEP.input, host: "91350100M000100Y4Z" };
  expect(() => given(LEDGER).when("RegisterHost", wrong)).toThrow("check character");
});

test("refuses a host that is registered already", () => {
  expect(given(LEDGER, HOST_STEP).when("RegisterHost", HOST_STEP.input)).toMatchObject({
    code: "HOST_EXISTS",
    params: { host: HOST },
  });
});

test("refuses a registration after today", () => {
  const input = { ...HOST_STEP.input, registeredOn: "2026-07-01" };
  expect(given(LEDGER).when("RegisterHost", input)).toMatchObject({ code: "DAY_IN_FUTURE" });
});
