import { expect, test } from "vitest";
import { publicKey } from "../../src/app/crypto.ts";
import type { StoredEvent } from "../../src/domain/event.ts";
import { formatVerifierKey, KEY_TYPE } from "../../src/proof/key.ts";
import { createKeyChanges } from "../../src/proof/key-changes.ts";
import { openTrusted } from "../../src/proof/trust.ts";
import { LOG_KEY, makeLog, TRUST } from "./support.ts";

const VKEY = formatVerifierKey(publicKey(LOG_KEY, KEY_TYPE.log));
const log = await makeLog(10);
const head = await openTrusted(await log.checkpointAt(10), TRUST);

function judged(...facts: readonly { type: string; data: object }[]) {
  const changes = createKeyChanges();
  const common = { version: 1, id: "", stream: "", revision: 0, recordedAt: "", actor: "" };
  for (const [at, fact] of facts.entries()) {
    changes.add({ entry: at + 1, ...common, ...fact } satisfies StoredEvent);
  }
  return changes.judge(head);
}

const retired = (lastSize: number, vkey = VKEY) => ({
  type: "LogKeyRetired",
  data: { vkey, lastSize },
});
const announced = { type: "LogKeyAnnounced", data: { vkey: "log+1+B", replaces: VKEY } };

test("a checkpoint tells by which of the trusted keys it was signed", () => {
  expect(head.signedBy).toEqual([VKEY]);
});

test("a log whose key never changed has nothing to tell", () => {
  expect(judged()).toEqual({ steps: [] });
});

test("a new key is told, and the old one may sign up to its last size", () => {
  expect(judged(announced).steps).toMatchObject([
    { pass: true, detail: { en: "#1 log+1+B; 0 retired" } },
  ]);
  expect(judged(announced, retired(10)).steps).toMatchObject([{ pass: true }]);
  expect(judged(announced, retired(3, "log+1+B")).steps).toMatchObject([{ pass: true }]);
});

test("a tree beyond the last size of the only key that signed it is a lie", () => {
  expect(judged(announced, retired(9))).toMatchObject({
    steps: [{ pass: false }],
    lie: { path: "checkpoint" },
  });
});
