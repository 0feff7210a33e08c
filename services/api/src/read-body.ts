// Reads the body of a request as JSON. By hand rather than with a body parser: the size is checked before anything is
// parsed, each refusal says which rule was broken, and it is the cheaper half of the hot path.

import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { ApiProblem } from "./problems.ts";

/** The caller went away before its body was here: there is nobody to answer. */
export const BODY_ABORTED: Error = new Error("the caller closed the connection before the body was complete");

/**
 * The JSON value of the body.
 *
 * bytesMax   the most the body may have
 * throws     ApiProblem (400, 413, 415), or BODY_ABORTED
 */
export async function readJsonBody(request: IncomingMessage, bytesMax: number): Promise<unknown> {
  requireJson(request);
  if (Number(request.headers["content-length"] ?? 0) > bytesMax) throw tooLarge(bytesMax);
  return parseJson(await readBytes(request, bytesMax));
}

const JSON_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

function requireJson(request: IncomingMessage): void {
  const type = request.headers["content-type"];
  if (type !== "application/json" && !JSON_TYPE.test(type ?? "")) {
    throw new ApiProblem("unsupported-media-type", {
      detail: "The body must be JSON in UTF-8: send it with the header Content-Type: application/json.",
      headers: { Accept: "application/json" },
    });
  }
  const encoding = request.headers["content-encoding"];
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    throw new ApiProblem("unsupported-media-type", {
      detail: "The body must not be compressed: send it without a Content-Encoding.",
      headers: { "Accept-Encoding": "identity" },
    });
  }
}

function readBytes(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= bytesMax) return;
      chunks.length = 0;
      request.off("data", onData).resume(); // the rest is read and dropped, so that the answer gets through
      reject(tooLarge(bytesMax));
    };
    request.on("data", onData);
    request.on("end", () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on("error", () => reject(BODY_ABORTED));
  });
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) throw invalidJson("The body is empty.");
  if (!isUtf8(bytes)) throw invalidJson("The body is not UTF-8.");
  const text = bytes.toString("utf8");
  try {
    return JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
  } catch (error) {
    throw invalidJson(`The body cannot be read as JSON: ${error instanceof Error ? error.message : error}.`);
  }
}

const BYTE_ORDER_MARK = 0xfeff;

function invalidJson(detail: string): ApiProblem {
  return new ApiProblem("invalid-json", { detail });
}

function tooLarge(bytesMax: number): ApiProblem {
  return new ApiProblem("too-large", { detail: `The body may have at most ${bytesMax} bytes.`, members: { bytesMax } });
}
