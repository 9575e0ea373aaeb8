import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chineseAmount } from "../../src/kernel/chinese-amount.ts";
import { minorOf } from "../../src/kernel/money.ts";

const write = (amount: string) => chineseAmount(minorOf(amount, "CNY"));

describe("an amount in Chinese capital numerals", () => {
  test.each([
    ["52000000.00", "伍仟贰佰万元整"],
    ["1409.50", "壹仟肆佰零玖元伍角"],
    ["16409.02", "壹万陆仟肆佰零玖元零贰分"],
    ["325.04", "叁佰贰拾伍元零肆分"],
    ["100000.00", "壹拾万元整"],
    ["1000001.00", "壹佰万零壹元整"],
    ["0.05", "伍分"],
    ["0.50", "伍角"],
    ["0.00", "零元整"],
    ["6007.14", "陆仟零柒元壹角肆分"],
    ["100007000.00", "壹亿零柒仟元整"],
    ["1000500000.00", "壹拾亿零伍拾万元整"],
    ["1000000000000.00", "壹万亿元整"],
    ["90071992547409.93", "玖拾万零柒佰壹拾玖亿玖仟贰佰伍拾肆万柒仟肆佰零玖元玖角叁分"],
    ["-3.20", "负叁元贰角"],
  ])("of %s is 人民币%s", (amount, words) => expect(write(amount)).toBe(`人民币${words}`));

  test.each([
    ["107000.53", ["壹拾万柒仟元零伍角叁分", "壹拾万零柒仟元伍角叁分"]],
    ["1680.32", ["壹仟陆佰捌拾元零叁角贰分", "壹仟陆佰捌拾元叁角贰分"]],
  ])("of %s is the first of the two allowed forms", (amount, [first]) => {
    expect(write(amount)).toBe(`人民币${first}`);
  });

  test("reads back to the amount, and has no doubled and no closing zero", () => {
    const amounts = fc.bigInt({ min: 0n, max: 10n ** 17n });
    fc.assert(
      fc.property(amounts, (fen) => {
        const words = chineseAmount(fen).slice("人民币".length);
        expect(words).not.toMatch(/零零|零整|零$|零亿|零万|零[拾佰仟]/);
        expect(read(words)).toBe(fen);
      }),
      { numRuns: 500, seed: 20261124 },
    );
  });
});

/** Reads the numerals the other way round, by what each place says it is. */
function read(words: string): bigint {
  const [, whole = "", jiao = "零", fen = "零"] =
    /^(?:(.*)元)?零?(?:(.)角)?(?:(.)分)?整?$/.exec(words.replace(/元零(?=.[角分])/, "元")) ?? [];
  const digit = (text: string) => BigInt("零壹贰叁肆伍陆柒捌玖".indexOf(text));
  const below = (text: string, mark: string, unit: bigint, next: (rest: string) => bigint) => {
    const at = text.lastIndexOf(mark);
    if (at < 0) return next(text);
    return readWhole(text.slice(0, at)) * unit + next(text.slice(at + 1));
  };
  const readWhole = (text: string): bigint =>
    below(text, "亿", 10n ** 8n, (rest) =>
      below(rest, "万", 10n ** 4n, (group) => {
        let sum = 0n;
        for (const [, value = "", place = ""] of group.matchAll(/([^零拾佰仟])([拾佰仟]?)/g)) {
          sum += digit(value) * 10n ** BigInt(["", "拾", "佰", "仟"].indexOf(place));
        }
        return sum;
      }),
    );
  return readWhole(whole) * 100n + digit(jiao) * 10n + digit(fen);
}
