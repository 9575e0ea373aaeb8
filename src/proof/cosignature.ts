// Witness cosignatures of type 0x04 (c2sp.org/tlog-cosignature): the statement of a witness that,
// at a time, this was the largest consistent tree it had seen of the log.
import { concatBytes, toUtf8, type VerifyEd25519 } from "./bytes.ts";
import { KEY_TYPE, type VerifierKey } from "./key.ts";
import type { NoteSignature, NoteSigner, NoteVerifier } from "./note.ts";

const SIGNATURE_SIZE = 8 + 64;

/** A key that signs bytes; `sign` is Ed25519 (RFC 8032) over the message. */
export interface Ed25519Signer {
  readonly key: VerifierKey;
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** The bytes a witness signs: a header, the time in POSIX seconds, and the checkpoint's text. */
function cosignedMessage(time: number, checkpointText: Uint8Array): Uint8Array {
  return concatBytes(toUtf8(`cosignature/v1\ntime ${time}\n`), checkpointText);
}

/** Signs checkpoints as a witness at the given time (POSIX seconds). */
export function cosigner(signer: Ed25519Signer, time: number): NoteSigner {
  if (signer.key.type !== KEY_TYPE.cosignature) throw new RangeError("not a witness key");
  if (!Number.isSafeInteger(time) || time < 0) throw new RangeError("not a POSIX time");
  return {
    name: signer.key.name,
    keyId: signer.key.keyId,
    async sign(checkpointText) {
      const timestamp = new Uint8Array(8);
      new DataView(timestamp.buffer).setBigUint64(0, BigInt(time));
      return concatBytes(timestamp, await signer.sign(cosignedMessage(time, checkpointText)));
    },
  };
}

/**
 * Checks cosignatures of a witness. Those dated after `timeMax` (POSIX seconds) are wrong;
 * without it any time is accepted.
 */
export function cosignatureVerifier(
  key: VerifierKey,
  verifyEd25519: VerifyEd25519,
  timeMax: number = Number.MAX_SAFE_INTEGER,
): NoteVerifier {
  if (key.type !== KEY_TYPE.cosignature) throw new RangeError("not a witness key");
  return {
    name: key.name,
    keyId: key.keyId,
    verify(checkpointText, signature) {
      if (signature.length !== SIGNATURE_SIZE) return false;
      const time = cosignatureTime({ signature });
      if (time > timeMax) return false;
      const message = cosignedMessage(time, checkpointText);
      return verifyEd25519(key.publicKey, message, signature.subarray(8));
    },
  };
}

/** When a cosignature was made, in POSIX seconds; beyond 2^53 the nearest number. */
export function cosignatureTime({ signature }: Pick<NoteSignature, "signature">): number {
  return Number(new DataView(signature.buffer, signature.byteOffset).getBigUint64(0));
}
