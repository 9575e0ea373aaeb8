// What was asked for cannot be had as it was asked: whoever asked must ask otherwise.

/** Its message names what was asked and what there is instead. */
export class UsageError extends Error {}
