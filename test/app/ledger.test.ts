import { afterEach, describe, expect, it } from "vitest";
import { InvalidFilter } from "../../src/app/ledger.ts";
import type { Answer } from "../../src/app/recorder.ts";
import { ask, freshLedger, idOf, SETTING, TOWN } from "./scene.ts";

let scene: ReturnType<typeof freshLedger> | undefined;
afterEach(() => {
  scene?.done();
  scene = undefined;
});

async function opened() {
  scene = freshLedger();
  await scene.ledger.record(SETTING);
  return scene;
}

const gift = (key: string, amount: string, more: object = {}) =>
  ask("ReceiveDonation", key, {
    fund: idOf("fund-town"),
    amount,
    currency: "CNY",
    receivedOn: "2026-03-01",
    ...more,
  });

const kinds = (answers: readonly Answer[]) => answers.map(({ kind }) => kind);
const code = (answer: Answer | undefined) =>
  answer?.kind === "refused" ? answer.refusal.code : answer?.kind;

describe("recording", () => {
  it("records the setting as entries numbered from 1", async () => {
    const { ledger } = await opened();
    expect(ledger.store.head()).toBe(SETTING.length);
    expect(ledger.store.read(1, 1)[0]).toMatchObject({ entry: 1, type: "LedgerOpened" });
  });

  it("answers a repeated key with the first entry, in the batch, later and after a restart", async () => {
    const { ledger, reopen } = await opened();
    const [first, again] = await ledger.record([gift("k", "10"), gift("k", "10.00")]);
    expect(kinds([first, again] as Answer[])).toEqual(["recorded", "already"]);
    const [later] = await ledger.record([gift("k", "10.0")]);
    const [restarted] = await reopen().record([gift("k", "10")]);
    for (const answer of [again, later, restarted]) {
      expect(answer).toMatchObject({ kind: "already", event: { entry: SETTING.length + 1 } });
    }
  });

  it("rehearses: says what it would answer, each request after those before, and writes nothing", async () => {
    const { ledger } = await opened();
    await ledger.record([gift("k", "10")]);
    const undo = { entry: SETTING.length + 2, reversedOn: "2026-03-02" };
    const requests = [
      gift("k", "10"),
      gift("k", "11"),
      gift("new", "5"),
      gift("later", "1", { receivedOn: "2999-09-05" }),
      gift("yen", "1", { currency: "JPY" }),
      ask("ReverseEntry", "undo", undo, "录错"),
    ];
    const rehearsed = ledger.rehearse(requests);
    expect(ledger.store.head()).toBe(SETTING.length + 1);
    expect(rehearsed.map(code)).toEqual([
      "already",
      "KEY_REUSED",
      "recorded",
      "DAY_IN_FUTURE",
      "CURRENCY_DIFFERS",
      "recorded",
    ]);
    expect((await ledger.record(requests)).map(code)).toEqual(rehearsed.map(code));
  });

  it("refuses a key that is used again for another body and names the first entry", async () => {
    const { ledger } = await opened();
    const [, other] = await ledger.record([gift("k", "10"), gift("k", "11")]);
    expect(other).toMatchObject({
      kind: "refused",
      refusal: { code: "KEY_REUSED", params: { entry: SETTING.length + 1 } },
    });
    const [missing] = await ledger.record([gift("k", "10", { reference: "A1" })]);
    expect(code(missing)).toBe("KEY_REUSED");
  });

  it("takes no reason that holds a person's number, whoever asks", async () => {
    const { ledger } = await opened();
    const close = { fund: idOf("fund-town"), closedOn: "2026-05-01" };
    const [answer] = await ledger.record([
      ask("CloseFund", "k", close, "给张三 110101199003070011"),
    ]);
    expect(answer).toMatchObject({ kind: "invalid", issues: [{ path: "reason" }] });
    expect(ledger.store.head()).toBe(SETTING.length);
  });

  it("changes nothing when a group is atomic and one request is refused", async () => {
    const { ledger } = await opened();
    const group = [
      gift("a", "1"),
      ask("CloseFund", "b", { fund: idOf("fund-town"), closedOn: "2026-05-01" }, "结束"),
      gift("c", "2"),
    ];
    const answers = await ledger.record(group, { atomic: true });
    expect(kinds(answers)).toEqual(["aborted", "refused", "aborted"]);
    expect(ledger.store.head()).toBe(SETTING.length);
    expect(kinds(await ledger.record([gift("a", "1"), gift("c", "2")], { atomic: true }))).toEqual([
      "recorded",
      "recorded",
    ]);
  });

  it("lets later requests of a batch build on earlier ones", async () => {
    const { ledger } = await opened();
    const answers = await ledger.record([
      gift("g", "100"),
      ask("MakeAllocation", "a", {
        fund: idOf("fund-town"),
        community: TOWN,
        amount: "100",
        currency: "CNY",
        allocatedOn: "2026-04-01",
      }),
      ask("MakeDisbursement", "p", {
        allocation: idOf("a"),
        payee: idOf("payee"),
        amount: "60",
        currency: "CNY",
        paidOn: "2026-04-02",
      }),
      ask("MakeDisbursement", "q", {
        allocation: idOf("a"),
        payee: idOf("payee"),
        amount: "40.01",
        currency: "CNY",
        paidOn: "2026-04-02",
      }),
      ask("ReverseEntry", "r", { entry: SETTING.length + 2, reversedOn: "2026-04-03" }, "录错"),
    ]);
    expect(answers.map(code)).toEqual([
      "recorded",
      "recorded",
      "recorded",
      "EXCEEDS_WHAT_IS_LEFT",
      "ENTRY_HAS_FOLLOW_UPS",
    ]);
  });

  it("needs a reason for a red entry", async () => {
    const { ledger } = await opened();
    await ledger.record([gift("g", "1")]);
    const [answer] = await ledger.record([
      ask("ReverseEntry", "r", { entry: SETTING.length + 1, reversedOn: "2026-04-03" }),
    ]);
    expect(code(answer)).toBe("REASON_NEEDED");
  });

  it("takes nothing before the ledger is opened", async () => {
    scene = freshLedger();
    const [answer] = await scene.ledger.record([gift("g", "1")]);
    expect(code(answer)).toBe("LEDGER_NOT_OPEN");
  });

  it("keeps an amount beyond 2^53 exact through the log, the totals and every report axis", async () => {
    const { ledger, reopen } = await opened();
    await ledger.record([gift("g", "90071992547409.93"), gift("h", "0.07")]);
    for (const opening of [() => ledger, reopen]) {
      const open = opening();
      for (const asOf of [undefined, "2026-03-01", String(SETTING.length + 2)]) {
        const filters = { definition: "received" };
        const [row] = open.report("grassroots-total", { asOf, filters }).rows;
        expect(row?.["value"]).toBe("90071992547410.00");
      }
    }
  });
});

describe("a report", () => {
  it("refuses a filter it has not, instead of leaving it out", async () => {
    const { ledger } = await opened();
    const asked = { filters: { colour: "red" } };
    expect(() => ledger.report("counts", asked)).toThrow(InvalidFilter);
  });
});
