// A small ledger with everything that published data has to get right: two hosts, a regrant, fiscal
// and agency money, a person paid, releases, returns, red entries, and names full of markup.

import type { Ledger } from "../../../src/app/ledger.ts";
import type { RecordRequest } from "../../../src/app/recorder.ts";
import { ask, freshLedger, idOf, SETTING, TOWN, VILLAGE } from "../../app/scene.ts";

export const OTHER_HOST = "53320500MJ0000000B";
export const HOSTILE = `<&"'>=1+1 -- ]]> 甲"乙`;

const cny = (amount: string) => ({ amount, currency: "CNY" });

const STORY: readonly RecordRequest[] = [
  ask("RegisterHost", "other", { host: OTHER_HOST, name: HOSTILE, registeredOn: "2026-01-01" }),
  ask("OpenFund", "fund-other", {
    host: OTHER_HOST,
    name: `${HOSTILE} 基金`,
    community: TOWN,
    level: "township",
    currency: "CNY",
    purpose: HOSTILE,
    openedOn: "2026-01-02",
  }),
  ask("RegisterPayee", "coded", {
    kind: "organisation",
    name: `${HOSTILE} 中心`,
    creditCode: "91350100M000100Y43",
    registeredOn: "2026-01-02",
  }),
  ask("RegisterPayee", "person", {
    kind: "person",
    person: "secret-person-1",
    registeredOn: "2026-01-02",
  }),
  gift("gift", "1000.05"),
  gift("fiscal", "300", { source: "fiscal" }),
  gift("agency", "200", { nature: "agency" }),
  grant("grant", "500"),
  ask("MakeDisbursement", "paid", payment("grant", "payee", "400.04")),
  ask("ReturnDisbursement", "returned", {
    disbursement: idOf("paid"),
    ...cny("0.03"),
    returnedOn: "2026-04-02",
  }),
  ask("ReleaseAllocation", "released", {
    allocation: idOf("grant"),
    ...cny("50"),
    releasedOn: "2026-05-01",
  }),
  grant("to-person", "100", { nature: "agency" }),
  ask("MakeDisbursement", "paid-person", payment("to-person", "person", "100")),
  grant("unpaid", "300", { source: "fiscal", community: VILLAGE, project: idOf("project") }),
  grant("mixed", "60"),
  ask("MakeDisbursement", "mixed-1", payment("mixed", "payee", "20")),
  ask("MakeDisbursement", "mixed-2", payment("mixed", "coded", "30")),
  ask("MakeTransfer", "regrant", {
    from: idOf("fund-town"),
    to: idOf("fund-other"),
    ...cny("120"),
    transferredOn: "2026-03-09",
  }),
  ask("MakeTransfer", "within", {
    from: idOf("fund-town"),
    to: idOf("fund-village"),
    ...cny("10"),
    transferredOn: "2026-03-10",
  }),
];

function gift(key: string, amount: string, more: object = {}): RecordRequest {
  const fund = idOf("fund-town");
  return ask("ReceiveDonation", key, {
    fund,
    ...cny(amount),
    receivedOn: "2026-03-01",
    donor: "secret-donor-1",
    ...more,
  });
}

function grant(key: string, amount: string, more: object = {}): RecordRequest {
  return ask("MakeAllocation", key, {
    fund: idOf("fund-town"),
    community: TOWN,
    ...cny(amount),
    allocatedOn: "2026-03-05",
    ...more,
  });
}

function payment(allocation: string, payee: string, amount: string) {
  const paidOn = "2026-04-01";
  return { allocation: idOf(allocation), payee: idOf(payee), ...cny(amount), paidOn };
}

/** Records the story; the last two entries are red ones, made on 2026-10-03. */
export async function tellStory(): Promise<{ ledger: Ledger; dir: string; done(): void }> {
  const { ledger, dir, done } = freshLedger();
  await recordAll(ledger, [...SETTING, ...STORY]);
  const entryOf = (key: string) => ledger.store.find(idOf(key)) as number;
  await recordAll(
    ledger,
    ["mixed-2", "gift"].map((key) =>
      ask(
        "ReverseEntry",
        `red-${key}`,
        { entry: entryOf(key), reversedOn: "2026-10-03", acceptOverdraft: true },
        "录入有误",
      ),
    ),
  );
  return { ledger, dir, done };
}

async function recordAll(ledger: Ledger, requests: readonly RecordRequest[]): Promise<void> {
  for (const [index, answer] of (await ledger.record(requests)).entries()) {
    if (answer.kind === "recorded") continue;
    throw new Error(`${requests[index]?.key}: ${JSON.stringify(answer)}`);
  }
}
