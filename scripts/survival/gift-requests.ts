// The requests of the survival tests: a small ledger, then gifts and allocations without end. What
// a number stands for never changes, so any process can ask for it again under the same key.

import type { RecordRequest } from "../../src/app/recorder.ts";
import { creditCodeCheck } from "../../src/domain/parties/credit-code.ts";
import { eventIdOfKey } from "../../src/store/event-id.ts";

const FUNDS = 3;
const COMMUNITY = "320500";
const OPENED = "2024-01-01";

/** What must be on the log before the first gift. */
export function setupRequests(): RecordRequest[] {
  const code = "53320500MJ0000001";
  const host = `${code}${creditCodeCheck(code)}`;
  const community = { community: COMMUNITY, name: "苏州市", level: "city", validFrom: OPENED };
  const fund = { host, community: COMMUNITY, level: "city", currency: "CNY", purpose: "社区互助" };
  return [
    request("ledger", "OpenLedger", { name: "生存测试", demo: true, openedOn: OPENED }),
    request("host", "RegisterHost", { host, name: "测试慈善会", registeredOn: OPENED }),
    request("community", "RegisterCommunity", community),
    ...Array.from({ length: FUNDS }, (_, number) =>
      request(`fund-${number}`, "OpenFund", { ...fund, name: `基金${number}`, openedOn: OPENED }),
    ),
  ];
}

/** The request with this number, from 0: nine gifts, then an allocation out of one of the funds. */
export function numberedRequest(number: number): RecordRequest {
  const fund = eventIdOfKey(`fund-${number % FUNDS}`);
  const key = `request-${number}`;
  const day = `2024-0${1 + (number % 9)}-1${number % 10}`;
  if (number % 10 === 9) {
    const allocation = { fund, community: COMMUNITY, amount: "0.01", currency: "CNY" };
    return request(key, "MakeAllocation", { ...allocation, allocatedOn: day });
  }
  const amount = `${1 + (number % 9_973)}.${10 + (number % 90)}`;
  return request(key, "ReceiveDonation", { fund, amount, currency: "CNY", receivedOn: day });
}

function request(key: string, command: string, input: object): RecordRequest {
  return { key, command, input, actor: "survival" };
}
