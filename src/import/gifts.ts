// Hands gifts to the ledger in bounded batches, in file order, and counts what becomes of them.

import type { Text } from "../kernel/text.ts";
import type { Mapping } from "./mapping.ts";
import type { Occurrence } from "./occurrence.ts";
import type { People } from "./people.ts";
import type { ImportedRow, MoneyRow, RowException } from "./row-types.ts";
import { countAlready, countRecorded, type Tally } from "./tally.ts";

/** A gift as the ledger gets it: no name and no note, only an opaque reference. */
export type PreparedRow = Pick<
  ImportedRow,
  "row" | "date" | "amount" | "currency" | "reference" | "restriction"
> & {
  /** Idempotency key. The same key is the same gift, whatever file and row it came from. */
  readonly key: string;
  /** SHA-256 of the file, in lower-case hex. */
  readonly fileHash: string;
  /** Undefined for an anonymous gift. */
  readonly donorRef: string | undefined;
  readonly channel: Mapping["channel"];
};

/**
 * What the ledger did with a gift. `already`: an entry with this key exists; `otherwise` says that it
 * is in another fund or has another restriction than this row would give it.
 */
export type RecordOutcome =
  | { readonly kind: "recorded"; readonly entry: number }
  | { readonly kind: "already"; readonly entry: number; readonly otherwise?: boolean }
  | { readonly kind: "refused"; readonly code: string; readonly reason: Text };

/** The ledger's side: one outcome for each gift, in the same order. */
export type Record = (rows: readonly PreparedRow[]) => Promise<readonly RecordOutcome[]>;

/** A gift that waits for its batch; `signed` is its amount in minor units. */
export type Gift = Pick<MoneyRow, "row" | "signed"> & Occurrence;

/** Where gifts go. */
export type Destination = {
  readonly record: Record;
  /** Undefined where nobody is to get a reference. */
  readonly people: People | undefined;
  readonly fileHash: string;
  readonly channel: Mapping["channel"];
  readonly tally: Tally;
  readonly refused: (exception: RowException) => void;
};

/** Records one batch and counts each outcome. @throws Error when the ledger's answer is no answer. */
export async function recordGifts(to: Destination, gifts: readonly Gift[]): Promise<void> {
  const refs = await donorRefs(to.people, gifts);
  const prepared = gifts.map((gift) => preparedRow(gift, refs, to));
  const outcomes = await to.record(prepared);
  if (outcomes.length !== gifts.length) throw new Error("the ledger did not answer every gift");
  for (const [index, outcome] of outcomes.entries()) {
    countOutcome(to, gifts[index] as Gift, outcome);
  }
}

function countOutcome(to: Destination, gift: Gift, outcome: RecordOutcome): void {
  switch (outcome.kind) {
    case "recorded":
      countRecorded(to.tally, gift.row, gift.n, gift.signed);
      return;
    case "already":
      countAlready(to.tally, gift.row, gift.signed, outcome.otherwise ?? false);
      return;
    case "refused":
      to.refused({ row: gift.row.row, code: outcome.code, reason: outcome.reason });
      return;
    default:
      outcome satisfies never;
  }
}

async function donorRefs(
  people: People | undefined,
  gifts: readonly Gift[],
): Promise<Map<string, string>> {
  const named = gifts.flatMap(({ row }) => (row.donor && !row.anonymous ? [row.donor] : []));
  const names = [...new Set(named)];
  if (!people || names.length === 0) return new Map();
  const refs = await people.refOf(names);
  return new Map(names.map((name, index) => [name, refs[index] ?? ""]));
}

function preparedRow(gift: Gift, refs: ReadonlyMap<string, string>, to: Destination): PreparedRow {
  const { row, date, amount, currency, reference, restriction, donor, anonymous } = gift.row;
  return {
    row,
    date,
    amount,
    currency,
    reference,
    restriction,
    key: gift.key,
    fileHash: to.fileHash,
    donorRef: donor === undefined || anonymous ? undefined : refs.get(donor),
    channel: to.channel,
  };
}
