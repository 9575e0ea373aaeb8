// A rule said no. Not a bug and not malformed input: the caller can read why and do something.

export type RefusalParams = Readonly<Record<string, string | number>>;

/**
 * Thrown by a rule that refuses a command. `code` is stable and upper case; texts and the HTTP
 * status of each code stand in `domain/refusals.ts`.
 */
export class Refusal extends Error {
  readonly code: string;
  readonly params: RefusalParams;

  constructor(code: string, params: RefusalParams = {}) {
    super(`${code} ${JSON.stringify(params)}`);
    this.name = "Refusal";
    this.code = code;
    this.params = params;
  }
}

/** Narrows an unknown error to a refusal. */
export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Refusal;
}
