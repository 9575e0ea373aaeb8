import { describe, expect, test } from "vitest";
import {
  logSigner,
  publicKey,
  sha256,
  verifyEd25519,
  witnessSigner,
} from "../../src/app/crypto.ts";
import { toUtf8 } from "../../src/proof/bytes.ts";
import { formatCheckpoint } from "../../src/proof/checkpoint.ts";
import { formatVerifierKey, KEY_TYPE } from "../../src/proof/key.ts";
import { formatNote, signNote } from "../../src/proof/note.ts";
import { meetsQuorum, openCheckpoint, parsePolicy, policyOfKey } from "../../src/proof/policy.ts";
import { hasher, LOG_KEY, ORIGIN, POLICY, signedCheckpoint, WITNESS_KEYS } from "./support.ts";

const vkeys = Array.from({ length: 6 }, (_, i) =>
  formatVerifierKey(
    publicKey(
      { name: `w${i}.example`, seed: new Uint8Array(32).fill(i + 10) },
      KEY_TYPE.cosignature,
    ),
  ),
);
const LOG_VKEY = formatVerifierKey(publicKey(LOG_KEY, KEY_TYPE.log));
const read = (text: string) => parsePolicy(sha256, toUtf8(text));

// The shape of the specification's own example: two organisations, a threshold in one of them.
const EXAMPLE = `# our trust
log ${LOG_VKEY} https://log.example/charity

witness X1 ${vkeys[0]}
\twitness  X2\t${vkeys[1]} https://x2.example/
witness X3 ${vkeys[2]}
group X-witnesses 2 X1 X2 X3
witness Y1 ${vkeys[3]}
witness Y2 ${vkeys[4]}
group Y-witnesses any Y1 Y2
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;

describe("the policy file (c2sp.org/tlog-policy)", () => {
  test("names logs, witnesses and groups", () => {
    const policy = read(EXAMPLE);
    expect(policy.logs).toMatchObject([
      { key: { name: ORIGIN }, url: "https://log.example/charity" },
    ]);
    expect(policy.witnesses.map(({ name }) => name)).toEqual(["X1", "X2", "X3", "Y1", "Y2"]);
    expect(policy.witnesses[1]?.url).toBe("https://x2.example/");
    expect(policy.groups.map(({ threshold }) => threshold)).toEqual([2, 1, 2]);
  });

  test.each([
    [["X1", "X2", "Y1"], true],
    [["X1", "X3", "Y2"], true],
    [["X1", "X2", "X3"], false],
    [["X1", "Y1", "Y2"], false],
    [[], false],
  ])("%j satisfies the example's quorum: %s", (names, expected) => {
    expect(meetsQuorum(read(EXAMPLE), names)).toBe(expected);
  });

  test("a quorum may be one witness, or none", () => {
    const one = read(`witness a ${vkeys[0]}\nquorum a\n`);
    expect([meetsQuorum(one, ["a"]), meetsQuorum(one, ["b"])]).toEqual([true, false]);
    expect(meetsQuorum(read("quorum none\n"), [])).toBe(true);
  });

  const a = `witness a ${vkeys[0]}\n`;
  const ab = `${a}witness b ${vkeys[1]}\n`;
  test.each([
    ["no quorum", ab],
    ["two quorums", "quorum none\nquorum none\n"],
    ["a quorum that is not defined yet", `quorum a\n${a}`],
    ["an unknown keyword", "trust me\nquorum none\n"],
    ["the same witness key twice", `${a}witness b ${vkeys[0]}\nquorum none\n`],
    ["the same log key twice", `log ${LOG_VKEY}\nlog ${LOG_VKEY}\nquorum none\n`],
    ["one name twice", `${a}witness a ${vkeys[1]}\nquorum none\n`],
    ["a group named like a witness", `${ab}group a any b\nquorum none\n`],
    ["a witness called none", `witness none ${vkeys[0]}\nquorum none\n`],
    ["a group called none", `${a}group none any a\nquorum none\n`],
    ["none as a member", `${a}group g any a none\nquorum g\n`],
    ["an unknown member", `${a}group g any a c\nquorum g\n`],
    ["a group of itself", `${a}group g any a g\nquorum g\n`],
    ["an empty group", `${a}group g any\nquorum none\n`],
    ["a threshold of zero", `${ab}group g 0 a b\nquorum g\n`],
    ["a threshold above the members", `${ab}group g 3 a b\nquorum g\n`],
    ["a threshold in words", `${ab}group g two a b\nquorum g\n`],
    ["one member in two groups", `${ab}group g any a b\ngroup h any a\nquorum g\n`],
    ["one member twice in a group", `${a}group g 2 a a\nquorum g\n`],
    ["a log key as a witness", `witness a ${LOG_VKEY}\nquorum a\n`],
    ["a witness key as a log", `log ${vkeys[0]}\nquorum none\n`],
    ["a word too many", `log ${LOG_VKEY} url more\nquorum none\n`],
    ["CRLF", "quorum none\r\n"],
    ["no final line feed", "quorum none"],
    ["a damaged key", `log ${LOG_VKEY.slice(0, -1)}\nquorum none\n`],
  ])("refuses %s", (_, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: "MALFORMED" }));
  });
});

describe("opening a checkpoint under a policy", () => {
  const root = hasher.empty();

  test("says who cosigned and when", async () => {
    const opened = await openCheckpoint(await signedCheckpoint(0, root), POLICY, verifyEd25519);
    expect(opened).toMatchObject({ origin: ORIGIN, size: 0, quorumMet: true });
    expect(opened.cosigners).toEqual([
      { name: "w0", time: 1_700_000_000 },
      { name: "w1", time: 1_700_000_000 },
    ]);
  });

  test("one witness of two does not make the quorum", async () => {
    const text = formatCheckpoint({ origin: ORIGIN, size: 0, root });
    const signers = [logSigner(LOG_KEY), witnessSigner(WITNESS_KEYS[1])(5)];
    const note = toUtf8(formatNote(await signNote(text, signers)));
    const opened = await openCheckpoint(note, POLICY, verifyEd25519);
    expect(opened.quorumMet).toBe(false);
    expect(opened.cosigners).toEqual([{ name: "w1", time: 5 }]);
  });

  test("witnesses alone do not make a checkpoint: the log must sign", async () => {
    const text = formatCheckpoint({ origin: ORIGIN, size: 0, root });
    const note = await signNote(
      text,
      WITNESS_KEYS.map((key) => witnessSigner(key)(5)),
    );
    await expect(openCheckpoint(toUtf8(formatNote(note)), POLICY, verifyEd25519)).rejects.toThrow(
      /the log itself did not sign/,
    );
  });

  test("a log's key speaks only for its own origin", async () => {
    const text = formatCheckpoint({ origin: "log.example/other", size: 0, root });
    const note = toUtf8(formatNote(await signNote(text, [logSigner(LOG_KEY)])));
    await expect(openCheckpoint(note, POLICY, verifyEd25519)).rejects.toThrow(/unknown log/);
  });

  test("a reader may trust one key and ask for no witness", async () => {
    const policy = policyOfKey(publicKey(LOG_KEY, KEY_TYPE.log));
    const opened = await openCheckpoint(await signedCheckpoint(0, root), policy, verifyEd25519);
    expect(opened).toMatchObject({ quorumMet: true, cosigners: [] });
  });
});
