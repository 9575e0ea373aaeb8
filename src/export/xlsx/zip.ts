// A zip file written as it is read, part after part: the same parts are the same bytes on every
// machine, because the deflate is fflate's own code and no clock is read.

import { strToU8, Zip, ZipDeflate } from "fflate";

/** A file in the zip; its chunks are read when all parts before it are written. */
export type Part = { readonly name: string; readonly chunks: Iterable<string> };

const CHUNK_CHARACTERS = 1 << 16;
// Half the time of the default level for a tenth more bytes, on sheets of figures.
const LEVEL = 3;

/** The bytes of a zip file of these parts. */
export function* zipOf(parts: Iterable<Part>): Generator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const zip = new Zip((error, bytes) => {
    if (error) throw error;
    ready.push(bytes);
  });
  for (const { name, chunks } of parts) {
    // The earliest time that a zip can say, in the local zone, which is how fflate reads it.
    const entry = new ZipDeflate(name, { level: LEVEL });
    entry.mtime = new Date(1980, 0, 1);
    zip.add(entry);
    for (const chunk of gathered(chunks)) {
      entry.push(strToU8(chunk));
      yield* ready;
      ready = [];
    }
    entry.push(new Uint8Array(0), true);
  }
  zip.end();
  yield* ready;
}

function* gathered(chunks: Iterable<string>): Generator<string> {
  let text = "";
  for (const chunk of chunks) {
    text += chunk;
    if (text.length < CHUNK_CHARACTERS) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}
