// Grants as open-data readers know them: each allocation with what it committed and what was paid
// under it, and each transfer to another host's fund. One grant at a time, in the order of the log.

import type { Fund, Host } from "../../domain/books.ts";
import type { StoredEvent } from "../../domain/event.ts";
import type { Currency } from "../../kernel/money.ts";
import { type Flow, flowsOf } from "./flows.ts";
import { hostOrganisation, type Party, payeeFinder } from "./organisations.ts";
import { countsAt, entriesOfTypes, holderOf, type Snapshot } from "./snapshot.ts";

export type GrantTransaction = Pick<Flow, "event" | "on" | "amount"> & {
  /** Who was paid; undefined for a commitment. */
  readonly party?: Party;
};

export type Grant = {
  readonly event: StoredEvent;
  readonly fund: Fund;
  readonly host: Host;
  readonly on: string;
  readonly currency: Currency;
  readonly community: string | null;
  readonly project: string | null;
  readonly purpose: string | null;
  readonly source: "charity" | "fiscal";
  readonly nature: "income" | "agency";
  /** The fund of another host that the money went to, which grants it again. */
  readonly regrantedBy: Fund | null;
  readonly commitments: readonly GrantTransaction[];
  readonly payments: readonly GrantTransaction[];
  /** The instant of the latest entry that touched it. */
  readonly modifiedAt: string;
};

type Allocation = {
  readonly fund: string;
  readonly currency: Currency;
  readonly community: string;
  readonly project?: string;
  readonly purpose?: string;
  readonly source: Grant["source"];
  readonly nature: Grant["nature"];
};

type Transfer = {
  readonly from: string;
  readonly to: string;
  readonly currency: Currency;
  readonly bucket: string;
  readonly toCommunity: string | null;
};

/** The grants of a host, or of all, as of the snapshot. */
export function* grantsOf(snapshot: Snapshot, host?: string): Generator<Grant> {
  const partyOf = payeeFinder(snapshot);
  for (const event of entriesOfTypes(snapshot, ["AllocationMade", "TransferMade"])) {
    const grant =
      event.type === "AllocationMade"
        ? allocationGrant(snapshot, event, partyOf)
        : transferGrant(snapshot, event);
    if (grant && (host === undefined || grant.host.creditCode === host)) yield grant;
  }
}

/** The sum of transactions. */
export function sumOf(transactions: readonly GrantTransaction[]): bigint {
  return transactions.reduce((sum, { amount }) => sum + amount, 0n);
}

function allocationGrant(
  snapshot: Snapshot,
  event: StoredEvent,
  partyOf: (payment: StoredEvent) => Party,
): Grant {
  const data = event.data as Allocation;
  const events = [event, ...followersOf(snapshot, event)];
  const flows = events.flatMap(flowsOf);
  const { fund, host } = holderOf(snapshot, data.fund);
  return {
    event,
    fund,
    host,
    on: (flows[0] as Flow).on,
    currency: data.currency,
    community: data.community,
    project: data.project ?? null,
    purpose: data.purpose ?? null,
    source: data.source,
    nature: data.nature,
    regrantedBy: null,
    commitments: flows.flatMap((flow) =>
      flow.measure === "allocated" || flow.measure === "released" ? [signed(flow)] : [],
    ),
    payments: flows.flatMap((flow) => {
      if (flow.measure !== "disbursed" && flow.measure !== "returned") return [];
      return [{ ...signed(flow), party: partyOf(flow.event) }];
    }),
    modifiedAt: (events.at(-1) as StoredEvent).recordedAt,
  };
}

/** A transfer within one host is no grant: the money stays in its accounts. */
function transferGrant(snapshot: Snapshot, event: StoredEvent): Grant | undefined {
  const { from, to, currency, bucket, toCommunity } = event.data as Transfer;
  const { fund, host } = holderOf(snapshot, from);
  const receiver = holderOf(snapshot, to);
  if (receiver.host.creditCode === host.creditCode) return undefined;
  const events = [event, ...followersOf(snapshot, event)];
  const party: Party = {
    kind: "organisation",
    creditCode: receiver.host.creditCode,
    ...hostOrganisation(receiver.host),
  };
  const transactions = events
    .flatMap(flowsOf)
    .filter(({ measure }) => measure === "transferred-out")
    .map((flow) => ({ ...signed(flow), party }));
  return {
    event,
    fund,
    host,
    on: (transactions[0] as GrantTransaction).on,
    currency,
    community: toCommunity,
    project: null,
    purpose: null,
    source: bucket.startsWith("fiscal/") ? "fiscal" : "charity",
    nature: bucket.includes("agency/") ? "agency" : "income",
    regrantedBy: receiver.fund,
    commitments: transactions.map(({ party: _party, ...transaction }) => transaction),
    payments: transactions,
    modifiedAt: (events.at(-1) as StoredEvent).recordedAt,
  };
}

function followersOf({ log, point }: Snapshot, event: StoredEvent): StoredEvent[] {
  return log
    .linksTo(event.entry)
    .flatMap((entry) => log.read(entry, entry))
    .filter((follower) => countsAt(point, follower));
}

function signed({ event, on, measure, amount }: Flow): GrantTransaction {
  const takesBack = measure === "released" || measure === "returned";
  return { event, on, amount: takesBack ? -amount : amount };
}
