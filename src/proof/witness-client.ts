// The log's side of add-checkpoint (c2sp.org/tlog-witness): what a witness's answer means.
// An answer is outside input like any other: a line counts only when its signature holds.
import { fromUtf8, parseDecimal } from "./bytes.ts";
import { type NoteSignature, type NoteVerifier, parseSignatureLines, verifyNote } from "./note.ts";
import { isProofError } from "./proof-error.ts";

/** A witness's HTTP answer as received. */
export interface ReceivedAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
}

/** What was submitted: the sizes, and the text that was to be cosigned. */
export interface Submitted {
  readonly oldSize: number;
  readonly newSize: number;
  readonly text: string;
}

/**
 * cosigned: signatures to add to the checkpoint.
 * stale: ask again with a proof from `size`.
 * rolled-back: the witness has seen a larger tree than ours; our log lost entries it had published.
 * forked: the witness has another root for the same size; never sign or publish again.
 * refused: anything else; try later, or ask the witness.
 */
export type WitnessOutcome =
  | { readonly kind: "cosigned"; readonly signatures: readonly NoteSignature[] }
  | { readonly kind: "stale"; readonly size: number }
  | { readonly kind: "rolled-back"; readonly size: number }
  | { readonly kind: "forked"; readonly size: number }
  | { readonly kind: "refused"; readonly status: number; readonly reason: string };

/** Reads a witness's answer; `verifiers` are the keys this witness is known by. */
export async function readWitnessAnswer(
  answer: ReceivedAnswer,
  submitted: Submitted,
  verifiers: readonly NoteVerifier[],
): Promise<WitnessOutcome> {
  const { status } = answer;
  try {
    const body = fromUtf8(answer.body);
    if (status === 200) {
      const lines = { text: submitted.text, signatures: parseSignatureLines(body) };
      return { kind: "cosigned", signatures: await verifyNote(lines, verifiers) };
    }
    if (status === 409 && answer.contentType?.split(";")[0] === "text/x.tlog.size") {
      return readConflict(parseDecimal(body.replace(/\n$/, "")), submitted);
    }
    return { kind: "refused", status, reason: body.slice(0, 200).trim() };
  } catch (error) {
    if (!isProofError(error)) throw error;
    return { kind: "refused", status, reason: error.message };
  }
}

/**
 * A conflict at the very size that was shown, asked from there, can only mean another root for it. A
 * witness that goes on answering with the size we started from breaks the protocol; it proves nothing.
 */
function readConflict(size: number, { oldSize, newSize }: Submitted): WitnessOutcome {
  if (size > newSize) return { kind: "rolled-back", size };
  if (size === oldSize && size === newSize) return { kind: "forked", size };
  return { kind: "stale", size };
}
