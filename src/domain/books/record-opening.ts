// Balances brought forward from another set of books, dated and audited as such: account by account,
// balanced in every fund and in the host's own part, with the hash of the file they came from.

import { z } from "zod";
import { inBoth } from "../../kernel/in-both.ts";
import { formatAmount, parseAmount } from "../../kernel/money.ts";
import type { Known } from "../books.ts";
import { bucketOfKey } from "../bucket.ts";
import { defineFact } from "../fact.ts";
import { findAccount, regimeOn } from "../journal/chart.ts";
import { refuse } from "../refuse.ts";
import { fundThatReceives, happened } from "../rules.ts";
import {
  bucket,
  creditCode,
  currency,
  day,
  divisionCode,
  id,
  positiveAmount,
  sha256,
} from "../schema.ts";

const line = z.strictObject({
  account: z
    .string()
    .regex(
      /^[1-5][0-9]{3}(?:[0-9]{2})?$/,
      inBoth({ zh: "科目表中的代码", en: "a code of the chart" }),
    ),
  side: z.enum(["debit", "credit"]),
  amount: positiveAmount,
  fund: id.nullable().default(null).describe("null for the host's own part"),
  bucket: bucket.default("none"),
});
type Line = z.infer<typeof line>;

export const openingBalanceRecorded = defineFact({
  type: "OpeningBalanceRecorded",
  version: 1,
  command: "RecordOpeningBalance",
  area: "books",
  title: { zh: "期初余额", en: "Opening balance recorded" },
  about: {
    zh: "从原有账套转入期初余额：按科目、基金与限定桶逐行，各基金与机构自有部分各自借贷平衡，附来源文件哈希。基金的货币资金成为可用资金；不是收入。",
    en: "Brings balances forward from another set of books: by account, fund and bucket, balanced in each fund and in the host's own part, with the source file's hash. A fund's money becomes available; it is no income.",
  },
  path: "/hosts/{host}/openings",
  verb: "opening",
  input: {
    host: creditCode,
    currency,
    lines: z.array(line).min(2).max(128),
    file: sha256.describe(
      inBoth({ zh: "所依据的科目余额表的散列", en: "hash of the trial balance it was taken from" }),
    ),
    part: z
      .int()
      .min(1)
      .max(10_000)
      .default(1)
      .describe(inBoth({ zh: "文件的第几部分", en: "number of this part of the file" })),
    openedOn: day,
  },
  derived: {
    communities: z
      .array(z.strictObject({ fund: id, community: divisionCode.nullable() }))
      .describe(inBoth({ zh: "所列各基金的区划", en: "the community of each fund named" })),
  },
  stream: ({ host, file, part }) => ({ name: `opening-${host}-${file}-${part}`, opens: true }),
  on: (data) => data.openedOn,
  decide(input, known) {
    happened(known, input.openedOn);
    if (!known.books.hosts.get(input.host)) refuse("HOST_UNKNOWN", { host: input.host });
    for (const one of input.lines) checkOpeningLine(one, input, known);
    checkBalanced(input);
    const funds = new Set(input.lines.flatMap(({ fund }) => fund ?? []));
    return {
      communities: [...funds].map((fund) => ({
        fund,
        community: known.books.funds.get(fund)?.community ?? null,
      })),
    };
  },
  ownBooks: ({ host, lines }) => (lines.some(({ fund }) => fund === null) ? host : null),
  moves({ lines, currency, communities }) {
    return lines.flatMap(({ account, fund, bucket, amount }) => {
      if (fund === null || !isMoney(account)) return [];
      const community = communities.find((each) => each.fund === fund)?.community ?? null;
      return [
        {
          measure: "opening" as const,
          fund,
          bucket,
          community,
          project: null,
          amount: parseAmount(amount, currency),
        },
      ];
    });
  },
});

type Opening = {
  readonly host: string;
  readonly currency: Parameters<typeof formatAmount>[1];
  readonly lines: readonly Line[];
  readonly openedOn: string;
};

// Cash is 1001, 1002 with its sub-account, and 1009 in both charts.
function isMoney(account: string): boolean {
  return account.startsWith("100");
}

/** Refuses a line that the chart, its fund or its bucket does not allow. */
export function checkOpeningLine(
  { account, side, fund, bucket }: Omit<Line, "amount">,
  opening: Omit<Opening, "lines">,
  known: Pick<Known, "books">,
): void {
  const regime = regimeOn(opening.openedOn).id;
  const found = findAccount(regime, account) ?? refuse("ACCOUNT_UNKNOWN", { account, regime });
  if (fund === null) return;
  const { host } = fundThatReceives(known, fund, opening.currency);
  if (host !== opening.host) refuse("FUND_OF_OTHER_HOST", { fund, host: opening.host });
  const { restriction, nature } = bucketOfKey(bucket);
  const restricted = restriction.kind !== "none";
  const fits = found.restricted === null || found.restricted === restricted;
  if (!fits || ((found.cash || found.agency) && found.agency !== (nature === "agency"))) {
    refuse("BUCKET_NOT_OF_ACCOUNT", { bucket, account });
  }
  // A fund has no account of its own, so it cannot have overdrawn one.
  if (found.cash && side === "credit") refuse("OPENING_BELOW_ZERO", { account, fund });
}

function checkBalanced({ lines, currency }: Opening): void {
  const sums = new Map<string, bigint>();
  for (const { fund, side, amount } of lines) {
    const minor = parseAmount(amount, currency);
    const key = fund ?? "";
    sums.set(key, (sums.get(key) ?? 0n) + (side === "debit" ? minor : -minor));
  }
  for (const [fund, sum] of sums) {
    if (sum === 0n) continue;
    const difference = formatAmount(sum, currency);
    refuse("OPENING_NOT_BALANCED", { part: fund || "—", difference });
  }
}
