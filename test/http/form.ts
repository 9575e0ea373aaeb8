// Forms as they go over the wire.

/** The bytes of a form and their content type, as a browser sends it. */
export async function encoded(form: FormData): Promise<{ type: string; bytes: Buffer }> {
  const request = new Response(form);
  const type = request.headers.get("content-type") ?? "";
  return { type, bytes: Buffer.from(await request.arrayBuffer()) };
}

/** A form of parts written by hand: the head of each, and what stands below it. */
export function written(parts: readonly (readonly [head: string, body: string | Buffer])[]) {
  const bytes = parts.flatMap(([head, body]) => [
    Buffer.from(`--line\r\n${head}\r\n\r\n`),
    Buffer.from(body),
    Buffer.from("\r\n"),
  ]);
  return {
    type: "multipart/form-data; boundary=line",
    bytes: Buffer.concat([...bytes, Buffer.from("--line--\r\n")]),
  };
}
