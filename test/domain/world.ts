// The small world that the stories happen in: one host in Suzhou, a city, a district, a township
// and a village; a fund of the township and one of the city; a project; a shop that is paid.

import { idOf, type Step, step } from "./given.ts";

export const HOST = "91350100M000100Y43";
export const CITY = "320500";
export const DISTRICT = "320581";
export const TOWN = "320581102";
export const VILLAGE = "320581102201";
export const FUND = idOf("fund");
export const CITY_FUND = idOf("city-fund");
export const PROJECT = idOf("project");
export const OTHER_PROJECT = idOf("other-project");
export const SHOP = idOf("shop");
export const HASH = "ab".repeat(32);

/** The bucket of gifts bound to `PROJECT`. */
export const PROJECT_BUCKET = `project:${PROJECT}`;

/** Well-formed, and nothing in the ledger has it. */
export const NOBODY = idOf("nobody");

const community = (code: string, name: string, level: string, parent?: string): Step =>
  step(
    "RegisterCommunity",
    { community: code, name, level, parent, validFrom: "2020-01-01" },
    code,
  );

const fund = (name: string, code: string, level: string, key: string): Step =>
  step(
    "OpenFund",
    {
      host: HOST,
      name,
      community: code,
      level,
      currency: "CNY",
      purpose: "社区公益",
      openedOn: "2026-01-05",
    },
    key,
  );

const project = (title: string, key: string): Step =>
  step(
    "RegisterProject",
    { title, field: "livelihood", fund: FUND, community: TOWN, registeredOn: "2026-01-10" },
    key,
  );

export const LEDGER = step("OpenLedger", { name: "测试账本", openedOn: "2026-01-01" }, "ledger");
export const HOST_STEP = step(
  "RegisterHost",
  { host: HOST, name: "苏州市慈善总会", registeredOn: "2026-01-02" },
  "host",
);

/** The ledger, its host and the tree of communities. */
export const PLACES: readonly Step[] = [
  LEDGER,
  HOST_STEP,
  community(CITY, "苏州市", "city"),
  community(DISTRICT, "常熟市", "district", CITY),
  community(TOWN, "海虞镇", "township", DISTRICT),
  community(VILLAGE, "汪桥村", "village", TOWN),
];

/** Everything that must exist before money moves. */
export const WORLD: readonly Step[] = [
  ...PLACES,
  fund("海虞镇社区慈善基金", TOWN, "township", "fund"),
  fund("苏州市社区慈善基金", CITY, "city", "city-fund"),
  project("一张书桌", "project"),
  project("暖心餐", "other-project"),
  step(
    "RegisterPayee",
    { kind: "organisation", name: "海虞家具店", registeredOn: "2026-01-10" },
    "shop",
  ),
];

/** A gift to `FUND`. */
export function gift(amount: string, more: object = {}, key = "gift"): Step {
  const input = { fund: FUND, amount, currency: "CNY", receivedOn: "2026-02-01", ...more };
  return step("ReceiveDonation", input, key);
}

/** An allocation of `FUND` to the village. */
export function allocation(amount: string, more: object = {}, key = "allocation"): Step {
  const input = {
    fund: FUND,
    community: VILLAGE,
    amount,
    currency: "CNY",
    allocatedOn: "2026-03-01",
    ...more,
  };
  return step("MakeAllocation", input, key);
}

/** A payment under the allocation of that key. */
export function payment(amount: string, more: object = {}, key = "payment"): Step {
  const input = {
    allocation: idOf("allocation"),
    payee: SHOP,
    amount,
    currency: "CNY",
    paidOn: "2026-03-10",
    ...more,
  };
  return step("MakeDisbursement", input, key);
}

/** A refund of the gift of that key. */
export function refund(amount: string, more: object = {}, key = "refund"): Step {
  const input = {
    donation: idOf("gift"),
    amount,
    currency: "CNY",
    cause: "donor-request",
    refundedOn: "2026-02-20",
    ...more,
  };
  return step("RefundDonation", input, key);
}

/** What a bank takes back of the gift of that key, whatever the fund still holds. */
export function chargeback(amount: string, more: object = {}): Step {
  return refund(amount, { cause: "chargeback", refundedOn: "2026-04-01", ...more }, "chargeback");
}

/** Goods for `FUND`: `quantity` pieces worth `fairValue` in all. */
export function goods(quantity: number, fairValue: string, more: object = {}): Step {
  const input = {
    fund: FUND,
    currency: "CNY",
    items: [{ name: "书桌", quantity, unit: "张", fairValue }],
    valuation: "market",
    receivedOn: "2026-02-01",
    ...more,
  };
  return step("ReceiveGoods", input, "goods");
}

/** Goods handed out in the village. */
export function issue(quantity: number, more: object = {}, key = "issue"): Step {
  const input = {
    goods: idOf("goods"),
    items: [{ item: 1, quantity }],
    community: VILLAGE,
    issuedOn: "2026-03-01",
    ...more,
  };
  return step("IssueGoods", input, key);
}

/** A red entry for that entry number. */
export function reversal(entry: number, more: object = {}, key = `reversal ${entry}`): Step {
  return step("ReverseEntry", { entry, reversedOn: "2026-06-01", ...more }, key);
}

/** The host's books are closed for a period. */
export function closePeriod(period: string, more: object = {}): Step {
  const input = { host: HOST, period, closedOn: "2026-06-05", ...more };
  return step("ClosePeriod", input, `close ${period}`);
}

/** They are opened again by an approver. */
export function reopenPeriod(period: string): Step {
  const input = { host: HOST, period, reopenedOn: "2026-06-06" };
  return { ...step("ReopenPeriod", input, `reopen ${period}`), actor: "approver-1" };
}

export const closeFund = (fund = FUND): Step =>
  step("CloseFund", { fund, closedOn: "2026-02-01" }, "close");
export const suspendFund = (fund = FUND): Step =>
  step("SuspendFund", { fund, suspendedOn: "2026-02-01" }, "suspend");
