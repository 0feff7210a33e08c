// One file of a request, to disk as it comes: hashed and counted on the way, judged by its first bytes, and refused at
// the first byte above its limit.

import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { ApiProblem } from "../problems.ts";
import { BODY_ABORTED } from "../read-body.ts";
import { boundaryOf, type FormPart, readForm } from "./form.ts";
import { type FileKind, judgeFile } from "./judge-file.ts";
import { MEDIA_BYTES_MAX, mimeTypeOf } from "./media-types.ts";
import { HEAD_BYTES, sniff } from "./sniff.ts";
import { orNoRoom, type TempFile, type TempFiles } from "./temp-files.ts";

export interface ReceivedFile extends FileKind {
  readonly content: TempFile;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** As the caller gave it; null when it gave none. */
  readonly filename: string | null;
}

/** Boundaries, headers and small fields around the file. */
const FORM_OVERHEAD_BYTES_MAX = 65_536;
const FIELD_BYTES_MAX = 4_096;
const FIELDS_MAX = 20;

/**
 * Receives the file of a request: its body, or the one file of a form.
 *
 * filename   for a plain body; a form names its file itself
 * returns    the file; whoever has it closes its content
 * throws     ApiProblem (400, 413, 415) when it may not be sent, BODY_ABORTED when the caller went away; nothing stays
 */
export async function receiveFile(
  request: IncomingMessage,
  { files, filename }: { readonly files: TempFiles; readonly filename: string | null },
): Promise<ReceivedFile> {
  const contentType = request.headers["content-type"];
  const boundary = boundaryOf(contentType);
  const overhead = boundary === null ? 0 : FORM_OVERHEAD_BYTES_MAX;
  if (Number(request.headers["content-length"] ?? 0) > MEDIA_BYTES_MAX + overhead) throw tooLarge(ANYTHING);
  requireUncompressed(request);
  const body = bytesOf(request);
  try {
    return boundary === null
      ? await receive({ source: body, contentType, filename }, files)
      : await receiveOfForm(readForm(body, boundary), files);
  } finally {
    await body.return(undefined);
    request.resume(); // what is left is read and dropped, so that the answer gets through
  }
}

/** The body's bytes; an early end leaves the connection open for the answer. */
async function* bytesOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* request.iterator({ destroyOnReturn: false });
  } catch {
    throw BODY_ABORTED;
  }
}

async function receiveOfForm(parts: AsyncIterable<FormPart>, files: TempFiles): Promise<ReceivedFile> {
  let received: ReceivedFile | null = null;
  let fields = 0;
  try {
    for await (const { name, filename, contentType, body } of parts) {
      if (filename === null && name !== "file") {
        fields += 1;
        await readField(body, fields);
        continue;
      }
      if (received !== null) throw badForm("it has more than one file; send each in a request of its own");
      received = await receive({ source: body, contentType, filename }, files);
    }
  } catch (error) {
    await received?.content.close();
    throw error;
  }
  if (received === null) throw badForm('it has no file; name the file\'s part "file"');
  return received;
}

/** Fields as the provider wants them (messaging_product, type) do no harm, and say nothing new. */
async function readField(body: AsyncIterable<Buffer>, count: number): Promise<void> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > FIELD_BYTES_MAX || count > FIELDS_MAX) throw badForm("its fields are too many or too long");
  }
}

interface Given {
  readonly source: AsyncIterable<Buffer>;
  readonly contentType: string | undefined;
  readonly filename: string | null;
}

async function receive({ source, contentType, filename }: Given, files: TempFiles): Promise<ReceivedFile> {
  const declared = mimeTypeOf(contentType);
  const content = await files.open();
  try {
    const hash = createHash("sha256");
    let head: Buffer = Buffer.alloc(0);
    let bytes = 0;
    let kind: FileKind | null = null;
    for await (const chunk of source) {
      bytes += chunk.length;
      if (kind === null) {
        head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
        if (head.length === HEAD_BYTES) kind = judge(declared, head);
      }
      if (bytes > (kind ?? ANYTHING).bytesMax) throw tooLarge(kind ?? ANYTHING);
      hash.update(chunk);
      await content.write(chunk).catch((error: unknown) => {
        throw orNoRoom(error);
      });
    }
    if (bytes === 0) throw new ApiProblem("invalid-request", { detail: "There is no file: the body is empty." });
    kind ??= judge(declared, head);
    if (bytes > kind.bytesMax) throw tooLarge(kind);
    return { ...kind, content, bytes, sha256: hash.digest("hex"), filename };
  } catch (error) {
    await content.close();
    throw error;
  }
}

const ANYTHING: FileKind = { mimeType: "application/octet-stream", bytesMax: MEDIA_BYTES_MAX, called: "a file" };

function judge(declared: string | null, head: Buffer): FileKind {
  const verdict = judgeFile(declared, sniff(head));
  if ("refusal" in verdict) throw new ApiProblem("unsupported-file", { detail: verdict.refusal });
  return verdict;
}

function requireUncompressed(request: IncomingMessage): void {
  const encoding = request.headers["content-encoding"];
  if (encoding === undefined || encoding.toLowerCase() === "identity") return;
  throw new ApiProblem("unsupported-file", {
    detail: "The body must not be compressed: send it without a Content-Encoding.",
    headers: { "Accept-Encoding": "identity" },
  });
}

function tooLarge({ called, bytesMax }: FileKind): ApiProblem {
  return new ApiProblem("too-large", {
    detail: `WhatsApp takes ${called} of at most ${bytesMax} bytes.`,
    members: { bytesMax },
  });
}

function badForm(why: string): ApiProblem {
  return new ApiProblem("invalid-request", { detail: `The form cannot be used: ${why}.` });
}
