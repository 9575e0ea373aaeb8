// Tells what a file is by its first bytes; its name proves nothing.

import { refuseFile } from "../texts.ts";

/** The containers that can be read, by their first bytes. */
export type Container = "zip" | "cfb" | "text";

const CONTAINERS: readonly (readonly [Container, string])[] = [
  ["zip", "504b0304"],
  ["cfb", "d0cf11e0a1b11ae1"],
];

// Banks and portals do hand out web pages and old binary sheets that are named .xls or .csv.
const FOREIGN: readonly (readonly [string, string])[] = [
  ["PDF", "25504446"],
  ["gzip", "1f8b"],
  ["RAR", "526172211a07"],
  ["7z", "377abcaf271c"],
  ["PNG", "89504e47"],
  ["JPEG", "ffd8ff"],
  ["empty zip", "504b0506"],
  ["Excel 2", "09000400"],
  ["Excel 3", "09020600"],
  ["Excel 4", "09040600"],
];
const MARKUP = /^\s{0,64}<(?:!doctype|html|\?xml|table|meta|head|body|svg)/i;

/**
 * Finds the container of a file from its first bytes (at least 512 where the file has them).
 * @throws Refusal FILE_EMPTY or FILE_KIND, which names what the file seems to be.
 */
export function sniff(head: Uint8Array): Container {
  if (head.length === 0) refuseFile("FILE_EMPTY");
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  const hex = bytes.subarray(0, 16).toString("hex");
  const known = CONTAINERS.find(([, magic]) => hex.startsWith(magic));
  if (known) return known[0];
  const foreign = FOREIGN.find(([, magic]) => hex.startsWith(magic));
  if (foreign) refuseFile("FILE_KIND", { kind: foreign[0] });
  const text = bytes
    .subarray(0, 512)
    .toString("latin1")
    .replace(/^\u00ef\u00bb\u00bf/, "");
  if (MARKUP.test(text)) refuseFile("FILE_KIND", { kind: "HTML/XML" });
  return "text";
}
