// A signing key of the log goes out of use: what it signs beyond this size is not the log's.

import { z } from "zod";
import { inBoth } from "../../kernel/in-both.ts";
import { defineFact } from "../fact.ts";
import { happened } from "../rules.ts";
import { day, vkey } from "../schema.ts";

export const logKeyRetired = defineFact({
  type: "LogKeyRetired",
  version: 1,
  command: "RetireLogKey",
  area: "books",
  title: { zh: "停用签名密钥", en: "Log key retired" },
  about: {
    zh: "停用账册的一把签名密钥，并记下它最后签署的条目数；此后由它签署的更大账册一概无效。",
    en: "Retires a signing key of the log and says the last size it signs; a larger tree under that key is not the log's.",
  },
  roles: ["admin"],
  path: "/log/retired-keys",
  verb: "log-key retire",
  input: {
    vkey,
    lastSize: z
      .int()
      .min(1)
      .describe(
        inBoth({ zh: "它所签最后检查点的条数", en: "entries in the last checkpoint it signs" }),
      ),
    retiredOn: day,
  },
  stream: (_data, id) => ({ name: `log-key-${id}`, opens: true }),
  on: (data) => data.retiredOn,
  decide({ retiredOn }, known) {
    happened(known, retiredOn);
    return {};
  },
});
