import { expect, test } from "vitest";
import { given } from "../given.ts";
import { WORLD } from "../world.ts";

const vkey = (name: string, letter: string) => `${name}+0a1b2c3d+${letter.repeat(44)}`;
const INPUT = {
  vkey: vkey("log.example/a", "B"),
  replaces: vkey("log.example/a", "A"),
  announcedOn: "2026-02-01",
};

test("announces a key beside the one it replaces, and moves nothing", () => {
  expect(given(...WORLD).when("AnnounceLogKey", INPUT)).toMatchObject({ data: INPUT, moves: [] });
});

test.each([
  ["the same key again", { ...INPUT, vkey: INPUT.replaces }, "LOG_KEYS_DO_NOT_MATCH"],
  ["another log's key", { ...INPUT, vkey: vkey("log.example/b", "B") }, "LOG_KEYS_DO_NOT_MATCH"],
  ["a day to come", { ...INPUT, announcedOn: "2099-01-01" }, "DAY_IN_FUTURE"],
])("refuses %s", (_what, input, code) => {
  expect(given(...WORLD).when("AnnounceLogKey", input)).toMatchObject({ code });
});
