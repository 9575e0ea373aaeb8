// A small set of books over the change of regime: gifts, grants, goods and a return in 2025 and
// 2026, restricted and not, with agency money and a fee.

import type { Ledger } from "../../src/app/ledger.ts";
import type { RecordRequest } from "../../src/app/recorder.ts";
import { ask, HOST, idOf, SETTING, TOWN, VILLAGE } from "../app/scene.ts";

const CNY = { currency: "CNY" };
const purpose = { restriction: { kind: "purpose", purpose: "助学" } };
const HASH = "ab".repeat(32);

function gift(key: string, fund: string, amount: string, more: object): RecordRequest {
  return ask("ReceiveDonation", key, { fund: idOf(fund), amount, ...CNY, ...more });
}

function grant(key: string, fund: string, amount: string, on: string, more: object = {}) {
  return [
    ask("MakeAllocation", `${key}-a`, {
      fund: idOf(fund),
      community: VILLAGE,
      amount,
      ...CNY,
      allocatedOn: on,
      ...more,
    }),
    ask("MakeDisbursement", `${key}-p`, {
      allocation: idOf(`${key}-a`),
      payee: idOf("payee"),
      amount,
      ...CNY,
      paidOn: on,
      memo: "一张书桌",
    }),
  ];
}

export const BOOKS_STORY: readonly RecordRequest[] = [
  ...SETTING,
  gift("g25", "fund-town", "1000", { receivedOn: "2025-03-01", ...purpose, donor: "donor-0001" }),
  gift("g25b", "fund-town", "500", { receivedOn: "2025-04-01" }),
  gift("agency", "fund-town", "70", { receivedOn: "2025-04-02", nature: "agency" }),
  ...grant("r25", "fund-town", "400", "2025-05-01", { purpose: "助学" }),
  ...grant("u25", "fund-town", "100", "2025-06-01"),
  ask("ReceiveGoods", "goods", {
    fund: idOf("fund-village"),
    ...CNY,
    items: [{ name: "书桌", quantity: 3, unit: "张", fairValue: "100" }],
    valuation: "market",
    receivedOn: "2025-07-01",
  }),
  ask("IssueGoods", "issue25", {
    goods: idOf("goods"),
    items: [{ item: 1, quantity: 1 }],
    community: VILLAGE,
    issuedOn: "2025-08-01",
  }),
  gift("g26", "fund-town", "2000", {
    receivedOn: "2026-02-01",
    ...purpose,
    donor: "donor-0001",
    publish: "named",
  }),
  gift("fiscal", "fund-city", "800", { receivedOn: "2026-02-02", source: "fiscal" }),
  ask("RecordReceipt", "receipt", {
    donation: idOf("g26"),
    code: "32010126",
    number: "0000000007",
    issuedOn: "2026-02-03",
  }),
  ...grant("r26", "fund-town", "1100", "2026-03-01", { purpose: "助学", project: idOf("project") }),
  ...grant("agency-out", "fund-town", "70", "2026-03-02", { nature: "agency" }),
  ask("ReturnDisbursement", "back", {
    disbursement: idOf("r25-p"),
    amount: "50",
    ...CNY,
    returnedOn: "2026-03-05",
  }),
  ask("MakeTransfer", "transfer", {
    from: idOf("fund-town"),
    to: idOf("fund-village"),
    amount: "120",
    ...CNY,
    transferredOn: "2026-04-01",
  }),
  ask("ChargeFee", "fee", {
    fund: idOf("fund-town"),
    amount: "30",
    ...CNY,
    bucket: "purpose:助学",
    agreement: HASH,
    chargedOn: "2026-04-02",
  }),
  ask("ReceiveInterest", "interest", {
    fund: idOf("fund-village"),
    amount: "1.23",
    ...CNY,
    receivedOn: "2026-04-03",
  }),
  ask("ReleaseRestriction", "lift", {
    fund: idOf("fund-town"),
    bucket: "purpose:助学",
    amount: "200",
    ...CNY,
    cause: "purpose-met",
    donation: idOf("g26"),
    releasedOn: "2026-04-04",
  }),
  gift("g25c", "fund-town", "480", { receivedOn: "2026-05-02", channel: "cash" }),
  ask("ReverseEntry", "red", { entry: SETTING.length + 2, reversedOn: "2026-05-04" }, "录入有误"),
  ask("IssueGoods", "issue26", {
    goods: idOf("goods"),
    items: [{ item: 1, quantity: 2 }],
    community: TOWN,
    issuedOn: "2026-05-03",
  }),
];

/** Records a story; every request must be accepted. */
export async function tell(ledger: Ledger, story: readonly RecordRequest[]): Promise<void> {
  const answers = await ledger.record(story);
  const failed = answers.findIndex(({ kind }) => kind !== "recorded");
  if (failed < 0) return;
  const detail = (_key: string, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value;
  throw new Error(`${story[failed]?.key}: ${JSON.stringify(answers[failed], detail)}`);
}

export const closing = (period: string, actor = "test"): RecordRequest => ({
  ...ask("ClosePeriod", `close-${period}`, { host: HOST, period, closedOn: "2026-10-05" }),
  actor,
});
