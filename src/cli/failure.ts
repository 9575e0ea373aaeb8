// How a command fails: a sentence for stderr and the exit code that scripts go by.

import { refusalMessage } from "../domain/refusals.ts";
import { isRefusal } from "../kernel/refusal.ts";
import type { Language } from "../kernel/text.ts";
import { UsageError } from "../kernel/usage-error.ts";
import { StoreUnavailable } from "../store/event-store.ts";

export const EXIT = { fine: 0, refused: 1, usage: 2, corrupt: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

type Failure = Error & { readonly exitCode: ExitCode };

/** An error that ends the command with this sentence and exit code. */
export function failure(exitCode: ExitCode, message: string): Failure {
  return Object.assign(new Error(message), { exitCode });
}

/** The exit code that an error ends the process with. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof StoreUnavailable && error.code === "LOG_DAMAGED") return EXIT.corrupt;
  return (error as Partial<Failure>).exitCode ?? EXIT.refused;
}

/** The sentence of an error in a language; a refusal keeps its stable code beside it. */
export function messageOf(error: unknown, language: Language): string {
  if (isRefusal(error)) return `${refusalMessage(error, language)} (${error.code})`;
  return error instanceof Error ? error.message : String(error);
}
