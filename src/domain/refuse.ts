// The one way a rule says no: with a code of the dictionary, so that no refusal is without a text.

import { Refusal, type RefusalParams } from "../kernel/refusal.ts";
import type { RefusalCode } from "./refusals.ts";

/** Throws the refusal `code`. */
export function refuse(code: RefusalCode, params: RefusalParams = {}): never {
  throw new Refusal(code, params);
}
