// A small ledger in a temporary folder, and a seeded stream of commands for it, many of which the
// rules refuse. The real engine, a fixed clock.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ledger, openLedger } from "../../src/app/ledger.ts";
import type { RecordRequest } from "../../src/app/recorder.ts";
import { COST_FUNCTIONS, COST_KINDS } from "../../src/domain/journal/posting-rules.ts";
import { eventIdOfKey } from "../../src/store/event-id.ts";

export const HOST = "91350100M000100Y43";
export const TOWN = "320581102";
export const VILLAGE = "320581102201";

/** Milliseconds of the fixed clock: 2026-11-01 noon in Shanghai. */
export const NOW = Date.parse("2026-11-01T12:00:00+08:00");

/** A request whose id is that of its key. */
export function ask(
  command: string,
  key: string,
  input: Record<string, unknown>,
  reason?: string,
): RecordRequest {
  return { command, key, input, actor: "test", ...(reason === undefined ? {} : { reason }) };
}

export const idOf = eventIdOfKey;

const FUNDS = [
  { key: "fund-city", level: "city", community: "320500" },
  { key: "fund-town", level: "township", community: TOWN },
  { key: "fund-village", level: "village", community: VILLAGE },
];

/** Ledger, host, four tiers of communities, three funds, a payee and a project. */
export const SETTING: readonly RecordRequest[] = [
  ask("OpenLedger", "ledger", { name: "试验账本", demo: true, openedOn: "2026-01-01" }),
  ask("RegisterHost", "host", { host: HOST, name: "试验慈善总会", registeredOn: "2026-01-01" }),
  ...[
    ["320500", "苏州市", "city", undefined],
    ["320581", "常熟市", "district", "320500"],
    [TOWN, "海虞镇", "township", "320581"],
    [VILLAGE, "试验村", "village", TOWN],
  ].map(([community, name, level, parent]) =>
    ask("RegisterCommunity", `c-${community}`, {
      community,
      name,
      level,
      ...(parent === undefined ? {} : { parent }),
      validFrom: "2020-01-01",
    }),
  ),
  ...FUNDS.map(({ key, level, community }) =>
    ask("OpenFund", key, {
      host: HOST,
      name: `${key} 基金`,
      community,
      level,
      currency: "CNY",
      purpose: "社区",
      openedOn: "2026-01-02",
    }),
  ),
  ask("RegisterPayee", "payee", {
    kind: "organisation",
    name: "试验社工中心",
    registeredOn: "2026-01-02",
  }),
  ask("RegisterProject", "project", {
    title: "小书桌",
    field: "livelihood",
    registeredOn: "2026-01-02",
  }),
];

/** Opens a ledger in a fresh folder; `done` closes and removes it. */
export function freshLedger(): { dir: string; ledger: Ledger; reopen(): Ledger; done(): void } {
  const dir = mkdtempSync(join(tmpdir(), "almoner-"));
  let ledger = openLedger(dir, { now: () => NOW });
  return {
    dir,
    ledger,
    reopen() {
      ledger.close();
      ledger = openLedger(dir, { now: () => NOW });
      return ledger;
    },
    done() {
      ledger.close();
      rmSync(dir, { recursive: true });
    },
  };
}

/** `count` commands in an order that a seed decides. */
export function commands(seed: number, count: number): RecordRequest[] {
  const random = mulberry32(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const day = () => `2026-0${1 + Math.floor(random() * 9)}-1${Math.floor(random() * 10)}`;
  const fund = () => idOf(pick(FUNDS).key);
  const cents = () => (1 + Math.floor(random() * 90_000)) / 100;
  const cost = () => ({ function: pick(COST_FUNCTIONS), kind: pick(COST_KINDS) });
  const made: Record<string, string[]> = { gift: [], allocation: [], payment: [] };
  const requests: RecordRequest[] = [];
  for (let n = 0; n < count; n++) {
    const key = `${seed}-${n}`;
    const sum = { amount: cents().toFixed(2), currency: "CNY" };
    const kind = Math.floor(random() * 10);
    const refer = (of: string) => idOf(pick(made[of]?.length ? (made[of] as string[]) : [key]));
    if (kind <= 3) {
      made["gift"]?.push(key);
      const restriction = pick([
        { kind: "none" },
        { kind: "fund" },
        { kind: "purpose", purpose: "助学" },
        { kind: "project", project: idOf("project") },
      ]);
      const source = pick(["charity", "charity", "fiscal"]);
      requests.push(
        ask("ReceiveDonation", key, {
          fund: fund(),
          ...sum,
          receivedOn: day(),
          restriction,
          source,
        }),
      );
    } else if (kind === 4) {
      made["allocation"]?.push(key);
      const community = pick(["320500", TOWN, VILLAGE]);
      const purpose = pick([{}, { purpose: "助学" }, { project: idOf("project") }]);
      const source = pick(["charity", "charity", "fiscal"]);
      requests.push(
        ask("MakeAllocation", key, {
          fund: fund(),
          community,
          ...purpose,
          ...sum,
          source,
          allocatedOn: day(),
        }),
      );
    } else if (kind === 5) {
      made["payment"]?.push(key);
      const allocation = refer("allocation");
      requests.push(
        ask("MakeDisbursement", key, {
          allocation,
          payee: idOf("payee"),
          ...sum,
          paidOn: "2026-10-01",
        }),
      );
    } else if (kind === 6) {
      requests.push(
        ask("ReturnDisbursement", key, {
          disbursement: refer("payment"),
          ...sum,
          returnedOn: "2026-10-02",
        }),
      );
    } else if (kind === 7) {
      const transferredOn = day();
      requests.push(ask("MakeTransfer", key, { from: fund(), to: fund(), ...sum, transferredOn }));
    } else if (kind === 8) {
      requests.push(ask("RecordCost", key, { host: HOST, ...sum, ...cost(), incurredOn: day() }));
    } else {
      const entry = 1 + Math.floor(random() * (n + 12));
      requests.push(ask("ReverseEntry", key, { entry, reversedOn: "2026-10-03" }, "录入有误"));
    }
  }
  return requests;
}

// A small generator with a 32-bit seed; public domain.
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
