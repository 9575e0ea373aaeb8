// The address of a ledger on a cluster: the client's own connection string and, beside it, the
// ledger's name, which keeps several ledgers and other people's streams on one cluster apart.

import { UsageError } from "../../kernel/usage-error.ts";

/** Streams of a ledger are called `<ledger>.<stream>`, so a name has no dot. */
const LEDGER = /^[a-z0-9][a-z0-9-]{0,39}$/;
const SCHEME = /^(?:kurrentdb|kurrent|kdb)(?:\+discover)?:\/\//;

export type Address = {
  /** What the client understands, credentials included: never shown. */
  readonly connectionString: string;
  readonly ledger: string;
  /** The address without credentials, as it may be shown. */
  readonly shown: string;
  /** What a mirror is a mirror of: the hosts may change, the ledger stays. */
  readonly log: string;
};

/** True when a text is the address of a cluster and not a folder. */
export function isClusterAddress(text: string): boolean {
  return SCHEME.test(text);
}

/** Reads `kurrentdb://user:password@host:2113,host:2113?tls=true&ledger=NAME`. */
export function parseAddress(text: string): Address {
  if (!isClusterAddress(text)) {
    throw new UsageError({
      zh: `${withoutCredentials(text)} 不是 kurrentdb://host:port?ledger=NAME`,
      en: `${withoutCredentials(text)} is not kurrentdb://host:port?ledger=NAME`,
    });
  }
  const [before = "", query = ""] = text.split("?", 2);
  const options = query.split("&").filter((part) => part !== "");
  const named = options.filter((part) => part.startsWith("ledger="));
  const ledger = decodeURIComponent(named.at(-1)?.slice("ledger=".length) ?? "almoner");
  if (!LEDGER.test(ledger)) {
    throw new UsageError({
      zh: `ledger=${ledger}：名称为 1 至 40 个 a-z、0-9 与 -，没有点`,
      en: `ledger=${ledger}: a name has 1 to 40 of a-z, 0-9 and -, no dot`,
    });
  }
  const rest = options.filter((part) => !part.startsWith("ledger="));
  const connectionString = rest.length === 0 ? before : `${before}?${rest.join("&")}`;
  const shown = `${withoutCredentials(before)}?ledger=${ledger}`;
  return { connectionString, ledger, shown, log: `kurrentdb ledger=${ledger}` };
}

function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^@/]*@/, "//");
}
