// The few changes that leave the evidence as true as it was, each for a stated reason.
// Whatever passes a verifier without one of these reasons is an accepted lie.
import { parseTilePath } from "../../src/proof/tile.ts";
import type { Changes } from "./mutations.ts";
import type { Files } from "./synthetic-log.ts";

const LOG_LINE = "— log.example/synthetic ";

/** Why the changes may pass; undefined when they must not. */
export function harmlessReason(files: Files, changes: Changes): string | undefined {
  const reasons = [...changes].map(([path, bytes]) => reasonOf(files, path, bytes));
  return reasons.includes(undefined) ? undefined : reasons[0];
}

function reasonOf(files: Files, path: string, bytes: Uint8Array | undefined): string | undefined {
  const before = files.get(path);
  if (bytes === undefined) {
    if (path === "figures.txt") return "what was published stands in the log itself";
    return isOlderPartial(files, path) ? "a smaller tree's partial file may go" : undefined;
  }
  if (before !== undefined && Buffer.from(before).equals(bytes)) return "nothing changed";
  const folder = path.split("/")[0] ?? "";
  if (!["checkpoint", "checkpoints", "handovers", "receipts"].includes(folder)) return undefined;
  if (folder !== "checkpoint" && isKeptFile(files, folder, bytes)) return "kept under another name";
  return before === undefined ? undefined : sameStatement(folder, before, bytes);
}

function isOlderPartial(files: Files, path: string): boolean {
  const own = parseTilePath(path);
  return [...files.keys()].some((other) => {
    const tile = parseTilePath(other);
    return (
      own !== undefined &&
      tile?.kind === own.kind &&
      tile.level === own.level &&
      tile.index === own.index &&
      tile.width > own.width
    );
  });
}

/** A checkpoint of the log is as true a thing to keep under the name of another, a handover included. */
function isKeptFile(files: Files, folder: string, bytes: Uint8Array): boolean {
  const alike = folder === "receipts" ? ["receipts"] : ["checkpoint", "checkpoints", "handovers"];
  return [...files].some(
    ([path, kept]) => alike.includes(path.split("/")[0] ?? "") && Buffer.from(kept).equals(bytes),
  );
}

/** The same signed text with its signatures in another order, or without what need not be there. */
function sameStatement(folder: string, before: Uint8Array, after: Uint8Array): string | undefined {
  const old = splitNote(Buffer.from(before).toString());
  const now = splitNote(Buffer.from(after).toString());
  const withoutExtra = old.text.replace(/\nextra [^\n]*\n/, "\n");
  if (now.text !== old.text && (folder !== "receipts" || now.text !== withoutExtra))
    return undefined;
  if (now.lines.toSorted().join() === old.lines.toSorted().join()) {
    return now.text === old.text ? "signatures in another order" : "a receipt without its entry";
  }
  // Of an earlier checkpoint only a signature of the log is needed; those of unknown keys, which a
  // changed key id makes of one, are ignored, as the format of signed notes says.
  const known = new Set(old.lines.map(keyOf));
  const logLines = now.lines.filter((line) => line.startsWith(LOG_LINE) && known.has(keyOf(line)));
  const kept = logLines.length > 0 && logLines.every((line) => old.lines.includes(line));
  const isEarlier = folder === "checkpoints" || folder === "handovers";
  return isEarlier && kept
    ? "an earlier checkpoint short of a witness or the newer key"
    : undefined;
}

/** The name and the id of the key that a signature line is by. */
function keyOf(line: string): string {
  const [dash, name, signature = ""] = line.trimEnd().split(" ");
  const id = Buffer.from(signature, "base64").subarray(0, 4).toString("hex");
  return `${dash} ${name} ${id}`;
}

function splitNote(note: string): { text: string; lines: string[] } {
  const split = note.lastIndexOf("\n\n");
  return { text: note.slice(0, split), lines: note.slice(split + 2).split(/(?<=\n)/) };
}
