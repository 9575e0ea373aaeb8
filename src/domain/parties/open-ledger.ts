// The first entry of every ledger: its name, the zone of its days, and whether it is a demo.

import { z } from "zod";
import { isZone } from "../../kernel/day.ts";
import { inBoth } from "../../kernel/in-both.ts";
import { defineFact } from "../fact.ts";
import { refuse } from "../refuse.ts";
import { happened } from "../rules.ts";
import { day, line } from "../schema.ts";

export const ledgerOpened = defineFact({
  type: "LedgerOpened",
  version: 1,
  command: "OpenLedger",
  area: "parties",
  title: { zh: "账本启用", en: "Ledger opened" },
  about: {
    zh: "账本的第一条：名称、日期所属时区、是否演示账本。演示账本永远标明自己是演示。",
    en: "The first entry: the ledger's name, the zone its days are in, and whether it is a demo. A demo says so for ever.",
  },
  roles: ["admin"],
  path: "/ledger",
  verb: "init",
  input: {
    name: line(80),
    zone: z
      .string()
      .regex(
        /^[A-Za-z]+(?:\/[A-Za-z_+-]+[0-9]*){0,2}$/,
        inBoth({ zh: "IANA 时区，如 Asia/Shanghai", en: "an IANA zone like Asia/Shanghai" }),
      )
      .default("Asia/Shanghai")
      .describe(inBoth({ zh: "业务日期所属的 IANA 时区", en: "IANA zone of the business dates" })),
    demo: z.boolean().default(false),
    openedOn: day,
  },
  derived: {},
  stream: () => ({ name: "ledger", opens: true }),
  on: (data) => data.openedOn,
  decide({ zone, openedOn }, known) {
    if (known.books.ledger.get("ledger")) refuse("LEDGER_ALREADY_OPEN");
    if (!isZone(zone)) refuse("ZONE_UNKNOWN", { zone });
    happened({ today: known.todayIn(zone) }, openedOn);
    return {};
  },
  evolve: ({ name, zone, demo }) => ({ ledger: { name, zone, demo } }),
});
