// A place that money reaches: a division of the state's table, with the one above it.

import { defineFact } from "../fact.ts";
import { refuse } from "../refuse.ts";
import { inOrder } from "../rules.ts";
import { day, divisionCode, LEVELS, type Level, level, line } from "../schema.ts";

/** The level that the form of a short division code tells (GB/T 2260, and 3 digits per tier below). */
export function levelOfCode(code: string): Level {
  if (code.length === 12) return "village";
  if (code.length === 9) return "township";
  if (code.endsWith("0000")) return "province";
  return code.endsWith("00") ? "city" : "district";
}

export const communityRegistered = defineFact({
  type: "CommunityRegistered",
  version: 1,
  command: "RegisterCommunity",
  area: "parties",
  title: { zh: "登记区划", en: "Community registered" },
  about: {
    zh: "登记省、市、区县、乡镇（街道）或村（社区）。代码位数须与层级相符，上级须已登记。撤并后另登新码。",
    en: "Registers a province, city, district, township or village. The code's form must match the level and the parent must be registered. After a merger a new code is registered.",
  },
  path: "/communities",
  verb: "community",
  input: {
    community: divisionCode,
    name: line(60),
    level,
    parent: divisionCode.optional(),
    validFrom: day,
    validTo: day.optional(),
  },
  derived: {},
  stream: ({ community }) => ({ name: `community-${community}`, opens: true }),
  on: (data) => data.validFrom,
  decide({ community, level, parent, validFrom, validTo }, known) {
    inOrder(validFrom, validTo);
    if (known.books.communities.get(community)) refuse("COMMUNITY_EXISTS", { community });
    if (levelOfCode(community) !== level) refuse("COMMUNITY_LEVEL", { community, level });
    if (parent !== undefined) {
      const above = known.books.communities.get(parent);
      if (!above || LEVELS.indexOf(above.level) >= LEVELS.indexOf(level)) {
        refuse("COMMUNITY_PARENT", { parent });
      }
    }
    return {};
  },
  evolve: ({ community, name, level, parent, validTo }) => ({
    community: {
      code: community,
      name,
      level,
      parent: parent ?? null,
      validTo: validTo ?? null,
    },
  }),
});
