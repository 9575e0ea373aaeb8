// Random commands for properties: what to do, with whose money, and about which earlier fact.

import fc from "fast-check";
import { type Step, type Story, step } from "./given.ts";
import { CITY_FUND, FUND, HASH, PROJECT, SHOP, VILLAGE, WORLD } from "./world.ts";

export const FUNDS = [FUND, CITY_FUND] as const;

const RESTRICTIONS = [
  { kind: "none" },
  { kind: "fund" },
  { kind: "project", project: PROJECT },
  { kind: "purpose", purpose: "助学" },
];
const BUCKETS = ["none", "fund", `project:${PROJECT}`, "purpose:助学"];
const ON = "2026-06-01";

export type Asked = {
  readonly kind: keyof typeof COMMANDS;
  readonly fund: number;
  readonly bucket: number;
  readonly fen: bigint;
  /** Picks one of the earlier facts that the command can refer to. */
  readonly pick: number;
  readonly flag: boolean;
};

type Given = Asked & {
  readonly from: string;
  readonly to: string;
  readonly amount: string;
  readonly money: { readonly amount: string; readonly currency: "CNY" };
  /** The fact that the command is about; for a reversal its number. */
  readonly about: string;
  readonly entry: number;
};

type Maker = {
  readonly command: string;
  /** The type of the earlier fact that the command needs. */
  readonly needs?: string;
  readonly input: (given: Given) => object;
};

const refund = (cause: string): Maker => ({
  command: "RefundDonation",
  needs: "DonationReceived",
  input: ({ about, money }) => ({ donation: about, ...money, cause, refundedOn: ON }),
});

const COMMANDS = {
  give: {
    command: "ReceiveDonation",
    input: ({ from, money, bucket }) => ({
      fund: from,
      ...money,
      restriction: RESTRICTIONS[bucket],
      receivedOn: ON,
    }),
  },
  interest: {
    command: "ReceiveInterest",
    input: ({ from, money }) => ({ fund: from, ...money, receivedOn: ON }),
  },
  fee: {
    command: "ChargeFee",
    input: ({ from, money, bucket }) => ({
      fund: from,
      ...money,
      bucket: BUCKETS[bucket],
      agreement: HASH,
      chargedOn: ON,
    }),
  },
  transfer: {
    command: "MakeTransfer",
    input: ({ from, to, money, bucket }) => ({
      from,
      to,
      ...money,
      bucket: BUCKETS[bucket],
      consent: HASH,
      transferredOn: ON,
    }),
  },
  allocate: {
    command: "MakeAllocation",
    input: ({ from, money, flag }) => ({
      fund: from,
      community: VILLAGE,
      ...(flag ? { project: PROJECT, purpose: "助学" } : {}),
      ...money,
      allocatedOn: ON,
    }),
  },
  pay: {
    command: "MakeDisbursement",
    needs: "AllocationMade",
    input: ({ about, money }) => ({ allocation: about, payee: SHOP, ...money, paidOn: ON }),
  },
  release: {
    command: "ReleaseAllocation",
    needs: "AllocationMade",
    input: ({ about, money }) => ({ allocation: about, ...money, releasedOn: ON }),
  },
  return: {
    command: "ReturnDisbursement",
    needs: "DisbursementMade",
    input: ({ about, money }) => ({ disbursement: about, ...money, returnedOn: ON }),
  },
  refund: refund("own-error"),
  chargeback: refund("chargeback"),
  pledge: {
    command: "RecordPledge",
    input: ({ from, money }) => ({ fund: from, ...money, pledgedOn: ON }),
  },
  goods: {
    command: "ReceiveGoods",
    input: ({ from, pick, amount }) => ({
      fund: from,
      currency: "CNY",
      items: [{ name: "书桌", quantity: 1 + (pick % 7), unit: "张", fairValue: amount }],
      valuation: "market",
      receivedOn: ON,
    }),
  },
  issue: {
    command: "IssueGoods",
    needs: "GoodsReceived",
    input: ({ about, fen }) => ({
      goods: about,
      items: [{ item: 1, quantity: 1 + Number(fen % 3n) }],
      community: VILLAGE,
      issuedOn: ON,
    }),
  },
  reverse: {
    command: "ReverseEntry",
    input: ({ entry, flag }) => ({ entry, reversedOn: ON, acceptOverdraft: flag }),
  },
} satisfies Record<string, Maker>;

export const askedCommand: fc.Arbitrary<Asked> = fc.record({
  kind: fc.constantFrom(...(Object.keys(COMMANDS) as (keyof typeof COMMANDS)[])),
  fund: fc.integer({ min: 0, max: 1 }),
  bucket: fc.integer({ min: 0, max: 3 }),
  fen: fc.bigInt({ min: 1n, max: 5000n }),
  pick: fc.nat(1000),
  flag: fc.boolean(),
});

/** The command as a step; undefined when there is nothing yet that it could refer to. */
export function stepOf({ events }: Story, asked: Asked, key: string): Step | undefined {
  const { command, needs, input }: Maker = COMMANDS[asked.kind];
  const { fund, pick, fen } = asked;
  const earlier = events.filter(({ type }) => type === needs);
  const about = earlier[pick % Math.max(earlier.length, 1)];
  if (needs !== undefined && about === undefined) return undefined;
  const amount = yuan(fen);
  const given: Given = {
    ...asked,
    from: fund === 0 ? FUND : CITY_FUND,
    to: fund === 0 ? CITY_FUND : FUND,
    amount,
    money: { amount, currency: "CNY" },
    about: about?.id ?? "",
    entry: WORLD.length + 1 + (pick % Math.max(events.length - WORLD.length, 1)),
  };
  return step(command, input(given), key);
}

/** Fen as yuan in canonical decimal text. */
export function yuan(fen: bigint): string {
  return `${fen / 100n}.${String(fen % 100n).padStart(2, "0")}`;
}
