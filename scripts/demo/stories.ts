// Stories told by hand: each shows one thing that happens in a charity office. A story that grants
// returns the fen it leaves allocated to townships and villages out of charity money.

import { DISTRICTS, type Division, divisionOf, hostOf } from "./divisions.ts";
import { giveTo } from "./gifts.ts";
import type { Journal } from "./journal.ts";
import { daysAfter, fundIdOf, organisationIn, personNumber } from "./parties.ts";
import { cny, documentHash, LABEL, type Random, YUAN } from "./request.ts";

/** Whose fund pays for a desk for one child. */
export const SHISHAN = divisionOf("320505002");
const XINTAI = divisionOf("320505002015");
const HAIFU = divisionOf("320581102004");

type Grant = {
  readonly key: string;
  readonly fund: string;
  readonly community: Division;
  readonly fen: bigint;
  readonly on: string;
  readonly more?: Record<string, unknown>;
};

/** Plans an allocation and, ten days later, its payment in full. */
function grant(journal: Journal, { key, fund, community, fen, on, more }: Grant, payee: string) {
  const allocation = journal.plan({
    on,
    command: "MakeAllocation",
    key: `${key}-allocation`,
    input: {
      fund,
      community: community.code,
      ...cny(fen),
      allocatedOn: on,
      ...more,
    },
  });
  const paidOn = daysAfter(on, 10);
  const evidence = [documentHash(`invoice ${key}`)];
  journal.plan({
    on: paidOn,
    command: "MakeDisbursement",
    key: `${key}-payment`,
    input: { allocation, payee, ...cny(fen), paidOn, evidence },
  });
}

/** The wish that became a desk: a gift for it, a supplier paid, and a lamp given in kind. */
export function deskForOneChild(journal: Journal, random: Random): bigint {
  const fen = 1_600n * YUAN;
  const fund = fundIdOf(SHISHAN);
  const project = journal.plan({
    on: "2023-03-01",
    command: "RegisterProject",
    key: "demo-desk",
    input: {
      title: "微梦想：小书桌",
      field: "livelihood",
      fund,
      community: SHISHAN.code,
      parties: [
        { role: "worker", name: `馨泰社区社工室${LABEL}` },
        { role: "charity", name: hostOf(divisionOf("320505")).name },
      ],
      registeredOn: "2023-03-01",
    },
  });
  const restriction = { kind: "project", project };
  giveTo(journal, random, {
    key: "demo-desk-gift",
    fund,
    fen,
    receivedOn: "2023-03-18",
    restriction,
  });
  grant(
    journal,
    {
      key: "demo-desk",
      fund,
      community: XINTAI,
      fen,
      on: "2023-04-02",
      more: { project, memo: "小书桌组合柜一套" },
    },
    organisationIn(SHISHAN, 2),
  );
  const lamp = {
    key: "demo-desk-lamp",
    fund: SHISHAN,
    community: XINTAI,
    on: "2023-04-20",
    items: [
      { name: "护眼台灯", quantity: 1, unit: "盏", fairValue: "168.00" },
      { name: "文具套装", quantity: 2, unit: "套", fairValue: "59.00" },
    ],
  };
  goods(journal, { ...lamp, project });
  journal.plan({
    on: "2023-05-27",
    command: "CloseProject",
    key: "demo-desk-closing",
    input: {
      project,
      result: "succeeded",
      evaluation: documentHash("desk evaluation"),
      closedOn: "2023-05-27",
    },
  });
  return fen;
}

type Item = {
  readonly name: string;
  readonly quantity: number;
  readonly unit: string;
  readonly fairValue: string;
};

type Goods = {
  readonly key: string;
  readonly fund: Division;
  readonly community: Division;
  readonly on: string;
  readonly items: readonly Item[];
  readonly project?: string;
};

/** Goods come in and are handed out: the first piece of each kind at once, the rest a week later. */
function goods(journal: Journal, { key, fund, community, on, items, project }: Goods): void {
  const input = { currency: "CNY", items, valuation: "market", receivedOn: on };
  const id = journal.plan({
    on,
    command: "ReceiveGoods",
    key,
    input: { fund: fundIdOf(fund), ...input },
  });
  const issues = [
    { days: 1, items: items.map((_item, index) => ({ item: index + 1, quantity: 1 })) },
    {
      days: 8,
      items: items.flatMap(({ quantity }, index) =>
        quantity > 1 ? [{ item: index + 1, quantity: quantity - 1 }] : [],
      ),
    },
  ];
  for (const { days, items: issued } of issues) {
    const issuedOn = daysAfter(on, days);
    journal.plan({
      on: issuedOn,
      command: "IssueGoods",
      key: `${key}-issue-${days}`,
      input: {
        goods: id,
        items: issued,
        community: community.code,
        ...(project ? { project } : {}),
        issuedOn,
      },
    });
  }
}

/** Winter goods, given and handed out in some villages. */
export function winterGoods(journal: Journal, villages: readonly Division[]): void {
  for (const [index, village] of villages.entries()) {
    goods(journal, {
      key: `demo-winter-${village.code}`,
      fund: village,
      community: village,
      on: daysAfter("2026-01-08", index),
      items: [
        { name: "棉被", quantity: 30 + index, unit: "条", fairValue: "4000.00" },
        { name: "大米（10公斤）", quantity: 70, unit: "袋", fairValue: "3850.00" },
      ],
    });
  }
}

/** A donor names who is to be helped: money held as an agent, never income. */
export function wishClaimedForAFamily(journal: Journal, random: Random): bigint {
  const fen = 2_000n * YUAN;
  const fund = fundIdOf(SHISHAN);
  const gift = { key: "demo-claim-gift", fund, receivedOn: "2024-05-11" };
  giveTo(journal, random, { ...gift, fen, nature: "agency" });
  const claim = { key: "demo-claim", fund, community: XINTAI, fen, on: "2024-05-20" };
  grant(journal, { ...claim, more: { nature: "agency", memo: "微梦想认领" } }, personNumber(7));
  return fen;
}

/** The bank takes a gift back after its money was allocated; the fund is blocked until covered. */
export function chargebackCovered(journal: Journal, random: Random): bigint {
  const fen = 5_000n * YUAN;
  const fund = fundIdOf(HAIFU);
  const restriction = { kind: "purpose", purpose: "冬衣" };
  const key = "demo-chargeback-gift";
  const donation = giveTo(journal, random, {
    key,
    fund,
    fen,
    receivedOn: "2026-10-09",
    restriction,
  });
  const coat = { key: "demo-chargeback", fund, community: HAIFU, fen, on: "2026-10-14" };
  grant(journal, { ...coat, more: { purpose: "冬衣" } }, organisationIn(HAIFU, 2));
  journal.plan({
    on: "2026-10-19",
    command: "RefundDonation",
    key: "demo-chargeback-refund",
    input: { donation, ...cny(fen), cause: "chargeback", refundedOn: "2026-10-19" },
  });
  const cover = { key: "demo-chargeback-cover", fund, fen, receivedOn: "2026-10-22" };
  giveTo(journal, random, { ...cover, restriction });
  return fen;
}

/** A fund is suspended over a complaint, still takes a gift, and goes on. */
export function suspendedAndResumed(journal: Journal, random: Random, division: Division): void {
  const fund = fundIdOf(division);
  journal.plan({
    on: "2026-10-13",
    command: "SuspendFund",
    key: "demo-suspension",
    input: { fund, suspendedOn: "2026-10-13" },
    reason: "收到投诉，核查期间暂停",
  });
  const key = "demo-suspension-gift";
  giveTo(journal, random, { key, fund, fen: 600n * YUAN, receivedOn: "2026-10-16" });
  journal.plan({
    on: "2026-10-27",
    command: "ResumeFund",
    key: "demo-resumption",
    input: { fund, resumedOn: "2026-10-27" },
    reason: "核查完毕，未发现问题",
  });
}

/** A second fund of a village spends its money, hands over what is left, and is closed. */
export function secondFundClosed(journal: Journal, random: Random): bigint {
  const host = hostOf(DISTRICTS.find(({ code }) => code === "320581") as Division).host;
  const from = journal.plan({
    on: "2023-09-10",
    command: "OpenFund",
    key: "demo-second-fund",
    input: {
      host,
      name: `海虞镇海福新城社区助学基金${LABEL}`,
      community: HAIFU.code,
      level: "village",
      currency: "CNY",
      purpose: "助学",
      openedOn: "2023-09-10",
    },
  });
  const key = "demo-second-fund-gift";
  giveTo(journal, random, { key, fund: from, fen: 12_000n * YUAN, receivedOn: "2023-09-20" });
  const fen = 10_000n * YUAN;
  const second = { key: "demo-second", fund: from, community: HAIFU, fen, on: "2024-02-26" };
  grant(journal, { ...second, more: { purpose: "助学" } }, organisationIn(HAIFU, 1));
  // Only once the fund that takes over what is left is open.
  const on = "2026-03-02";
  const rest = { from, to: fundIdOf(HAIFU), ...cny(2_000n * YUAN), transferredOn: on };
  journal.plan({ on, command: "MakeTransfer", key: "demo-second-rest", input: rest });
  journal.plan({
    on,
    command: "CloseFund",
    key: "demo-second-closing",
    input: { fund: from, closedOn: on },
    reason: "并入社区慈善基金",
  });
  return fen;
}
