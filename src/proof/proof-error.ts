// The one error of this layer: bytes from outside that are not what they claim to be.
// It is an expected outcome of reading evidence and becomes a line of a verdict; anything else that
// is thrown here is a bug.
import type { Text } from "../kernel/text.ts";

/** MALFORMED: the bytes break the format. UNVERIFIED: a signature is missing or wrong. */
export type ProofErrorCode = "MALFORMED" | "UNVERIFIED";

export interface ProofError extends Error {
  readonly code: ProofErrorCode;
  readonly text: Text;
}

function proofError(code: ProofErrorCode, zh: string, en: string): ProofError {
  return Object.assign(new Error(en), { name: "ProofError", code, text: { zh, en } });
}

/** Makes the error for bytes that break their format. */
export const malformed = (zh: string, en: string): ProofError => proofError("MALFORMED", zh, en);

/** Makes the error for a missing or wrong signature. */
export const unverified = (zh: string, en: string): ProofError => proofError("UNVERIFIED", zh, en);

/** Tells an expected failure of outside bytes from a bug. */
export function isProofError(error: unknown): error is ProofError {
  return error instanceof Error && error.name === "ProofError";
}
