// One example of every fact, with fixed ids and times: what the frozen fixtures were made from.
// `npx tsx test/domain/freeze.ts` adds the fixture of a new fact; it never changes an old one.

import { encodeEvent } from "../../src/domain/event.ts";
import { idOf, openStory, type Step, step } from "./given.ts";
import {
  allocation,
  CITY_FUND,
  closePeriod,
  FUND,
  gift,
  goods,
  HASH,
  HOST,
  issue,
  PROJECT,
  payment,
  reopenPeriod,
  reversal,
  WORLD,
} from "./world.ts";

const CNY = { currency: "CNY" };

const EXAMPLES: readonly Step[] = [
  ...WORLD,
  gift("52000000.00", {
    donor: "d_0000000001",
    publish: "named",
    restriction: { kind: "project", project: PROJECT },
    reference: "TX-20260201-1",
    origin: { file: HASH, row: 2 },
  }),
  gift("100", {}, "second gift"),
  step("RefundDonation", {
    donation: idOf("second gift"),
    amount: "30",
    ...CNY,
    cause: "donor-request",
    refundedOn: "2026-02-20",
  }),
  step("RecordReceipt", {
    donation: idOf("gift"),
    code: "32010125",
    number: "0000000042",
    checkCode: "a1b2c3",
    issuedOn: "2026-02-02",
  }),
  step("RecordPledge", {
    fund: FUND,
    amount: "500",
    ...CNY,
    pledgedOn: "2026-02-01",
    dueOn: "2026-12-31",
  }),
  goods(3, "100"),
  issue(1, { evidence: [HASH] }),
  allocation("52000010.00", { project: PROJECT, purpose: "助学", memo: "一张书桌" }),
  payment("52000005.00", { evidence: [HASH] }),
  step("RecordCost", {
    host: HOST,
    amount: "8000",
    ...CNY,
    function: "management",
    kind: "staff",
    incurredOn: "2026-03-31",
    project: PROJECT,
    method: "按工时分摊",
    evidence: [HASH],
    memo: "三月工资",
  }),
  step("ReturnDisbursement", {
    disbursement: idOf("payment"),
    amount: "6",
    ...CNY,
    returnedOn: "2026-04-01",
  }),
  step("ReleaseAllocation", {
    allocation: idOf("allocation"),
    amount: "11",
    ...CNY,
    releasedOn: "2026-04-02",
  }),
  step("MakeTransfer", {
    from: FUND,
    to: CITY_FUND,
    amount: "20",
    ...CNY,
    transferredOn: "2026-04-03",
  }),
  step("ChargeFee", {
    fund: FUND,
    amount: "2.50",
    ...CNY,
    agreement: HASH,
    chargedOn: "2026-04-04",
  }),
  step("ReceiveInterest", { fund: FUND, amount: "0.37", ...CNY, receivedOn: "2026-03-21" }),
  step("SuspendFund", { fund: FUND, suspendedOn: "2026-05-01" }),
  step("ResumeFund", { fund: FUND, resumedOn: "2026-05-02" }),
  step("CloseProject", {
    project: PROJECT,
    result: "succeeded",
    evaluation: HASH,
    closedOn: "2026-05-03",
  }),
];

const BOOKS: readonly Step[] = [
  step("ReleaseRestriction", {
    fund: FUND,
    bucket: `project:${PROJECT}`,
    amount: "1",
    ...CNY,
    cause: "donor-lifted",
    donation: idOf("gift"),
    consent: HASH,
    releasedOn: "2026-06-03",
  }),
  step("RecordOpeningBalance", {
    host: HOST,
    ...CNY,
    lines: [
      { account: "1002", side: "debit", amount: "900", fund: FUND, bucket: "purpose:助学" },
      { account: "3102", side: "credit", amount: "900", fund: FUND, bucket: "purpose:助学" },
      { account: "1501", side: "debit", amount: "50" },
      { account: "3101", side: "credit", amount: "50" },
    ],
    file: HASH,
    openedOn: "2026-06-04",
  }),
  closePeriod("2026-05"),
  reopenPeriod("2026-05"),
];

/** The stored bytes of the first example of every fact, by event type. */
export function exampleBytes(): Map<string, string> {
  const story = openStory();
  for (const one of EXAMPLES) story.record(one);
  const transfer = story.events.find(({ type }) => type === "TransferMade");
  story.record(reversal(transfer?.entry ?? 0, {}, "reversal"));
  story.record(step("CloseFund", { fund: CITY_FUND, closedOn: "2026-06-02" }));
  story.record(
    step("PublishFigure", {
      figure: "grassroots-total.value",
      row: { definition: "allocated", currency: "CNY" },
      publishedOn: "2026-06-30",
    }),
  );
  for (const one of BOOKS) story.record(one);
  for (const one of LOG_KEYS) story.record(one);
  const examples = new Map<string, string>();
  for (const event of story.events) {
    if (examples.has(event.type)) continue;
    examples.set(event.type, encodeEvent(event, event.revision, event.recordedAt));
  }
  return examples;
}

const vkeyOf = (id: string, byte: string) => `log.example/ledger+${id}+${byte.repeat(44)}`;
const LOG_KEYS = [
  {
    ...step("ApproveEntries", { host: HOST, first: 1, last: 20, approvedOn: "2026-06-30" }),
    actor: "approver-1",
  },
  step("AnnounceLogKey", {
    vkey: vkeyOf("0a1b2c3d", "B"),
    replaces: vkeyOf("4e5f6071", "A"),
    announcedOn: "2026-06-30",
  }),
  step("RetireLogKey", {
    vkey: vkeyOf("4e5f6071", "A"),
    lastSize: 120,
    retiredOn: "2026-06-30",
  }),
];
