// A single gift is a row by its own entry, in money or in kind, and stays what it was when it is undone.

import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, freshLedger, idOf, SETTING } from "../../app/scene.ts";
import { tell } from "../books-scene.ts";

let scene: ReturnType<typeof freshLedger>;
const first = SETTING.length + 1;

beforeAll(async () => {
  scene = freshLedger();
  const gift = { fund: idOf("fund-town"), currency: "CNY", receivedOn: "2026-03-01" };
  await tell(scene.ledger, [
    ...SETTING,
    ask("ReceiveDonation", "g1", { ...gift, amount: "88.00" }),
    ask("ReceiveDonation", "g2", { ...gift, amount: "12.00", receivedOn: "2026-04-01" }),
    ask("RefundDonation", "r1", {
      donation: idOf("g1"),
      amount: "8.00",
      currency: "CNY",
      cause: "own-error",
      refundedOn: "2026-03-02",
    }),
  ]);
});
afterAll(() => scene.done());

const rows = (filters = {}, asOf?: string) =>
  [...scene.ledger.report("gifts", { filters, asOf }).rows].map(({ entry, amount }) => [
    Number(entry) - first,
    amount,
  ]);

test("gifts are listed by entry, refunds are not taken away", () => {
  expect(rows()).toEqual([
    [0, "88.00"],
    [1, "12.00"],
  ]);
  expect(rows({ entry: String(first + 1) })).toEqual([[1, "12.00"]]);
  expect(rows({ entry: String(first + 2) })).toEqual([]);
  expect(rows({}, "2026-03-15")).toEqual([[0, "88.00"]]);
});

test("a gift can be published, and another entry cannot", async () => {
  const publish = (entry: number) =>
    scene.ledger.record([
      ask("PublishFigure", `p${entry}`, {
        figure: "gifts.amount",
        row: { entry: String(entry) },
        publishedOn: "2026-11-01",
      }),
    ]);
  expect(await publish(first)).toMatchObject([
    { kind: "recorded", event: { data: { value: "88.00", currency: "CNY", entries: 1 } } },
  ]);
  expect(await publish(first + 2)).toMatchObject([{ refusal: { code: "FIGURE_ROW_UNKNOWN" } }]);
});
