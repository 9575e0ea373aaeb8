// Charts of accounts, read from dated data. A regime is a set of rules with its chart; the same code
// means different things in different regimes, so an account is always (regime, code).

import { z } from "zod";
import type { Day } from "../../kernel/day.ts";
import type { Text } from "../../kernel/text.ts";
import accounts2004 from "./data/accounts-2004.json" with { type: "json" };
import accounts2024 from "./data/accounts-2024.json" with { type: "json" };
import regimeRows from "./data/regimes.json" with { type: "json" };

export const REGIME_IDS = ["2004", "2024"] as const;
export type RegimeId = (typeof REGIME_IDS)[number];

const text = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });

/** From when to when a row of rule data holds, and where it is read from. */
export const dated = {
  validFrom: z.iso.date(),
  validTo: z.iso.date().nullable(),
  source: z.string().min(1),
};

const KINDS = ["asset", "contra", "liability", "net", "income", "expense", "adjustment"] as const;
export type AccountKind = (typeof KINDS)[number];

const accountRow = z.strictObject({
  code: z.string().regex(/^[1-5][0-9]{3}(?:[0-9]{2})?$/),
  kind: z.enum(KINDS),
  name: text,
  /** Kept as two sub-accounts: 01 unrestricted, 02 restricted. */
  split: z.literal(true).optional(),
  /** Money in hand or in the bank. */
  cash: z.literal(true).optional(),
  /** Held for somebody else (受托代理). */
  agency: z.literal(true).optional(),
  parent: z.string().optional(),
  ...dated,
});

const regimeRow = z.strictObject({
  id: z.enum(REGIME_IDS),
  title: text,
  /** The account that takes what concerns income or cost of an earlier year; null: net assets. */
  adjustment: z.string().nullable(),
  /** The regime whose balances this one takes over, and the codes that change on the way. */
  carriedFrom: z.enum(REGIME_IDS).nullable(),
  carry: z.record(z.string(), z.string()),
  ...dated,
});

export type Regime = z.infer<typeof regimeRow>;

/** An account that can be posted to. */
export type Account = {
  readonly regime: RegimeId;
  readonly code: string;
  /** The code without 01 or 02. */
  readonly base: string;
  readonly kind: AccountKind;
  readonly name: Text;
  readonly cash: boolean;
  readonly agency: boolean;
  /** Which half of a split account, or of the net assets; null where there is no such half. */
  readonly restricted: boolean | null;
  readonly validFrom: Day;
  readonly validTo: Day | null;
};

export const UNRESTRICTED_NET = "3101";
export const RESTRICTED_NET = "3102";

/** The regimes in the order of their dates. */
export const REGIMES: readonly Regime[] = z.array(regimeRow).parse(regimeRows);

const HALVES = [
  { suffix: "01", restricted: false, name: { zh: "非限定性", en: "unrestricted" } },
  { suffix: "02", restricted: true, name: { zh: "限定性", en: "restricted" } },
] as const;

const CHARTS: Readonly<Record<RegimeId, readonly Account[]>> = {
  "2004": chartOf("2004", accounts2004),
  "2024": chartOf("2024", accounts2024),
};

const byCode = new Map(
  REGIME_IDS.flatMap((regime) =>
    CHARTS[regime].map((account) => [`${regime}:${account.code}`, account] as const),
  ),
);

function chartOf(regime: RegimeId, rows: unknown): Account[] {
  return z
    .array(accountRow)
    .parse(rows)
    .flatMap(({ code, kind, name, split, cash, agency, validFrom, validTo }) => {
      const account: Account = {
        regime,
        code,
        base: code,
        kind,
        name,
        cash: cash ?? false,
        agency: agency ?? false,
        restricted: kind === "net" ? code === RESTRICTED_NET : null,
        validFrom,
        validTo,
      };
      if (!split) return [account];
      return HALVES.map((half) => ({
        ...account,
        code: `${code}${half.suffix}`,
        name: { zh: `${name.zh}——${half.name.zh}`, en: `${name.en}, ${half.name.en}` },
        restricted: half.restricted,
      }));
    });
}

/** The accounts of a regime that can be posted to, in the order of the chart. */
export function accountsOf(regime: RegimeId): readonly Account[] {
  return CHARTS[regime];
}

/** The account; undefined when the regime has none that can be posted to. */
export function findAccount(regime: RegimeId, code: string): Account | undefined {
  return byCode.get(`${regime}:${code}`);
}

/** The account, which must exist. */
export function accountOf(regime: RegimeId, code: string): Account {
  const account = findAccount(regime, code);
  if (!account) throw new Error(`no account ${code} under the ${regime} regime`);
  return account;
}

/** The regime in force on a day; days before the first one are kept under the first. */
export function regimeOn(day: Day): Regime {
  const regime = REGIMES.findLast(({ validFrom }) => validFrom <= day) ?? REGIMES[0];
  if (!regime) throw new Error("there are no regimes");
  return regime;
}

/** The sub-account for money that is restricted or not, given a code of the rule data. */
export function leafOf(regime: RegimeId, code: string, restricted: boolean): Account {
  if (code === "net") return netAccount(regime, restricted);
  return findAccount(regime, code) ?? accountOf(regime, `${code}${restricted ? "02" : "01"}`);
}

/** 3102 for restricted money, 3101 for the rest. */
export function netAccount(regime: RegimeId, restricted: boolean): Account {
  return accountOf(regime, restricted ? RESTRICTED_NET : UNRESTRICTED_NET);
}

/** Whether the year's end carries an account's balance into net assets. */
export function isClosedYearly({ kind }: Account): boolean {
  return kind === "income" || kind === "expense" || kind === "adjustment";
}

/**
 * Where the year's end carries an account. Income and split accounts go to the net assets of their
 * own half; what is not split, all cost of the 2004 regime, goes to unrestricted net assets.
 */
export function closesInto(account: Account): Account {
  return isClosedYearly(account)
    ? netAccount(account.regime, account.restricted ?? false)
    : account;
}

/**
 * Where an amount that was booked in `year` stands in `atYear`: in its own account while the year
 * lasts; after that income and cost lie in net assets, and a new regime has taken over the rest.
 * The year's end and the change of regime are this one map, so they can be read off any balance.
 */
export function accountIn(account: Account, year: number, atYear: number): Account {
  if (year >= atYear) return account;
  let carried = closesInto(account);
  for (const { id, validFrom, carriedFrom, carry } of REGIMES) {
    if (carriedFrom !== carried.regime || Number(validFrom.slice(0, 4)) > atYear) continue;
    carried = accountOf(id, carry[carried.code] ?? carried.code);
  }
  return carried;
}
