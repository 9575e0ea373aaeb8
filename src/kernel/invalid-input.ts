// Input that its schema takes and the ledger cannot: each field with what is wrong, as readInput tells
// it, so that any face names the field as it was given there.

import type { InputIssue } from "./read-input.ts";
import type { Text } from "./text.ts";
import { UsageError } from "./usage-error.ts";

export class InvalidInput extends UsageError {
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[]) {
    super({ zh: "输入不合规", en: "The input is invalid" });
    this.issues = issues;
    this.name = "InvalidInput";
  }
}

/** One field that cannot be taken. */
export function invalidField(path: string, text: Text): InvalidInput {
  return new InvalidInput([{ path, text }]);
}
