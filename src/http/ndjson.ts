// Lines of a byte stream, in bounded memory: a line that is too long or a body that is too large
// ends the reading.

import type { Readable } from "node:stream";
import { problemError } from "./problems.ts";

const BODY_BYTES_MAX = 64 * 1024 * 1024;
const LINE_BYTES_MAX = 1024 * 1024;
const NEWLINE = 0x0a;

export type NumberedLine = {
  /** Counted from 1, empty lines included. */
  readonly number: number;
  readonly bytes: Buffer;
};

/**
 * The lines of a stream without their ends; empty lines are skipped and counted.
 * @throws a 413 problem for a line over 1 MiB or a body over 64 MiB.
 */
export async function* linesOf(body: Readable): AsyncGenerator<NumberedLine> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let total = 0;
  let number = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > BODY_BYTES_MAX) throw problemError("BODY_TOO_LARGE");
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const bytes = Buffer.concat([...rest, chunk.subarray(start, end)]);
      number += 1;
      rest = [];
      restBytes = 0;
      start = end + 1;
      if (!isBlank(bytes)) yield { number, bytes };
    }
    rest.push(chunk.subarray(start));
    restBytes += chunk.length - start;
    if (restBytes > LINE_BYTES_MAX) throw problemError("BODY_TOO_LARGE");
  }
  const bytes = Buffer.concat(rest);
  if (!isBlank(bytes)) yield { number: number + 1, bytes };
}

function isBlank(line: Buffer): boolean {
  return line.length === 0 || (line.length === 1 && line[0] === 0x0d);
}
