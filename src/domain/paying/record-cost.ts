// A cost that a host bears itself, outside all funds: wages, rent, fundraising, taxes, the year's
// depreciation. What it did is a fact of the world: it is never refused for a balance.

import { z } from "zod";
import { inBoth } from "../../kernel/in-both.ts";
import { defineFact } from "../fact.ts";
import { COST_FUNCTIONS, COST_KINDS } from "../journal/posting-rules.ts";
import { refuse } from "../refuse.ts";
import { happened, projectOf } from "../rules.ts";
import { creditCode, currency, day, id, line, memo, positiveAmount, sha256 } from "../schema.ts";

export const costRecorded = defineFact({
  type: "CostRecorded",
  version: 1,
  command: "RecordCost",
  area: "paying",
  title: { zh: "登记费用", en: "Cost recorded" },
  about: {
    zh: "依托组织用自有资金（不属于任何基金）承担的费用：按用途分为业务活动、管理、筹资、其他，按内容分为人员、采购、税费、其他、折旧；折旧不付款。共同费用按所述方法分摊后逐笔登记。不因余额拒绝：没有登记机构自有的收入，自有货币资金就会显示为负数。",
    en: "A cost that a host bears with its own money, outside all funds: by function activity, management, fundraising or other; by kind staff, purchases, taxes, other or depreciation, which pays nothing. A shared cost is divided first, by the method stated. It is never refused for a balance: where the host's other income is not recorded, its own money shows below zero.",
  },
  path: "/hosts/{host}/costs",
  verb: "cost",
  input: {
    host: creditCode,
    amount: positiveAmount,
    currency,
    function: z
      .enum(COST_FUNCTIONS)
      .describe(inBoth({ zh: "费用的用途", en: "what the cost was for" })),
    kind: z.enum(COST_KINDS).describe(inBoth({ zh: "用于何事", en: "what it was spent on" })),
    incurredOn: day,
    project: id.optional().describe(inBoth({ zh: "所属项目", en: "the project it was for" })),
    method: memo(140)
      .optional()
      .describe(inBoth({ zh: "共同费用如何分摊", en: "how a shared cost was divided" })),
    campaign: line(60)
      .optional()
      .describe(
        inBoth({ zh: "募捐方案备案编号", en: "filing number of the fundraising campaign" }),
      ),
    evidence: z
      .array(sha256)
      .max(20)
      .default([])
      .describe(inBoth({ zh: "工资单与发票的散列", en: "hashes of payrolls and invoices" })),
    memo: memo(140).optional(),
  },
  stream: ({ host }) => ({ name: `host-${host}`, opens: false }),
  on: (data) => data.incurredOn,
  decide({ host, project, incurredOn }, known) {
    happened(known, incurredOn);
    if (!known.books.hosts.get(host)) refuse("HOST_UNKNOWN", { host });
    if (project !== undefined) projectOf(known, project);
    return {};
  },
  ownBooks: ({ host }) => host,
});
