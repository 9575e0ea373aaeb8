// Signed notes: a text with signature lines below it (c2sp.org/signed-note).
// Lines of unknown keys are ignored, a wrong line of a known key spoils the whole note. Stricter
// than the specification in one point: a known key that signs twice is refused, not skipped.
import {
  concatBytes,
  fromBase64,
  fromUtf8,
  toBase64,
  toUtf8,
  type VerifyEd25519,
} from "./bytes.ts";
import { isKeyName, type VerifierKey } from "./key.ts";
import { malformed, unverified } from "./proof-error.ts";

/** Bounds on a note that is read (the specification asks for room for 16 signatures). */
const NOTE_SIZE_MAX = 1_000_000;
const SIGNATURES_MAX = 100;

const LINE_START = "\u2014 ";

/** One signature line: who signed, and the signature without the four bytes of the key id. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  readonly signature: Uint8Array;
}

/** A note as read: nothing in it is true before a signature is checked. */
export interface Note {
  /** Ends with a line feed; exactly what is signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Checks signatures of one key. */
export interface NoteVerifier {
  readonly name: string;
  readonly keyId: number;
  verify(text: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>;
}

/** Makes signatures of one key. */
export interface NoteSigner {
  readonly name: string;
  readonly keyId: number;
  sign(text: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** Checks plain Ed25519 signatures over the note text (type 0x01). */
export function ed25519Verifier(key: VerifierKey, verifyEd25519: VerifyEd25519): NoteVerifier {
  return {
    name: key.name,
    keyId: key.keyId,
    verify: (text, signature) =>
      signature.length === 64 && verifyEd25519(key.publicKey, text, signature),
  };
}

/** Reads the form of a note; refuses every deviation from it. */
export function parseNote(bytes: Uint8Array): Note {
  if (bytes.length > NOTE_SIZE_MAX) throw malformed("签名文本过大", "the note is too large");
  const note = fromUtf8(bytes);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the specification forbids exactly these
  if (/[\x00-\x09\x0b-\x1f]/.test(note)) {
    throw malformed("签名文本含有控制字符", "the note has a control character");
  }
  // The text may have blank lines of its own: the last one separates.
  const split = note.lastIndexOf("\n\n");
  if (split < 0) throw malformed("签名文本缺少签名", "the note has no signature block");
  return { text: note.slice(0, split + 1), signatures: parseSignatureLines(note.slice(split + 2)) };
}

/** Reads one or more signature lines, each ended by a line feed. */
export function parseSignatureLines(block: string): NoteSignature[] {
  if (!block.endsWith("\n")) throw malformed("签名行没有结束", "a signature line does not end");
  const lines = block.slice(0, -1).split("\n");
  if (lines.length > SIGNATURES_MAX) throw malformed("签名过多", "too many signatures");
  return lines.map(parseSignatureLine);
}

function parseSignatureLine(line: string): NoteSignature {
  const [name, base64, ...rest] = line.slice(LINE_START.length).split(" ");
  const wellFormed = line.startsWith(LINE_START) && rest.length === 0;
  if (!wellFormed || name === undefined || base64 === undefined || !isKeyName(name)) {
    throw malformed("签名行写法不对", "a signature line is malformed");
  }
  const blob = fromBase64(base64);
  if (blob.length < 5) throw malformed("签名过短", "a signature is too short");
  const keyId = new DataView(blob.buffer, blob.byteOffset).getUint32(0);
  return { name, keyId, signature: blob.subarray(4) };
}

/** Writes one signature line with its line feed. */
export function formatSignatureLine({ name, keyId, signature }: NoteSignature): string {
  const id = Uint8Array.of(keyId >>> 24, keyId >>> 16, keyId >>> 8, keyId);
  return `${LINE_START}${name} ${toBase64(concatBytes(id, signature))}\n`;
}

/** Writes a note: the text, a blank line, the signature lines. */
export function formatNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(formatSignatureLine).join("")}`;
}

/** The note with further signatures; a key's newer signature replaces its older one. */
export function addSignatures(note: Note, added: readonly NoteSignature[]): Note {
  const kept = note.signatures.filter(
    (old) => !added.some((line) => line.name === old.name && line.keyId === old.keyId),
  );
  return { text: note.text, signatures: [...kept, ...added] };
}

/** Signs a text, which must end with a line feed, with each signer in turn. */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<Note> {
  if (!text.endsWith("\n")) throw new RangeError("a note's text ends with a line feed");
  const message = toUtf8(text);
  const signatures: NoteSignature[] = [];
  for (const signer of signers) {
    const signature = await signer.sign(message);
    signatures.push({ name: signer.name, keyId: signer.keyId, signature });
  }
  return { text, signatures };
}

/**
 * Checks every signature of a note by a known key and returns those signatures.
 * Throws UNVERIFIED when one of them is wrong or repeated, or when there is none at all.
 */
export async function verifyNote(
  note: Note,
  verifiers: readonly NoteVerifier[],
): Promise<NoteSignature[]> {
  const message = toUtf8(note.text);
  const verified = new Map<NoteVerifier, NoteSignature>();
  for (const line of note.signatures) {
    const known = verifiers.filter((key) => key.name === line.name && key.keyId === line.keyId);
    const verifier = known[0];
    if (verifier === undefined) continue;
    if (known.length > 1) {
      throw unverified("密钥编号重复，无法分辨", `two known keys are called ${line.name}`);
    }
    if (verified.has(verifier)) {
      throw unverified(`${line.name} 签了两次`, `${line.name} signed twice`);
    }
    if (!(await verifier.verify(message, line.signature))) {
      throw unverified(`${line.name} 的签名不对`, `the signature of ${line.name} is wrong`);
    }
    verified.set(verifier, line);
  }
  if (verified.size === 0) {
    throw unverified("没有已知密钥的签名", "no known key signed the note");
  }
  return [...verified.values()];
}
