// What is asked of the recorder and what it answers, and the answer to a key that was used before.

import type { StoredEvent } from "../domain/event.ts";
import type { AnyFact } from "../domain/fact.ts";
import { factOfCommand } from "../domain/facts.ts";
import type { InputIssue } from "../kernel/read-input.ts";
import { Refusal } from "../kernel/refusal.ts";

const KEY_MAX = 200;

export type RecordRequest = {
  readonly command: string;
  /** Idempotency key: the same key is the same entry, for ever. */
  readonly key: string;
  readonly input: unknown;
  readonly actor: string;
  readonly reason?: string;
  readonly correlation?: string;
};

export type Answer =
  | { readonly kind: "recorded"; readonly event: StoredEvent }
  /** The key was used before with the same body: the first answer again. */
  | { readonly kind: "already"; readonly event: StoredEvent }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "invalid"; readonly issues: readonly InputIssue[] }
  /** Another request of the same atomic group was refused. */
  | { readonly kind: "aborted" };

/** Requests that came together. */
export type Group = {
  readonly requests: readonly RecordRequest[];
  readonly atomic: boolean;
  /** The answers so far; on a shared log some requests may have to be decided again. */
  readonly answers: (Answer | undefined)[];
  tries: number;
  readonly resolve: (answers: (Answer | undefined)[]) => void;
  readonly reject: (error: unknown) => void;
};

/** @throws RangeError for a request that no face should have let through. */
export function checkRequest({ command, key }: RecordRequest): void {
  if (!factOfCommand(command)) throw new RangeError(`no command ${command}`);
  if (key === "" || key.length > KEY_MAX) {
    throw new RangeError(`an idempotency key has 1 to ${KEY_MAX} characters`);
  }
}

/** The first answer again, or the refusal of a key that was used for something else. */
export function repeated(
  first: StoredEvent,
  fact: AnyFact,
  request: RecordRequest,
  input: object,
): Answer {
  const before: Record<string, unknown> = {};
  const data = first.data as Record<string, unknown>;
  const asked: Record<string, unknown> = {};
  for (const field of Object.keys(fact.input)) {
    before[field] = data[field];
    asked[field] = (input as Record<string, unknown>)[field];
  }
  const same =
    first.type === fact.type &&
    first.reason === request.reason &&
    JSON.stringify(before) === JSON.stringify(asked);
  if (same) return { kind: "already", event: first };
  return { kind: "refused", refusal: new Refusal("KEY_REUSED", { entry: first.entry }) };
}
