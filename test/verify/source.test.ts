// Evidence of a charity's log: what is true passes with its arithmetic shown; a log that signs a lie
// about its own figures is found out by whoever reads it.

import { describe, expect, test } from "vitest";
import { toUtf8 } from "../../src/proof/bytes.ts";
import { formatVerifierKey } from "../../src/proof/key.ts";
import { FUND_FILES } from "../../src/proof/verify-fund.ts";
import { BUNDLE_FILES, verifySource } from "../../src/verify/source.ts";
import { flipBit } from "../proof/support.ts";
import {
  charityEntries,
  exportOf,
  FUND,
  fundEvidenceOf,
  isPublication,
  TRUST,
  verify,
} from "./support.ts";

const entries = await charityEntries();
const whole = await exportOf(entries);
const oneFund = await fundEvidenceOf(entries);
const first = entries.findIndex(isPublication);

describe("the whole log", () => {
  test("passes, and shows the arithmetic of every figure", async () => {
    const verdict = await verify(whole);
    expect(verdict).toMatchObject({ pass: true, size: entries.length });
    const figures = verdict.steps.filter(({ name }) => name.en.startsWith("Figure of entry"));
    expect(figures).toHaveLength(entries.filter(isPublication).length);
    expect(figures[0]?.detail.en).toMatch(
      /^Σ Allocated [0-9,.]+ \([0-9]+\).* = [0-9,.]+ CNY, [0-9]+ entries$/,
    );
  });

  test.each([
    ["the value", /"value":"[^"]*"/, '"value":"52000000.00"', /published 52000000.00 CNY/],
    ["the count of entries", /"entries":[0-9]+/, '"entries":999', /published from 999 entries/],
    [
      "the definition's version",
      /"definitionVersion":[0-9]+/,
      '"definitionVersion":77',
      /version 77/,
    ],
    ["the root", /"root":"[^"]*"/, `"root":"${"A".repeat(43)}="`, /its root is not the log's/],
    ["the size", /"size":[0-9]+/, '"size":100', /its root is not the log's at 100/],
    ["a size that had not come", /"size":[0-9]+/, '"size":9999', /came after it/],
    ["the row", /"definition":"allocated"/, '"definition":"received"', /the entries give/],
    [
      "a currency that is not the row's",
      /,"currency":"CNY","entries"/,
      ',"currency":"USD","entries"',
      /USD/,
    ],
    ["a field too many", /,"entries"/, ',"proved":true,"entries"', /cannot be understood/],
    [
      "a figure that there is not",
      /"grassroots-total\.value"/,
      '"grassroots-total.sum"',
      /no such figure/,
    ],
  ])("a log that signed a lie about %s is found out", async (_name, from, to, told) => {
    const text = entries[first] ?? "";
    expect(text).toMatch(from);
    const forged = entries.with(first, text.replace(from, to));
    const verdict = await verify(await exportOf(forged));
    expect(verdict.pass).toBe(false);
    expect(verdict.firstLie).toMatchObject({ entry: first + 1 });
    expect(verdict.firstLie?.what.en).toMatch(told);
  });

  test("an entry that is no fact is named, whatever signed it", async () => {
    for (const text of ['{"type":"MoneyAppeared","version":1}', "not json", "[]"]) {
      const verdict = await verify(await exportOf(entries.with(40, text)));
      expect(verdict).toMatchObject({ pass: false, firstLie: { entry: 41 } });
      expect(verdict.firstLie?.what.en).toMatch(/cannot be understood/);
    }
  });

  test("a list of publications that is not the log's is a lie", async () => {
    const list = whole.get(BUNDLE_FILES.figures) ?? new Uint8Array(0);
    for (const forged of [flipBit(list, 900), list.subarray(0, -1), new Uint8Array(0)]) {
      const verdict = await verify(new Map(whole).set(BUNDLE_FILES.figures, forged));
      expect(verdict).toMatchObject({ pass: false, firstLie: { path: BUNDLE_FILES.figures } });
    }
  });

  test("a server that tells two things of one file is found out", async () => {
    // The first look meets a publication more than the pass that proves the tree.
    const text = (entries[first] ?? "").replace(/"value":"[^"]*"/, '"value":"1.00"');
    const other = await exportOf(entries.with(first, text));
    let looks = 0;
    const fetch = async (path: string) => {
      if (path.startsWith("tile/entries/")) looks += 1;
      return (looks <= 2 && path.startsWith("tile/entries/") ? other : whole).get(path);
    };
    const verdict = await verifySource({ fetch }, TRUST);
    expect(verdict).toMatchObject({ pass: false, firstLie: { entry: first + 1 } });
  });
});

describe("one fund", () => {
  const list = Buffer.from(oneFund.get(FUND_FILES.entries) ?? "").toString();
  const lines = list.split("\n").slice(0, -1);
  const withLines = (kept: readonly string[]) =>
    verify(new Map(oneFund).set(FUND_FILES.entries, toUtf8(kept.map((l) => `${l}\n`).join(""))));

  test("passes, and says how far it is complete", async () => {
    const verdict = await verify(oneFund);
    expect(verdict).toMatchObject({ pass: true, size: entries.length });
    expect(verdict.steps.at(-1)?.detail.en).toMatch(/numbered without a gap; up to entry [0-9]+/);
  });

  test("without any one entry that moves its money up to there, it is not complete", async () => {
    const published = first + 3;
    const moving = lines.filter((line) => {
      const entry = Number(line.split("\t")[0]);
      return (
        entry <= published &&
        /"(DonationReceived|Interest|Allocation|Disburse|Transfer|Fee|FundOpened)/.test(line)
      );
    });
    expect(moving.length).toBeGreaterThan(15);
    for (const left of moving) {
      const verdict = await withLines(lines.filter((line) => line !== left));
      expect(verdict.pass, left.slice(0, 80)).toBe(false);
    }
  });

  test("an entry that was changed, moved or invented is named", async () => {
    const at = 5;
    const [entry, text = ""] = (lines[at] ?? "").split("\t");
    const number = Number(entry);
    const changed = await withLines(lines.with(at, `${number}\t${text.replace("CNY", "USD")}`));
    expect(changed.firstLie).toMatchObject({ path: FUND_FILES.entries, entry: number });
    expect(changed.firstLie?.offset).toBeGreaterThan(0);
    const beyond = await withLines([...lines, `${entries.length + 1}\t${text}`]);
    expect(beyond.firstLie).toMatchObject({ entry: entries.length + 1 });
    const twice = await withLines(lines.toSpliced(at, 0, lines[at] ?? ""));
    expect(twice.pass).toBe(false);
  });

  test("hashes, checkpoint and the fund's name are held against each other", async () => {
    for (const path of [...oneFund.keys()].filter((each) => each !== FUND_FILES.entries)) {
      const bytes = oneFund.get(path) ?? new Uint8Array(0);
      expect((await verify(new Map(oneFund).set(path, flipBit(bytes, 77)))).pass, path).toBe(false);
    }
  });

  test("nothing is complete before its figures are published", async () => {
    const early = entries.slice(0, first);
    const verdict = await verify(await fundEvidenceOf(early));
    expect(verdict.pass).toBe(false);
    expect(verdict.firstLie?.what.en).toContain("fund-balances.cash, fund-balances.available");
    expect(verdict.firstLie?.what.en).toContain("not published");
  });

  test("the fund is the one whose entries are shown", () => {
    expect(lines.every((line) => line.includes(FUND))).toBe(true);
  });

  test("a tree that only a retired key signed is a lie here as well", async () => {
    const [{ key } = { key: undefined }] = TRUST.policy.logs;
    const vkey = key && formatVerifierKey(key);
    const retired = (lastSize: number) =>
      JSON.stringify({
        ...{ type: "LogKeyRetired", version: 1, id: "r", stream: "log-key-r", revision: 0 },
        ...{ recordedAt: "2026-11-01T00:00:00.000Z", actor: "test" },
        data: { vkey, lastSize, retiredOn: "2026-11-01" },
      });
    const upTo = async (lastSize: number) =>
      verify(await fundEvidenceOf([...entries, retired(lastSize)]));
    expect(await upTo(entries.length + 1)).toMatchObject({ pass: true });
    const verdict = await upTo(entries.length);
    expect(verdict).toMatchObject({ pass: false, firstLie: { path: "checkpoint" } });
    expect(verdict.firstLie?.what.en).toMatch(/retired before/);
  });
});
