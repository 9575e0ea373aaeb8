// The witness's side of add-checkpoint (c2sp.org/tlog-witness): it cosigns a checkpoint only when
// that one continues the last it cosigned. Reading and signature checks come first; the decision is
// then synchronous, so that the caller can decide and persist in one transaction before it replies.
import {
  equalBytes,
  fromUtf8,
  type Hash,
  hashFromBase64,
  parseDecimal,
  toBase64,
  toUtf8,
  type VerifyEd25519,
} from "./bytes.ts";
import { type Checkpoint, parseCheckpoint } from "./checkpoint.ts";
import type { VerifierKey } from "./key.ts";
import { type TreeHasher, verifyConsistency } from "./merkle.ts";
import {
  ed25519Verifier,
  formatSignatureLine,
  type Note,
  type NoteSigner,
  parseNote,
  signNote,
  verifyNote,
} from "./note.ts";
import { isProofError, malformed } from "./proof-error.ts";

/** A client must not send more consistency proof lines. */
const PROOF_LINES_MAX = 63;

/** The body of an add-checkpoint request. */
export interface AddCheckpointRequest {
  readonly oldSize: number;
  readonly proof: readonly Hash[];
  /** The signed checkpoint, byte for byte. */
  readonly checkpoint: Uint8Array;
}

/** Writes the body of an add-checkpoint request. */
export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpointRequest): string {
  if (proof.length > PROOF_LINES_MAX) throw new RangeError("the consistency proof is too long");
  const lines = [`old ${oldSize}`, ...proof.map(toBase64), ""];
  return `${lines.join("\n")}\n${fromUtf8(checkpoint)}`;
}

/** Reads the body of an add-checkpoint request, one spelling only. */
export function parseAddCheckpoint(body: Uint8Array): AddCheckpointRequest {
  const text = fromUtf8(body);
  const end = text.indexOf("\n\n");
  const [old, ...proof] = text.slice(0, Math.max(end, 0)).split("\n");
  if (!old?.startsWith("old ") || proof.length > PROOF_LINES_MAX) {
    throw malformed("请求写法不对", "the request is not an old size and a proof");
  }
  return {
    oldSize: parseDecimal(old.slice("old ".length)),
    proof: proof.map(hashFromBase64),
    checkpoint: toUtf8(text.slice(end + 2)),
  };
}

/** An HTTP answer; `contentType` is text/plain unless given. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly body: string;
  readonly contentType?: string;
}

/** A request whose log signature was found good. */
export interface Submission extends AddCheckpointRequest {
  readonly opened: Checkpoint;
  readonly note: Note;
}

/**
 * Reads a request and checks the log's signature: 400 malformed or old size above the new one,
 * 404 unknown origin, 403 not signed by a known key of that origin.
 */
export async function openSubmission(
  body: Uint8Array,
  logs: readonly VerifierKey[],
  verifyEd25519: VerifyEd25519,
): Promise<{ readonly submission: Submission } | { readonly answer: WitnessAnswer }> {
  try {
    const request = parseAddCheckpoint(body);
    const note = parseNote(request.checkpoint);
    const opened = parseCheckpoint(note.text);
    const keys = logs.filter((log) => log.name === opened.origin);
    if (keys.length === 0) return { answer: refuse(404, `unknown log ${opened.origin}`) };
    await verifyNote(
      note,
      keys.map((key) => ed25519Verifier(key, verifyEd25519)),
    );
    if (request.oldSize > opened.size) {
      return { answer: refuse(400, "the old size is above the checkpoint's size") };
    }
    return { submission: { ...request, opened, note } };
  } catch (error) {
    if (!isProofError(error)) throw error;
    return { answer: refuse(error.code === "UNVERIFIED" ? 403 : 400, error.message) };
  }
}

/** What a witness remembers of a log: the largest checkpoint it cosigned. */
export interface WitnessState {
  readonly size: number;
  readonly root: Hash;
}

/**
 * Decides on a submission: the state to persist before cosigning, or the refusal.
 * 409 when the old size is not the remembered one, or the same size has another root (a fork);
 * 422 when the consistency proof does not hold. `stored` is undefined before the first checkpoint.
 */
export function decideSubmission(
  hasher: TreeHasher,
  submission: Submission,
  stored: WitnessState | undefined,
): { readonly accept: WitnessState } | { readonly answer: WitnessAnswer } {
  const { oldSize, proof, opened } = submission;
  const { size, root } = opened;
  const last = stored ?? { size: 0, root: hasher.empty() };
  if (oldSize !== last.size) return { answer: conflict(last.size) };
  if (size === last.size && !equalBytes(root, last.root)) return { answer: conflict(last.size) };
  const claim = { oldSize, oldRoot: last.root, newSize: size, newRoot: root, proof };
  if (!verifyConsistency(hasher, claim)) {
    return { answer: refuse(422, "the consistency proof does not hold") };
  }
  return { accept: { size, root } };
}

/** The answer once the new state is on disk: the witness's cosignature lines. */
export async function cosignSubmission(
  submission: Submission,
  cosigners: readonly NoteSigner[],
): Promise<WitnessAnswer> {
  const { signatures } = await signNote(submission.note.text, cosigners);
  return { status: 200, body: signatures.map(formatSignatureLine).join("") };
}

function refuse(status: WitnessAnswer["status"], reason: string): WitnessAnswer {
  return { status, body: `${reason}\n` };
}

function conflict(size: number): WitnessAnswer {
  return { status: 409, body: `${size}\n`, contentType: "text/x.tlog.size" };
}
