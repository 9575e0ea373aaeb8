// Lines of a byte stream, in bounded memory: a line that is too long or a body that is too large
// ends the reading.

import type { Readable } from "node:stream";
import { problemError } from "./problems.ts";

const BODY_BYTES_MAX = 64 * 1024 * 1024;
const LINE_BYTES_MAX = 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * The lines of a stream without their ends; empty lines are skipped.
 * @throws a 413 problem for a line over 1 MiB or a body over 64 MiB.
 */
export async function* linesOf(body: Readable): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let total = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > BODY_BYTES_MAX) throw problemError("BODY_TOO_LARGE");
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const line = Buffer.concat([...rest, chunk.subarray(start, end)]);
      rest = [];
      restBytes = 0;
      start = end + 1;
      if (!isBlank(line)) yield line;
    }
    rest.push(chunk.subarray(start));
    restBytes += chunk.length - start;
    if (restBytes > LINE_BYTES_MAX) throw problemError("BODY_TOO_LARGE");
  }
  const last = Buffer.concat(rest);
  if (!isBlank(last)) yield last;
}

function isBlank(line: Buffer): boolean {
  return line.length === 0 || (line.length === 1 && line[0] === 0x0d);
}
