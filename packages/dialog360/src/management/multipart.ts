// A multipart/form-data body that streams: some text fields, then one file whose bytes pass through as they come.
// Source: RFC 7578; the names of the fields in docs/sources.md, media.

import type { Readable } from "node:stream";

export interface FilePart {
  readonly stream: Readable;
  /** Absent: the body's length is unknown, too, and it goes out in chunks. */
  readonly lengthBytes?: number;
  readonly mimeType: string;
  readonly fileName: string;
}

export interface Multipart {
  readonly contentType: string;
  /** Null when the file's length is unknown. */
  readonly lengthBytes: number | null;
  readonly body: AsyncIterable<Uint8Array>;
  /** What the file's stream failed with, if it did: the caller's fault and not the provider's. */
  sourceError(): { readonly error: unknown } | null;
}

/** boundary   of letters and digits, not to be guessed: it must not occur in the file */
export function multipart(fields: Readonly<Record<string, string>>, file: FilePart, boundary: string): Multipart {
  const texts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = Buffer.from(
    `${texts.join("")}--${boundary}\r\n` +
      `content-disposition: form-data; name="file"; filename="${headerText(file.fileName)}"\r\n` +
      `content-type: ${file.mimeType}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  let failed: { error: unknown } | null = null;

  async function* parts(): AsyncGenerator<Uint8Array> {
    yield head;
    try {
      for await (const chunk of file.stream) yield chunk;
    } catch (error) {
      failed = { error };
      throw error;
    }
    yield tail;
  }

  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    lengthBytes: file.lengthBytes === undefined ? null : head.length + file.lengthBytes + tail.length,
    body: parts(),
    sourceError: () => failed,
  };
}

/** As browsers write it (WHATWG HTML, multipart/form-data encoding): nothing in a name can end its header. */
function headerText(name: string): string {
  return name.toWellFormed().replace(/["\r\n]/g, (character) => encodeURIComponent(character));
}
