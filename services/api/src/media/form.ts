// A multipart/form-data body (RFC 7578, RFC 2046 section 5.1) taken apart as it comes: no part is ever whole in memory.

import { ApiProblem } from "../problems.ts";

export interface FormPart {
  readonly name: string;
  /** Null: a field, not a file. */
  readonly filename: string | null;
  readonly contentType: string | undefined;
  /** To be read to its end before the next part is asked for. */
  readonly body: AsyncIterable<Buffer>;
}

const HEADERS_BYTES_MAX = 8_192;
const LINE_END = Buffer.from("\r\n");
const HEADERS_END = Buffer.from("\r\n\r\n");

/** The boundary of a form's Content-Type; null when it is no form. */
export function boundaryOf(contentType: string | undefined): string | null {
  const match = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/i.exec(
    contentType ?? "",
  );
  return match?.[1] ?? match?.[2] ?? null;
}

/**
 * The parts of a form, one after the other.
 *
 * throws   ApiProblem 400 for a body that is no form of this boundary, or ends before its end
 */
export async function* readForm(source: AsyncIterable<Buffer>, boundary: string): AsyncGenerator<FormPart> {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const chunks = source[Symbol.asyncIterator]();
  let pending: Buffer = LINE_END; // the first delimiter needs no line end before it

  async function more(): Promise<void> {
    const next = await chunks.next();
    if (next.done) throw broken("it ends before its last boundary");
    pending = pending.length === 0 ? next.value : Buffer.concat([pending, next.value]);
  }

  /** What stands before the next delimiter; after it `pending` begins behind that delimiter. */
  async function* untilDelimiter(): AsyncGenerator<Buffer> {
    for (;;) {
      const at = pending.indexOf(delimiter);
      const end = at >= 0 ? at : Math.max(0, pending.length - delimiter.length + 1);
      const content = pending.subarray(0, end);
      pending = pending.subarray(at >= 0 ? at + delimiter.length : end);
      if (content.length > 0) yield content;
      if (at >= 0) return;
      await more();
    }
  }

  /** The rest of the delimiter's line; true when it was the last delimiter. */
  async function endsHere(): Promise<boolean> {
    for (;;) {
      if (pending.toString("latin1", 0, 2) === "--") return true;
      const at = pending.indexOf(LINE_END);
      if (at >= 0) {
        if (pending.toString("latin1", 0, at).trim() !== "") throw broken("there is text behind a boundary");
        pending = pending.subarray(at); // the line end stays: a part without headers has nothing else before its end
        return false;
      }
      if (pending.length > HEADERS_BYTES_MAX) throw broken("there is text behind a boundary");
      await more();
    }
  }

  async function headers(): Promise<Map<string, string>> {
    for (;;) {
      const at = pending.indexOf(HEADERS_END);
      if (at >= 0) {
        const lines = pending.toString("utf8", 0, at).split("\r\n");
        pending = pending.subarray(at + HEADERS_END.length);
        return new Map(lines.map((line) => splitHeader(line)));
      }
      if (pending.length > HEADERS_BYTES_MAX)
        throw broken(`a part's headers have more than ${HEADERS_BYTES_MAX} bytes`);
      await more();
    }
  }

  const preamble = untilDelimiter();
  while (!(await preamble.next()).done); // what stands before the first part means nothing
  while (!(await endsHere())) {
    const own = await headers();
    const disposition = own.get("content-disposition") ?? "";
    let isRead = false;
    const body = async function* () {
      yield* untilDelimiter();
      isRead = true;
    };
    yield {
      name: parameterOf(disposition, "name") ?? "",
      filename: parameterOf(disposition, "filename"),
      contentType: own.get("content-type"),
      body: body(),
    };
    if (!isRead) throw new Error("a part of a form was not read to its end");
  }
}

function splitHeader(line: string): [string, string] {
  const at = line.indexOf(":");
  return [line.slice(0, Math.max(0, at)).trim().toLowerCase(), line.slice(at + 1).trim()];
}

/** A parameter of a header, quoted or not; browsers write a quote in it as %22 (WHATWG HTML, multipart/form-data). */
function parameterOf(header: string, name: string): string | null {
  const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, "i").exec(header);
  const text = match?.[1]?.replace(/\\(.)/g, "$1") ?? match?.[2];
  return text === undefined ? null : text.replaceAll("%22", '"');
}

function broken(why: string): ApiProblem {
  return new ApiProblem("invalid-request", { detail: `The form cannot be read: ${why}.` });
}
