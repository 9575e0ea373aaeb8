// The charity that holds the money: the bank account is the host's, a fund is a part of its books.

import { defineFact } from "../fact.ts";
import { refuse } from "../refuse.ts";
import { happened } from "../rules.ts";
import { creditCode, day, line } from "../schema.ts";

export const hostRegistered = defineFact({
  type: "HostRegistered",
  version: 1,
  command: "RegisterHost",
  area: "parties",
  title: { zh: "登记依托慈善组织", en: "Host charity registered" },
  about: {
    zh: "登记持有资金的慈善组织，以统一社会信用代码（GB 32100-2015，校验末位）为准。",
    en: "Registers the charity that holds the money, by its unified social credit code (GB 32100-2015, check character verified).",
  },
  path: "/hosts",
  verb: "host",
  input: { host: creditCode, name: line(80), registeredOn: day },
  derived: {},
  stream: ({ host }) => ({ name: `host-${host}`, opens: true }),
  on: (data) => data.registeredOn,
  decide({ host, registeredOn }, known) {
    happened(known, registeredOn);
    if (known.books.hosts.get(host)) refuse("HOST_EXISTS", { host });
    return {};
  },
  evolve: ({ host, name }) => ({ host: { creditCode: host, name } }),
});
