// What every hand-over format declares: its name, who may have it, the forms it comes in, what may
// be asked, and how it is written. The command line, HTTP, OpenAPI and the docs follow from it.

import { z } from "zod";
import type { Host } from "../../domain/books.ts";
import type { Role } from "../../domain/fact.ts";
import { refuse } from "../../domain/refuse.ts";
import { inBoth } from "../../kernel/in-both.ts";
import type { Language, Text } from "../../kernel/text.ts";
import type { Snapshot } from "./snapshot.ts";

/** What may be asked of an export besides the point and the format. */
export const PARAMS = {
  host: z
    .string()
    .min(1)
    .max(80)
    .describe(
      inBoth({ zh: "依托组织的信用代码或名称", en: "credit code or name of the host charity" }),
    ),
  period: z
    .string()
    .regex(
      /^[0-9]{4}-(?:0[1-9]|1[0-2])$/,
      inBoth({ zh: "月份，如 2026-09", en: "a month like 2026-09" }),
    )
    .describe(inBoth({ zh: "月份，如 2026-09", en: "month like 2026-09" })),
  for: z
    .enum(["yonyou", "kingdee", "ningmeng"])
    .describe(
      inBoth({ zh: "软件：yonyou|kingdee|ningmeng", en: "the package: yonyou|kingdee|ningmeng" }),
    ),
};
export type ParamName = keyof typeof PARAMS;
export type Params = { readonly [name in ParamName]?: string };

export type ExportFormat = {
  /** The format's name, also the end of its file name. */
  readonly name: string;
  readonly mediaType: string;
};

export type ExportContext = {
  readonly snapshot: Snapshot;
  readonly params: Params;
  readonly format: string;
  readonly language: Language;
  /** What it is, of which ledger, as of where; each line is told in the file's own way. */
  readonly about: readonly string[];
};

/** Figures of what was written: known once the chunks have been read. */
export type Summary = Readonly<Record<string, string | number>>;

export type Written = {
  readonly chunks: Iterable<string | Uint8Array>;
  summary(): Summary;
};

export type HandOver = {
  readonly name: string;
  readonly title: Text;
  /** What it holds and for whom, in plain words. */
  readonly about: Text;
  /** `public`: everybody may read it over HTTP. */
  readonly readers: "public" | readonly Role[];
  /** The first one is what is given when none is asked for. */
  readonly formats: readonly [ExportFormat, ...ExportFormat[]];
  readonly params: readonly ParamName[];
  /** @throws Refusal before the first chunk when there is nothing to write or something is missing. */
  write(context: ExportContext): Written;
};

/** Declares an export. */
export function defineHandOver(handOver: HandOver): HandOver {
  return handOver;
}

/** What has to be asked. */
export function needed(params: Params, name: ParamName): string {
  return params[name] ?? refuse("EXPORT_NEEDS", { name });
}

/** The one host that is asked for; it may be left out when there is only one. */
export function theHost({ books }: Snapshot, asked: string | undefined): Host {
  const hosts = [...books.hosts.values()];
  const [only] = hosts;
  if (asked !== undefined) return hostNamed(hosts, asked);
  if (hosts.length === 1 && only) return only;
  const codes = hosts.map(({ creditCode, name }) => `${creditCode} ${name}`).join(", ");
  return refuse("EXPORT_NEEDS_HOST", { hosts: codes });
}

/** The host that is asked for, or undefined for all. */
export function someHost({ books }: Snapshot, asked: string | undefined): Host | undefined {
  return asked === undefined ? undefined : hostNamed([...books.hosts.values()], asked);
}

function hostNamed(hosts: readonly Host[], asked: string): Host {
  const found = hosts.filter(({ creditCode, name }) => creditCode === asked || name === asked);
  const [host] = found;
  return host && found.length === 1 ? host : refuse("HOST_UNKNOWN", { host: asked });
}
