// Files, as streams in both directions: nothing is held in memory but what the caller holds.

import { type CallOptions, type Connection, headersOf, requestOf, retryOptions } from "./call.ts";
import { parseJson, unexpected } from "./errors.ts";
import type { components } from "./generated/api.ts";
import { type HttpRequest, type ReadAnswer, requestOnce, StreamedAnswer } from "./http.ts";
import type { Input } from "./operations.ts";
import type { Result } from "./result.ts";
import { withRetries } from "./retry.ts";

type Uploaded = components["schemas"]["UploadedMedia"];
type Stream = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * A file to upload. A stream can be read once only, so it is not repeated after a failure; a function that opens it anew, a
 * Blob (`await fs.openAsBlob(path)`) or bytes are.
 */
export type FileContent = Uint8Array | Blob | Stream | (() => Stream);

export interface Upload {
  readonly content: FileContent;
  /** "image/jpeg"; the content must not contradict it. */
  readonly contentType: string;
  readonly sender?: string | undefined;
  readonly filename?: string | undefined;
}

export interface Download {
  /** What is wrong while it is read, its reader is told by a rejection. */
  readonly content: ReadableStream<Uint8Array>;
  readonly contentType: string;
  readonly bytes: number | null;
  /** As the provider announced it, in base 64; the API has compared it. */
  readonly sha256: string | null;
}

/** 100 MB over a slow line, and the API's own way to the provider with it. */
const MEDIA_TIMEOUT_MS = 600_000;

export async function uploadMedia(
  connection: Connection,
  { content, contentType, ...query }: Upload,
  options: CallOptions = {},
): Promise<Result<Uploaded>> {
  const headers = headersOf(connection, options);
  headers.set("Content-Type", contentType);
  const attempt = () => {
    const body = bodyOf(typeof content === "function" ? content() : content);
    const request = requestOf(connection, "uploadMedia", query, withMediaTimeout(options), { headers, body });
    return requestOnce<Uploaded>(connection.surroundings, request, readUploaded);
  };
  if (isReadOnce(content)) return attempt();
  return withRetries(connection.surroundings, retryOptions(connection, options), attempt);
}

export async function downloadMedia(
  connection: Connection,
  input: Input<"downloadMedia">,
  options: CallOptions = {},
): Promise<Result<Download>> {
  const content = { headers: headersOf(connection, options), body: null };
  const request = requestOf(connection, "downloadMedia", input, withMediaTimeout(options), content);
  const result = await withRetries(connection.surroundings, retryOptions(connection, options), () =>
    requestOnce(connection.surroundings, request, readStream),
  );
  if (!result.ok) return result;
  const { content: stream, headers } = result.value;
  const length = headers.get("content-length");
  return {
    ...result,
    value: {
      content: stream,
      contentType: headers.get("content-type") ?? "application/octet-stream",
      bytes: length === null ? null : Number(length),
      sha256: /sha-256=:([^:]+):/.exec(headers.get("repr-digest") ?? "")?.[1] ?? null,
    },
  };
}

const withMediaTimeout = (options: CallOptions): CallOptions => ({ timeoutMs: MEDIA_TIMEOUT_MS, ...options });

function isReadOnce(content: FileContent): boolean {
  return typeof content !== "function" && !(content instanceof Uint8Array) && !(content instanceof Blob);
}

function bodyOf(content: Exclude<FileContent, () => Stream>): HttpRequest["body"] {
  if (content instanceof Uint8Array || content instanceof Blob) return content as Blob;
  return "getReader" in content ? content : streamOf(content);
}

/** ReadableStream.from without its need of Node.js 20.6, and without its type, which browsers' libraries lack. */
function streamOf(iterable: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = iterable[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

const readUploaded: ReadAnswer<Uploaded> = async (response) => {
  const text = await response.text();
  const value = parseJson(text) as Uploaded | undefined;
  return value === undefined ? { error: unexpected(response, text, "The answer is not JSON.") } : { value };
};

const readStream: ReadAnswer<StreamedAnswer> = async (response) =>
  response.body === null
    ? { error: unexpected(response, "", "The answer has no content.") }
    : { value: new StreamedAnswer(response.body as ReadableStream<Uint8Array>, response.headers) };
