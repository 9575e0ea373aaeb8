// Amounts in Chinese capital numerals (人民币大写), as vouchers and receipts must show them: no gap
// after 人民币, 整 after 元, nothing after 角 or 分, one 零 for any run of zeros between two digits.
// 《支付结算办法》附一 leaves a choice where the 万 or the 元 digit is zero and the next is not: no 零
// after 万, but 零 after 元. So 107,000.53 is 壹拾万柒仟元零伍角叁分, never the equally allowed
// 壹拾万零柒仟元伍角叁分: one amount has one text.

const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];
const GROUP = 10_000n;
const HUNDRED_MILLION = 100_000_000n;

/** Writes fen as Chinese capital numerals; a red amount has 负 before its digits. */
export function chineseAmount(fen: bigint): string {
  const size = fen < 0n ? -fen : fen;
  const sign = fen < 0n ? "负" : "";
  const yuan = size / 100n;
  const jiao = Number((size / 10n) % 10n);
  const rest = Number(size % 10n);
  if (jiao === 0 && rest === 0) return `人民币${sign}${wholeOf(yuan) || "零"}元整`;
  const whole = yuan === 0n ? "" : `${wholeOf(yuan)}元`;
  const gap = yuan > 0n && (jiao === 0 || yuan % 10n === 0n) ? "零" : "";
  const tenths = jiao === 0 ? "" : `${DIGITS[jiao]}角`;
  const cents = rest === 0 ? "" : `${DIGITS[rest]}分`;
  return `人民币${sign}${whole}${gap}${tenths}${cents}`;
}

/** A whole number; empty for zero. 亿 counts anew, so 10,000 亿 is 壹万亿. */
function wholeOf(value: bigint): string {
  if (value >= HUNDRED_MILLION) {
    return joined(`${wholeOf(value / HUNDRED_MILLION)}亿`, value % HUNDRED_MILLION, 10_000_000n);
  }
  if (value < GROUP) return groupOf(Number(value));
  return joined(`${groupOf(Number(value / GROUP))}万`, value % GROUP, 1_000n);
}

/** Puts the lower part behind the higher, with 零 when its first place is empty. */
function joined(high: string, low: bigint, firstPlace: bigint): string {
  if (low === 0n) return high;
  return `${high}${low < firstPlace ? "零" : ""}${wholeOf(low)}`;
}

/** A number below 10,000. */
function groupOf(value: number): string {
  const digits = String(value);
  let text = "";
  let gap = false;
  for (const [at, digit] of [...digits].entries()) {
    if (digit === "0") {
      gap = true;
    } else {
      text += `${gap && text !== "" ? "零" : ""}${DIGITS[Number(digit)]}`;
      text += PLACES[digits.length - 1 - at] ?? "";
      gap = false;
    }
  }
  return text;
}
