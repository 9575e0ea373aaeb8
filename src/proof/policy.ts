// Whom a reader trusts: log keys, witness keys and the quorum (c2sp.org/tlog-policy).
// The file is the reader's own; keys found inside the evidence are never trusted.
import { fromUtf8, parseDecimal, type Sha256, toHex, type VerifyEd25519 } from "./bytes.ts";
import { type Checkpoint, parseCheckpoint } from "./checkpoint.ts";
import { cosignatureTime, cosignatureVerifier } from "./cosignature.ts";
import {
  formatVerifierKey,
  KEY_TYPE,
  type KeyType,
  parseVerifierKey,
  type VerifierKey,
} from "./key.ts";
import { ed25519Verifier, type NoteVerifier, parseNote, verifyNote } from "./note.ts";
import { malformed, unverified } from "./proof-error.ts";

/** A log that is trusted to sign, and where to reach it. */
export interface PolicyLog {
  readonly key: VerifierKey;
  readonly url?: string;
}

/** A witness under its name in the policy. */
export interface PolicyWitness extends PolicyLog {
  readonly name: string;
}

/** A group of names, of which at least `threshold` must have witnessed. */
export interface PolicyGroup {
  readonly name: string;
  readonly threshold: number;
  readonly members: readonly string[];
}

export interface TrustPolicy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  /** In the order of the file: members are defined before the group. */
  readonly groups: readonly PolicyGroup[];
  /** Name of the witness or group that must have witnessed; undefined: nobody. */
  readonly quorum: string | undefined;
}

const LINES_MAX = 10_000;

/** The policy of a reader who trusts one log key and asks for no witness. */
export function policyOfKey(key: VerifierKey): TrustPolicy {
  return { logs: [{ key }], witnesses: [], groups: [], quorum: undefined };
}

/** Reads a policy file. It must be UTF-8, which the specification strongly recommends. */
export function parsePolicy(sha256: Sha256, bytes: Uint8Array): TrustPolicy {
  const text = fromUtf8(bytes);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the specification forbids exactly these
  if (/[\x00-\x08\x0b-\x1f\x7f]/.test(text)) {
    throw malformed("信任文件含有控制字符", "the policy has a control character");
  }
  if (text !== "" && !text.endsWith("\n")) throw wrongLine(text.split("\n").length);
  const lines = text.split("\n");
  if (lines.length > LINES_MAX) throw malformed("信任文件过长", "the policy is too long");

  const draft: Draft = { logs: [], witnesses: [], groups: [], quorums: [], seen: new Set() };
  for (const [index, line] of lines.entries()) {
    const words = line.split(/[ \t]+/).filter((word) => word !== "");
    if (words.length === 0 || words[0]?.startsWith("#")) continue;
    if (!readLine(draft, words, sha256)) throw wrongLine(index + 1);
  }
  const [quorum, ...more] = draft.quorums;
  if (quorum === undefined || more.length > 0) {
    throw malformed("信任文件须恰有一行 quorum", "the policy needs exactly one quorum line");
  }
  const { logs, witnesses, groups } = draft;
  return { logs, witnesses, groups, quorum: quorum === "none" ? undefined : quorum };
}

/** Writes a policy for readers: whom to trust, without the addresses only the log needs. */
export function formatPolicy({ logs, witnesses, groups, quorum }: TrustPolicy): string {
  const lines = [
    ...logs.map(({ key }) => `log ${formatVerifierKey(key)}`),
    ...witnesses.map(({ name, key }) => `witness ${name} ${formatVerifierKey(key)}`),
    ...groups.map(({ name, threshold, members }) =>
      ["group", name, threshold, ...members].join(" "),
    ),
    `quorum ${quorum ?? "none"}`,
  ];
  return lines.map((line) => `${line}\n`).join("");
}

interface Draft {
  readonly logs: PolicyLog[];
  readonly witnesses: PolicyWitness[];
  readonly groups: PolicyGroup[];
  readonly quorums: string[];
  /** What may be used only once: public keys, and names as group members. */
  readonly seen: Set<string>;
}

/** Adds one line to the draft; false when the line breaks a rule. */
function readLine(draft: Draft, words: readonly string[], sha256: Sha256): boolean {
  const [keyword, ...rest] = words;
  switch (keyword) {
    case "log": {
      const [vkey, url, ...extra] = rest;
      if (vkey === undefined || extra.length > 0) return false;
      const key = policyKey(sha256, vkey, KEY_TYPE.log);
      draft.logs.push({ key, ...(url === undefined ? {} : { url }) });
      return once(draft, `log ${toHex(key.publicKey)}`);
    }
    case "witness": {
      const [name, vkey, url, ...extra] = rest;
      if (name === undefined || vkey === undefined || extra.length > 0) return false;
      if (name === "none" || isDefined(draft, name)) return false;
      const key = policyKey(sha256, vkey, KEY_TYPE.cosignature);
      draft.witnesses.push({ name, key, ...(url === undefined ? {} : { url }) });
      return once(draft, `witness ${toHex(key.publicKey)}`);
    }
    case "group":
      return readGroup(draft, rest);
    case "quorum": {
      const [name, ...extra] = rest;
      if (name === undefined || extra.length > 0) return false;
      draft.quorums.push(name);
      return name === "none" || isDefined(draft, name);
    }
    default:
      return false;
  }
}

function readGroup(draft: Draft, words: readonly string[]): boolean {
  const [name, rule, ...members] = words;
  if (name === undefined || rule === undefined || members.length === 0) return false;
  if (name === "none" || isDefined(draft, name)) return false;
  const threshold = rule === "all" ? members.length : rule === "any" ? 1 : parseDecimal(rule);
  if (threshold < 1 || threshold > members.length) return false;
  // A name may be a member once in the whole file, so that no witness counts twice.
  if (!members.every((member) => isDefined(draft, member) && once(draft, `member ${member}`))) {
    return false;
  }
  draft.groups.push({ name, threshold, members });
  return true;
}

function isDefined(draft: Draft, name: string): boolean {
  return [...draft.witnesses, ...draft.groups].some((item) => item.name === name);
}

function once(draft: Draft, use: string): boolean {
  if (draft.seen.has(use)) return false;
  draft.seen.add(use);
  return true;
}

function policyKey(sha256: Sha256, vkey: string, type: KeyType): VerifierKey {
  const key = parseVerifierKey(sha256, vkey);
  if (key.type !== type) throw malformed("密钥类型用错", "a key has the type of another role");
  return key;
}

function wrongLine(line: number): Error {
  return malformed(`信任文件第 ${line} 行不对`, `line ${line} of the policy is wrong`);
}

/** Whether the witnesses that cosigned, by their policy names, satisfy the quorum. */
export function meetsQuorum(policy: TrustPolicy, cosigners: Iterable<string>): boolean {
  const witnessed = new Set(cosigners);
  // Members are defined before their group, so one pass settles every group.
  for (const group of policy.groups) {
    const votes = group.members.filter((member) => witnessed.has(member)).length;
    if (votes >= group.threshold) witnessed.add(group.name);
  }
  return policy.quorum === undefined || witnessed.has(policy.quorum);
}

/** A witness's statement on a checkpoint. */
export interface Cosigner {
  /** The witness's name in the policy. */
  readonly name: string;
  /** POSIX seconds. */
  readonly time: number;
}

/** A checkpoint whose signatures were checked. */
export interface TrustedCheckpoint extends Checkpoint {
  /** The log's keys of the policy that signed it, as vkeys. */
  readonly signedBy: readonly string[];
  readonly cosigners: readonly Cosigner[];
  readonly quorumMet: boolean;
}

/**
 * Reads a checkpoint and checks all its signatures by keys of the policy.
 * Throws UNVERIFIED unless a log of the policy signed it under the checkpoint's own origin.
 * Whether the quorum is needed is the caller's rule. `timeMax`: see cosignatureVerifier.
 */
export async function openCheckpoint(
  bytes: Uint8Array,
  policy: TrustPolicy,
  verifyEd25519: VerifyEd25519,
  timeMax?: number,
): Promise<TrustedCheckpoint> {
  const note = parseNote(bytes);
  const checkpoint = parseCheckpoint(note.text);
  const logs = policy.logs.filter((log) => log.key.name === checkpoint.origin);
  if (logs.length === 0) {
    throw unverified(`不认识账册 ${checkpoint.origin}`, `unknown log ${checkpoint.origin}`);
  }
  const logVerifiers = logs.map((log) => ed25519Verifier(log.key, verifyEd25519));
  const witnessVerifiers = policy.witnesses.map((witness) =>
    cosignatureVerifier(witness.key, verifyEd25519, timeMax),
  );
  const signatures = await verifyNote(note, [...logVerifiers, ...witnessVerifiers]);
  const signatureOf = (key: Pick<NoteVerifier, "name" | "keyId">) =>
    signatures.find((line) => line.name === key.name && line.keyId === key.keyId);
  if (!logVerifiers.some(signatureOf)) {
    throw unverified("账册自己没有签名", "the log itself did not sign");
  }
  const signers = logs.filter((_log, at) => {
    const verifier = logVerifiers[at];
    return verifier !== undefined && signatureOf(verifier) !== undefined;
  });
  const signedBy = signers.map(({ key }) => formatVerifierKey(key));
  const cosigners = policy.witnesses.flatMap((witness) => {
    const signature = signatureOf(witness.key);
    return signature ? [{ name: witness.name, time: cosignatureTime(signature) }] : [];
  });
  const names = cosigners.map((cosigner) => cosigner.name);
  return { ...checkpoint, signedBy, cosigners, quorumMet: meetsQuorum(policy, names) };
}
