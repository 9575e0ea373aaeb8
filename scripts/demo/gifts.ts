// Gifts as they come in: by many channels, some with a receipt, now and then typed in wrong and
// put right by a red entry.

import type { Day } from "../../src/kernel/day.ts";
import type { Journal } from "./journal.ts";
import { daysAfter } from "./parties.ts";
import { cny, LAST_DAY, type Random } from "./request.ts";

/** What donors bind money to, and what allocations are made for. */
export const PURPOSES = [
  "助学",
  "助困",
  "助老",
  "助残",
  "儿童关爱",
  "环境整治",
  "邻里调解",
] as const;

const CHANNELS = ["bank", "bank", "online", "wechat", "wechat", "alipay", "cash", "box"] as const;
const DONORS = 2_000;

export type Gift = {
  readonly key: string;
  readonly fund: string;
  readonly fen: bigint;
  readonly receivedOn: Day;
  /** When it is recorded, if not at once. */
  readonly recordedOn?: Day;
  readonly restriction?: Record<string, unknown>;
  readonly source?: "fiscal";
  readonly nature?: "agency";
};

/** Plans a gift with a donor, a channel and perhaps a receipt; returns its id. */
export function giveTo(journal: Journal, random: Random, gift: Gift): string {
  const { key, fund, fen, receivedOn } = gift;
  const on = gift.recordedOn ?? receivedOn;
  const input = {
    fund,
    ...cny(fen),
    receivedOn,
    channel: gift.source === "fiscal" ? "bank" : random.pick(CHANNELS),
    ...donorOf(random, gift),
    ...(gift.restriction ? { restriction: gift.restriction } : {}),
    ...(gift.source ? { source: gift.source } : {}),
    ...(gift.nature ? { nature: gift.nature } : {}),
  };
  const command = "ReceiveDonation";
  if (random.once(120)) {
    // The misplaced decimal point that every office knows.
    journal.plan({ on, command, key: `${key}-typo`, input: { ...input, ...cny(fen * 10n) } });
    journal.reverse(on, `${key}-typo`, "金额录入有误：小数点错位");
  }
  const id = journal.plan({ on, command, key, input });
  if (gift.source !== "fiscal" && random.once(6)) receipt(journal, random, { key, id, on });
  return id;
}

function donorOf(random: Random, { source }: Gift): Record<string, unknown> {
  if (source === "fiscal" || random.once(5)) return {};
  const donor = `demo-donor-${String(random.int(1, DONORS)).padStart(4, "0")}`;
  return { donor, publish: random.once(3) ? "named" : "anonymous" };
}

function receipt(
  journal: Journal,
  random: Random,
  { key, id, on }: { key: string; id: string; on: Day },
): void {
  const later = daysAfter(on, random.int(0, 5));
  const issuedOn = later < LAST_DAY ? later : LAST_DAY;
  journal.plan({
    on: issuedOn,
    command: "RecordReceipt",
    key: `${key}-receipt`,
    // Eight zeros: a code that no finance office issues. The number is taken from the gift's id.
    input: { donation: id, code: "00000000", number: numberOf(id), issuedOn },
  });
}

// 52 bits of a random id are enough that no two of some thousand receipts are alike.
function numberOf(id: string): string {
  return String(Number.parseInt(id.replaceAll("-", "").slice(0, 13), 16)).padStart(16, "0");
}
