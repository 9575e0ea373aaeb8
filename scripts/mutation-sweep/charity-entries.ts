// The stored bytes of a real ledger of any size, its last entries being published figures: recorded by
// the rules in a temporary folder, under a fixed clock, so that they are the same bytes each time.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ledger, openLedger } from "../../src/app/ledger.ts";
import { TOWNSHIPS } from "../demo/divisions.ts";
import { generate } from "../demo/generate.ts";
import { fundIdOf } from "../demo/parties.ts";
import { type DemoRequest, LAST_DAY } from "../demo/request.ts";
import { keyChange } from "./synthetic-log.ts";

/** The fund whose evidence is made: the first that the generator opens. */
export const FUND = fundIdOf(TOWNSHIPS[0] as (typeof TOWNSHIPS)[number]); // there are 97

const figuresWith = (gift: number) => [
  { figure: "grassroots-total.value", row: { currency: "CNY", definition: "allocated" } },
  { figure: "community-totals.received", row: { community: "320500", currency: "CNY" } },
  { figure: "counts.value", row: { count: "funds-open-township" } },
  { figure: "gifts.amount", row: { entry: String(gift) } },
  { figure: "fund-balances.cash", row: { bucket: "*", fund: FUND } },
  { figure: "fund-balances.available", row: { bucket: "*", fund: FUND } },
];

/** A ledger smaller than this has nothing to publish yet. */
const PUBLISHING_SIZE = 200;
const BATCH = 1_000;

/** Entries 1 to `size` of the ledger, as texts; its key may be exchanged before the figures. */
export async function charityEntries(size: number, changesKey = false): Promise<string[]> {
  const dir = mkdtempSync(join(tmpdir(), "almoner-sweep-ledger-"));
  const ledger = openLedger(dir, { now: () => Date.parse(`${LAST_DAY}T18:00:00+08:00`) });
  try {
    const lastSize = size < PUBLISHING_SIZE ? size : size - figuresWith(0).length;
    const changes = changesKey ? keyChange(lastSize, LAST_DAY) : [];
    await record(ledger, [...generate(lastSize - changes.length)]);
    await record(
      ledger,
      changes.map((change, n) => ({ ...change, key: `key-${n}`, actor: "demo-admin" })),
    );
    // One at a time: a figure is of what is on the log before it.
    const [gift = 0] = ledger.store.entriesOfType("DonationReceived", 0, 1);
    const figures = lastSize < size ? figuresWith(gift) : [];
    for (const figure of figures.map(publication)) await record(ledger, [figure]);
    return ledger.store.bytes(1, size);
  } finally {
    ledger.close();
    rmSync(dir, { recursive: true });
  }
}

function publication(figure: ReturnType<typeof figuresWith>[number], n: number): DemoRequest {
  const input = { ...figure, publishedOn: LAST_DAY };
  return { command: "PublishFigure", key: `figure-${n}`, input, actor: "demo-approver" };
}

async function record(ledger: Ledger, requests: readonly DemoRequest[]): Promise<void> {
  for (let from = 0; from < requests.length; from += BATCH) {
    const answers = await ledger.record(requests.slice(from, from + BATCH));
    const refused = answers.find(({ kind }) => kind !== "recorded");
    if (refused) throw new Error(`the rules refused: ${JSON.stringify(refused)}`);
  }
}
