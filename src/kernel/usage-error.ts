// What was asked for cannot be had as it was asked: whoever asked must ask otherwise.

import type { Text } from "./text.ts";

/** Its text names what was asked and what there is instead; its message is the English of it. */
export class UsageError extends Error {
  readonly text: Text;

  constructor(text: Text) {
    super(text.en);
    this.text = text;
  }
}
