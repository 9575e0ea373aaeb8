// A fund: an earmarked part of a host's books, bound by an agreement. It has no bank account, no
// seal and no funds of its own.

import { z } from "zod";
import { inBoth } from "../../kernel/in-both.ts";
import { defineFact } from "../fact.ts";
import { refuse } from "../refuse.ts";
import { communityOf, happened } from "../rules.ts";
import { creditCode, currency, day, divisionCode, level, line, memo, sha256 } from "../schema.ts";

export const fundOpened = defineFact({
  type: "FundOpened",
  version: 1,
  command: "OpenFund",
  area: "funds",
  title: { zh: "设立基金", en: "Fund opened" },
  about: {
    zh: "在依托慈善组织内设立基金（专项核算）。一只基金一个币种，层级与区划一致，设立后不变。",
    en: "Opens a fund inside a host charity. One currency; the level is that of its community; neither ever changes.",
  },
  path: "/funds",
  verb: "fund open",
  input: {
    host: creditCode,
    name: line(80),
    community: divisionCode.optional(),
    level,
    currency,
    purpose: memo(200),
    principal: z.enum(["spend-down", "endowment"]).default("spend-down"),
    agreement: sha256
      .optional()
      .describe(inBoth({ zh: "基金协议的散列", en: "hash of the fund agreement" })),
    openedOn: day,
  },
  derived: {},
  stream: (_data, id) => ({ name: `fund-${id}`, opens: true }),
  on: (data) => data.openedOn,
  decide({ host, community, level, openedOn }, known) {
    happened(known, openedOn);
    if (!known.books.hosts.get(host)) refuse("HOST_UNKNOWN", { host });
    if (community !== undefined) {
      const communityLevel = communityOf(known, community, openedOn).level;
      if (communityLevel !== level) refuse("FUND_LEVEL", { level, community, communityLevel });
    }
    return {};
  },
  evolve: ({ host, name, community, level, currency, openedOn }, id) => ({
    fund: {
      id,
      name,
      host,
      community: community ?? null,
      level,
      currency,
      status: "open",
      openedOn,
    },
  }),
  moves: ({ community }, id) => [
    {
      measure: "funds-open",
      fund: id,
      bucket: null,
      community: community ?? null,
      project: null,
      amount: 1n,
    },
  ],
});
