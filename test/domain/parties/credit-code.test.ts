// A published example of GB 32100-2015 and its misspelling; every single wrong character is found.

import { expect, test } from "vitest";
import { creditCodeCheck, isCreditCode } from "../../../src/domain/parties/credit-code.ts";
import { HOST } from "../world.ts";

const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";

test("accepts the right check character and refuses the wrong one", () => {
  expect(isCreditCode("91350100M000100Y43")).toBe(true);
  expect(isCreditCode("91350100M000100Y4Z")).toBe(false);
  expect(creditCodeCheck("91350100M000100Y4")).toBe("3");
});

test("finds every single wrong character", () => {
  for (let at = 0; at < HOST.length; at++) {
    for (const other of ALPHABET) {
      const code = HOST.slice(0, at) + other + HOST.slice(at + 1);
      expect(isCreditCode(code), code).toBe(code === HOST);
    }
  }
});

test.each([
  "",
  "91350100M000100Y4",
  "91350100M000100Y433",
  "91350100m000100y43",
  "91350100I000100Y43",
])("refuses %j: a wrong length or a character outside the alphabet", (code) => {
  expect(isCreditCode(code)).toBe(false);
});
