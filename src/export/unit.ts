// The unit in which money is shown: the currency's main unit (元), exact, or ten thousand of it
// (万元), rounded last and only for show.

import { type Currency, formatInTenThousands, inTenThousands, minorOf } from "../kernel/money.ts";
import type { Text } from "../kernel/text.ts";

export const UNITS = {
  "1": { zh: "元", en: "main units" },
  "10000": { zh: "万元", en: "ten thousands" },
} as const satisfies Record<string, Text>;

export type Unit = keyof typeof UNITS;

/** The ways to write a unit in a request. */
export const UNIT_NAMES = ["元", "万元", "1", "10000"] as const;

/** The unit with this name; undefined when there is none. */
export function unitOf(name: string): Unit | undefined {
  if (name === "1" || name === "元") return "1";
  return name === "10000" || name === "万元" ? "10000" : undefined;
}

/** An exact amount as shown in a unit. */
export function amountIn(unit: Unit, amount: string, currency: Currency): string {
  if (unit === "1") return amount;
  return formatInTenThousands(inTenThousands(minorOf(amount, currency), currency));
}
