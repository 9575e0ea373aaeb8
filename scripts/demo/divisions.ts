// The divisions of Suzhou that the demo uses, from a small dated table; real codes and names.
// What stands on them (funds, charities, money) is invented and says so in its name.

import { creditCodeCheck } from "../../src/domain/parties/credit-code.ts";
import { LABEL } from "./request.ts";
import suzhou from "./suzhou.json" with { type: "json" };

export type Division = {
  readonly code: string;
  /** The name in the table; a village's is that of its committee: 河口村委会. */
  readonly name: string;
  readonly level: string;
  readonly parent: string | null;
};

export const DIVISIONS: readonly Division[] = suzhou.divisions;

const byCode = new Map(DIVISIONS.map((division) => [division.code, division]));

/** The division with this code, which must be in the table. */
export function divisionOf(code: string): Division {
  const division = byCode.get(code);
  if (!division) throw new RangeError(`no division ${code} in the table`);
  return division;
}

export const CITY = divisionOf("320500");
export const DISTRICTS = atLevel("district");
export const TOWNSHIPS = atLevel("township");
export const VILLAGES = atLevel("village");

function atLevel(level: string): readonly Division[] {
  return DIVISIONS.filter((division) => division.level === level);
}

/** The name of the place without its committee: 海福新城社区居委会 → 海福新城社区. */
export function placeName({ name }: Division): string {
  return name.replace(/(?:居民委员会|居委会|村民委员会|委会)$/u, "");
}

/** The name of a place with the township it lies in, so that no two are alike. */
export function fullName(division: Division): string {
  const above = division.level === "village" ? divisionOf(division.parent as string).name : "";
  return `${above}${placeName(division)}`;
}

/** The district that a township or village belongs to. */
export function districtOf(division: Division): Division {
  return divisionOf(division.code.slice(0, 6));
}

/**
 * A unified social credit code with a right check character (GB 32100-2015), invented: its body is
 * DEM and a number. `kind` is 51 association, 52 service body, 53 foundation.
 */
export function demoCreditCode(kind: "51" | "52" | "53", division: string, number: number): string {
  const body = `${kind}${division}DEM${String(number).padStart(6, "0")}`;
  return `${body}${creditCodeCheck(body)}`;
}

/** The charity of a city or district that holds the money of the funds there. */
export function hostOf(division: Division): { readonly host: string; readonly name: string } {
  return {
    host: demoCreditCode("53", division.code, 1),
    name: `${division.name}社区慈善组织${LABEL}`,
  };
}
