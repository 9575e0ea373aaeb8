// Restriction buckets: a fund's money, kept apart by what the donor bound it to, by where it comes
// from (charity or fiscal) and by whether it is income or held as an agent. Money never changes
// its bucket silently.

import type { Day } from "../kernel/day.ts";
import type { Restriction } from "./schema.ts";

export type Bucket = {
  readonly source: "charity" | "fiscal";
  readonly nature: "income" | "agency";
  readonly restriction: Restriction;
};

/** The stable text of a bucket: `none`, `fund`, `project:<id>`, `fiscal/purpose:助学`, … */
export function bucketKey(bucket: Bucket): string {
  const source = bucket.source === "fiscal" ? "fiscal/" : "";
  const nature = bucket.nature === "agency" ? "agency/" : "";
  return `${source}${nature}${restrictionKey(bucket.restriction)}`;
}

function restrictionKey(restriction: Restriction): string {
  switch (restriction.kind) {
    case "none":
    case "fund":
      return restriction.kind;
    case "project":
      return `project:${restriction.project}`;
    case "purpose":
      return `purpose:${restriction.purpose}`;
    case "time":
      return `time:${restriction.notBefore}`;
    default:
      return restriction satisfies never;
  }
}

/** Reads a bucket back from its text. */
export function bucketOfKey(key: string): Bucket {
  let rest = key;
  const taken = (prefix: string): boolean => {
    if (!rest.startsWith(prefix)) return false;
    rest = rest.slice(prefix.length);
    return true;
  };
  const source = taken("fiscal/") ? "fiscal" : "charity";
  const nature = taken("agency/") ? "agency" : "income";
  return { source, nature, restriction: restrictionOfKey(rest) };
}

function restrictionOfKey(key: string): Restriction {
  const colon = key.indexOf(":");
  const value = key.slice(colon + 1);
  switch (colon < 0 ? key : key.slice(0, colon)) {
    case "none":
      return { kind: "none" };
    case "fund":
      return { kind: "fund" };
    case "project":
      return { kind: "project", project: value };
    case "purpose":
      return { kind: "purpose", purpose: value };
    case "time":
      return { kind: "time", notBefore: value };
    default:
      throw new RangeError(`no bucket: ${key}`);
  }
}

/** What money is to be spent on, and when. */
export type Spending = {
  readonly source: "charity" | "fiscal";
  readonly nature: "income" | "agency";
  readonly project?: string | undefined;
  readonly purpose?: string | undefined;
  readonly on: Day;
};

/**
 * The order in which a bucket may pay for a spending: the most specific restriction that is met
 * pays first, unrestricted money last. Undefined when the bucket may not pay for it at all.
 */
export function spendingRank(key: string, spending: Spending): number | undefined {
  const { source, nature, restriction } = bucketOfKey(key);
  if (source !== spending.source || nature !== spending.nature) return undefined;
  switch (restriction.kind) {
    case "project":
      return restriction.project === spending.project ? 0 : undefined;
    case "purpose":
      return restriction.purpose === spending.purpose ? 1 : undefined;
    case "time":
      return restriction.notBefore <= spending.on ? 2 : undefined;
    case "fund":
      return 3;
    case "none":
      return 4;
    default:
      return restriction satisfies never;
  }
}
