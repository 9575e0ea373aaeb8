// Who stands in published data: organisations by code and name, persons never.

import type { Books, Host } from "../../domain/books.ts";
import type { StoredEvent } from "../../domain/event.ts";
import type { Text } from "../../kernel/text.ts";
import type { LogReader } from "../../store/event-store.ts";
import { eventOf, type Snapshot } from "./snapshot.ts";

export type Organisation = { readonly id: string; readonly name: string };

/** Who is paid; nothing of a person is published. */
export type Party =
  | ({ readonly kind: "organisation"; readonly creditCode: string | null } & Organisation)
  | { readonly kind: "person" };

export const PERSON: Text = { zh: "个人受助者", en: "Individual recipient" };

/** The global identifier of an organisation with a unified social credit code. */
export function organisationId(creditCode: string): string {
  return `CN-USCC-${creditCode}`;
}

/** A host as an organisation. */
export function hostOrganisation({ creditCode, name }: Host): Organisation {
  return { id: organisationId(creditCode), name };
}

type Reference = {
  readonly payee?: string;
  readonly disbursement?: string;
  readonly reverses?: string;
};

/**
 * Finds who a payment went to; a return and a red entry name the payment that they undo. Remembers
 * the payees it has met.
 */
export function payeeFinder({ log, books }: Snapshot): (payment: StoredEvent) => Party {
  const met = new Map<string, Party>();
  const find = ({ entry, data }: StoredEvent): Party => {
    const { payee, disbursement, reverses } = data as Reference;
    if (payee === undefined) {
      const earlier = disbursement ?? reverses;
      if (earlier === undefined) throw new Error(`entry ${entry} names no payee and no payment`);
      return find(eventOf(log, earlier));
    }
    const party = met.get(payee) ?? partyOf(log, books, payee);
    met.set(payee, party);
    return party;
  };
  return find;
}

function partyOf(log: LogReader, books: Books, payee: string): Party {
  const record = books.payees.get(payee);
  if (record?.kind !== "organisation" || record.name === null) return { kind: "person" };
  const { creditCode = null } = eventOf(log, payee).data as { creditCode?: string };
  const id = creditCode === null ? `CN-ALMONER-${payee}` : organisationId(creditCode);
  return { kind: "organisation", id, name: record.name, creditCode };
}
