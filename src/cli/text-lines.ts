// Lines of text from bytes as they come. Not node:readline, which also splits at U+2028: a line here
// ends at a line feed and nowhere else.

/** The lines of UTF-8 text, without their ends. @throws TypeError for bytes that are none. */
export async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let rest = "";
  for await (const chunk of input) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}
