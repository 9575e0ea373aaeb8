// Verifies one receipt, offline: with nothing but the file and the reader's own trust policy.
import { toBase64 } from "./bytes.ts";
import { openReceipt } from "./kept-evidence.ts";
import { ENTRY_SIZE_MAX, treeHasher, verifyInclusion } from "./merkle.ts";
import { LIES, type NamedFile, STEPS, type Trust } from "./trust.ts";
import { createReport, lieOrValue, type Verdict } from "./verdict.ts";

/**
 * Checks the signatures of the receipt's checkpoint, and that the entry is in the signed tree.
 * The entry is the one given, or else the one the receipt carries.
 */
export async function verifyReceipt(
  file: NamedFile,
  trust: Trust,
  entry?: Uint8Array,
): Promise<Verdict> {
  const report = createReport();
  const opened = await lieOrValue(file.path, () => openReceipt(file.bytes, trust));
  if ("lie" in opened) {
    report.fail(STEPS.checkpoint, opened.lie);
    return report.verdict(undefined, undefined);
  }
  const { receipt, checkpoint } = opened.value;
  const { origin, size, root, cosigners } = checkpoint;
  report.pass(STEPS.checkpoint, {
    zh: `${origin}，${size} 条分录，见证人 ${cosigners.length} 位`,
    en: `${origin}, ${size} entries, ${cosigners.length} witnesses`,
  });
  const { index, proof } = receipt;
  const bytes = entry ?? receipt.extra;
  const hasher = treeHasher(trust.sha256);
  const number = index + 1;
  if (
    bytes !== undefined &&
    bytes.length <= ENTRY_SIZE_MAX &&
    verifyInclusion(hasher, { leaf: hasher.leaf(bytes), index, size, root, proof })
  ) {
    report.pass(STEPS.receipts, {
      zh: `第 ${number} 条分录在账册中`,
      en: `entry ${number} is in the log`,
    });
  } else {
    const what = bytes === undefined ? LIES.noEntry : LIES.notIncluded;
    report.fail(STEPS.receipts, { what, path: file.path, entry: number });
  }
  return report.verdict(size, toBase64(root));
}
