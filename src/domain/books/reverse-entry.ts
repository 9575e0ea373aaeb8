// The red entry (红字冲销): names an entry, carries what it undoes, says why. History is never
// edited; a mistake and its correction both stay.

import { z } from "zod";
import { inBoth } from "../../kernel/in-both.ts";
import { type Currency, formatAmount, parseAmount } from "../../kernel/money.ts";
import { type Balance, balanceAfter, balanceOf, type FactOnLog, type Known } from "../books.ts";
import { defineFact } from "../fact.ts";
import { MEASURES, type Move } from "../move.ts";
import { refuse } from "../refuse.ts";
import { balancesOfFact, happened, isReversed, notBefore } from "../rules.ts";
import { amount, bucket, creditCode, currency, day, divisionCode, id } from "../schema.ts";

const undoneMove = z.strictObject({
  measure: z.enum(MEASURES),
  fund: id.nullable(),
  bucket: bucket.nullable(),
  community: divisionCode.nullable(),
  project: id.nullable(),
  amount,
});

export const entryReversed = defineFact({
  type: "EntryReversed",
  version: 1,
  command: "ReverseEntry",
  area: "books",
  title: { zh: "红字冲销", en: "Entry reversed" },
  about: {
    zh: "冲销一条条目：指明原条目，载明所冲销的内容与原因，日期不早于原条目。一条只能冲销一次；有后续依据者先冲后者；若会透支，须明示并写入条目。",
    en: "Undoes an entry: names it, carries what it undoes and why, dated not before it. Once only; what builds on it is reversed first; an overdraft it causes must be accepted and is recorded.",
  },
  needsReason: true,
  path: "/entries/{entry}/reversal",
  verb: "reverse",
  input: {
    entry: z.int().min(1),
    reversedOn: day,
    acceptOverdraft: z.boolean().default(false),
  },
  derived: {
    reverses: id,
    reversedType: z.string(),
    fund: id.nullable().describe("null where only a host's own part is corrected"),
    host: creditCode
      .optional()
      .describe(
        inBoth({ zh: "更正其自有部分的依托组织", en: "the host whose own part is corrected" }),
      ),
    follows: z
      .array(id)
      .max(4)
      .describe(inBoth({ zh: "被冲销条目所引用者", en: "what the reversed entry referred to" })),
    currency,
    undoes: z.array(undoneMove).max(128),
    overdraws: z
      .array(z.strictObject({ fund: id, bucket, amount }))
      .max(128)
      .optional(),
  },
  stream: (data) => ({ name: streamOf(data), opens: false }),
  on: (data) => data.reversedOn,
  decide({ entry, reversedOn, acceptOverdraft }, known) {
    happened(known, reversedOn);
    const target = known.factAt(entry) ?? refuse("ENTRY_UNKNOWN", { entry });
    const { event, moves, links } = target;
    const { fund, host, currency } = partsOf(target, known);
    notBefore(reversedOn, target.day);
    if (isReversed(target)) refuse("FACT_REVERSED", { entry });
    // What a closed fund was left with is settled; a correction belongs where the money went.
    for (const { fund: touched } of moves) {
      const closed = touched !== null && known.books.funds.get(touched)?.status === "closed";
      if (closed) refuse("FUND_CLOSED", { fund: touched });
    }
    const later = followUp(target);
    if (later) refuse("ENTRY_HAS_FOLLOW_UPS", { entry, later: later.event.entry });
    leavesPaymentsCovered(target, known);
    const overdraws = overdraftsOf(target, known, currency);
    const [first] = overdraws;
    if (first && !acceptOverdraft) {
      refuse("WOULD_OVERDRAW", { bucket: first.bucket, amount: first.amount });
    }
    return {
      reverses: event.id,
      reversedType: event.type,
      fund,
      ...(host === null ? {} : { host }),
      follows: [...links],
      currency,
      undoes: moves.map((move) => ({ ...move, amount: formatAmount(move.amount, currency) })),
      ...(first ? { overdraws } : {}),
    };
  },
  moves: ({ undoes, currency }) =>
    undoes.map((move) => ({ ...move, amount: -parseAmount(move.amount, currency) })),
  links: ({ reverses, follows }) => [reverses, ...follows],
  ownBooks: ({ host }) => host ?? null,
});

/** Whose books an entry can be taken out of; refuses what is in nobody's. */
function partsOf({ event, moves, ownBooks: host }: FactOnLog, { books }: Known) {
  const fund = moves.find((move) => move.bucket !== null || move.measure === "pledged")?.fund;
  const record = fund ? books.funds.get(fund) : undefined;
  if ((!record && host === null) || event.type === "EntryReversed") {
    refuse("ENTRY_NOT_REVERSIBLE", { entry: event.entry, type: event.type });
  }
  // What enters a host's own part says in what currency.
  const { currency } = record ?? (event.data as { currency: Currency });
  return { fund: record?.id ?? null, host, currency };
}

type Undone = { readonly measure: string; readonly fund: string | null };
type Stands = {
  readonly fund: string | null;
  readonly host?: string | undefined;
  readonly undoes: readonly Undone[];
};

// What a fund has is guarded by the order of its own stream, so the red entry stands on the stream
// of the fund that it takes money from: of a transfer, the fund that received it. What touches no
// fund stands on the host's.
function streamOf({ fund, host, undoes }: Stands): string {
  if (fund === null) return `host-${host}`;
  return `fund-${undoes.find(({ measure }) => measure === "transferred-in")?.fund ?? fund}`;
}

/** A later fact that moves money on the ground of this one and has not been reversed itself. */
function followUp(target: FactOnLog): FactOnLog | undefined {
  const reversed = new Set(
    target.later.filter(({ event }) => event.type === "EntryReversed").map(({ links }) => links[0]),
  );
  return target.later.find(
    ({ event, moves }) =>
      event.type !== "EntryReversed" && moves.length > 0 && !reversed.has(event.id),
  );
}

/** Refuses when the allocation that the entry belongs to would have paid more than it has. */
function leavesPaymentsCovered(target: FactOnLog, known: Known): void {
  for (const id of target.links) {
    const root = known.fact(id);
    if (root?.event.type !== "AllocationMade") continue;
    const balances = balancesOfFact(root);
    for (const [bucket, { committed }] of undone(target.moves, (b) => balances.get(b))) {
      if (committed < 0n) refuse("WOULD_UNCOVER_PAYMENTS", { entry: root.event.entry, bucket });
    }
  }
}

/** The buckets that the reversal takes below zero, or further below it. */
function overdraftsOf(target: FactOnLog, known: Known, currency: Currency) {
  const funds = new Set(target.moves.map((move) => move.fund).filter((fund) => fund !== null));
  return [...funds].flatMap((fund) => {
    const own = target.moves.filter((move) => move.fund === fund);
    const after = undone(own, (bucket) => balanceOf(known.books, fund, bucket));
    const lowers = (bucket: string, available: bigint) =>
      available < balanceOf(known.books, fund, bucket).available;
    return [...after]
      .filter(([bucket, { available }]) => available < 0n && lowers(bucket, available))
      .map(([bucket, { available }]) => ({
        fund,
        bucket,
        amount: formatAmount(-available, currency),
      }));
  });
}

/** The balances of the touched buckets once the moves are undone. */
function undone(
  moves: readonly Move[],
  before: (bucket: string) => Balance | undefined,
): Map<string, Balance> {
  const after = new Map<string, Balance>();
  for (const move of moves) {
    if (move.bucket === null) continue;
    const balance = after.get(move.bucket) ??
      before(move.bucket) ?? { available: 0n, committed: 0n, stock: 0n };
    after.set(move.bucket, balanceAfter(balance, { ...move, amount: -move.amount }));
  }
  return after;
}
