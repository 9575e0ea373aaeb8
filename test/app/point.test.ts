import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openLedger } from "../../src/app/ledger.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { ask, freshLedger, NOW, SETTING } from "./scene.ts";

let scene: ReturnType<typeof freshLedger>;
beforeEach(async () => {
  scene = freshLedger();
  await scene.ledger.record(SETTING);
});
afterEach(() => scene.done());

const HEAD = SETTING.length;

/** The entry of the point, or the refusal of one that is yet to come. */
function entryOf(query: object, { ledger } = scene) {
  try {
    return ledger.pointOf(query).entry;
  } catch (error) {
    if (isRefusal(error)) return { code: error.code, ...error.params };
    throw error;
  }
}

// The clock stands at 2026-11-01 noon in Shanghai, the zone of the ledger.
describe.each(["asOf", "knownAt"])("%s", (field) => {
  test.each([
    ["the last entry", String(HEAD), {}],
    ["this instant", "2026-11-01T12:00:00+08:00", {}],
    ["today", "2026-11-01", {}],
    ["today on the axis of recording", "2026-11-01", { basis: "recorded" }],
  ])("takes %s", (_what, text, more) => {
    expect(entryOf({ [field]: text, ...more })).toBe(HEAD);
  });

  test.each([
    ["an entry beyond the last", String(HEAD + 1), {}],
    ["an instant to come", "2026-11-01T12:00:00.001+08:00", {}],
    ["tomorrow", "2026-11-02", {}],
    ["tomorrow on the axis of recording", "2026-11-02", { basis: "recorded" }],
  ])("refuses %s and names the last entry", (_what, text, more) => {
    const refused = { code: "AS_OF_NOT_YET", asOf: text, head: HEAD };
    expect(entryOf({ [field]: text, ...more })).toEqual(refused);
  });
});

test("today is that of the ledger's zone, from its first entry on", async () => {
  const { ledger, done } = freshLedger();
  const open = (zone: string, openedOn: string) =>
    ledger.record([ask("OpenLedger", zone, { name: "试验账本", zone, openedOn })]);
  // It is still the day before in Honolulu.
  const [early] = await open("Pacific/Honolulu", "2026-11-01");
  expect(early).toMatchObject({ kind: "refused", refusal: { code: "DAY_IN_FUTURE" } });
  const [opened] = await open("Pacific/Honolulu", "2026-10-31");
  expect(opened).toMatchObject({ kind: "recorded" });
  const here = { ...scene, ledger };
  expect(entryOf({ asOf: "2026-10-31" }, here)).toBe(1);
  expect(entryOf({ asOf: "2026-11-01" }, here)).toMatchObject({ code: "AS_OF_NOT_YET" });
  const host = { host: "91350100M000100Y43", name: "总会", registeredOn: "2026-11-01" };
  const [tomorrow] = await ledger.record([ask("RegisterHost", "host", host)]);
  expect(tomorrow).toMatchObject({ kind: "refused", refusal: { code: "DAY_IN_FUTURE" } });
  done();
});

test("a machine whose clock is behind the writer's sees all that is recorded", () => {
  const reader = openLedger(scene.dir, { mode: "read", now: () => NOW - 86_400_000 });
  const here = { ...scene, ledger: reader };
  expect(entryOf({ asOf: "2026-11-01" }, here)).toBe(HEAD);
  expect(entryOf({ asOf: "2026-11-01T12:00:00+08:00" }, here)).toBe(HEAD);
  expect(entryOf({ asOf: "2026-11-02" }, here)).toMatchObject({ code: "AS_OF_NOT_YET" });
  reader.close();
});
