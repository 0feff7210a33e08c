// Media of a number: upload, look-up, download, deletion (Meta "business-phone-numbers/media", 360dialog
// "upload-retrieve-or-delete-media", read 2026-09 and 2026-11). A look-up gives a URL on Meta's download host that holds
// for five minutes; a caller of 360dialog replaces the host, and so arrives here.
import { createHmac } from "node:crypto";
import type { Request, Response, Router } from "express";
import { endpointBlocked, write } from "../answers.ts";
import { type Complaint, missing, wrong } from "../complaint.ts";
import type { NumberState } from "../number.ts";
import { mix32 } from "../prng.ts";
import { answerError, type CallContext, forNumber } from "../provider/handler.ts";
import type { World } from "../world.ts";
import { bytesMaxOf, MEDIA_BYTES_MAX } from "./kinds.ts";
import type { Medium } from "./store.ts";

const DOWNLOAD_PATH = "/whatsapp_business/attachments/";
const LOOKASIDE = "https://lookaside.fbsbx.com";
const URL_VALID_MS = 5 * 60 * 1000;
// What multipart puts around the file.
const BODY_BYTES_MAX = MEDIA_BYTES_MAX + 64 * 1024;

export function addMediaRoutes(router: Router, world: World): void {
  router.post("/media", forNumber(world, upload));
  router.get("/whatsapp_business/attachments", forNumber(world, download));
  router.get(/^\/(\d{1,32})$/, forNumber(world, lookUp));
  router.delete(/^\/(\d{1,32})$/, forNumber(world, remove));
}

/** The next media id: digits like Meta's, the same again for the same seed. */
export function nextMediaId(world: World): string {
  world.mediaCount += 1;
  return `${1_000_000 + (mix32(world.seed ^ world.mediaCount) % 9_000_000)}${String(world.mediaCount).padStart(8, "0")}`;
}

/** Where a medium can be downloaded for the next five minutes. */
export function downloadUrl(world: World, number: NumberState, id: string, host = LOOKASIDE): string {
  const ext = Math.floor((world.clock.nowMs() + URL_VALID_MS) / 1000);
  return `${host}${DOWNLOAD_PATH}?mid=${id}&ext=${ext}&hash=${hashOf(number, id, ext)}`;
}

function hashOf({ options }: NumberState, id: string, ext: number): string {
  return createHmac("sha256", options.apiKey).update(`${id} ${ext}`).digest("base64url").slice(0, 32);
}

async function upload({ world, number, nowMs }: CallContext, request: Request, response: Response): Promise<void> {
  const body = await readAll(request);
  const medium = body === null ? tooLarge : await readUpload(body, request.get("content-type") ?? "");
  if ("code" in medium) {
    number.media.failed(nowMs);
    answerError(world, response, medium);
    return;
  }
  const id = nextMediaId(world);
  number.media.add({ id, ...medium, isFromUser: false }, world.clock.nowMs());
  response.json({ id });
}

const tooLarge = wrong(131053, "A file may have at most 100 MB");

async function readAll(request: Request): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk); // read to the end, so that the answer can be read
  }
  return bytes <= BODY_BYTES_MAX ? Buffer.concat(chunks) : null;
}

async function readUpload(body: Buffer, contentType: string): Promise<{ mimeType: string; bytes: Buffer } | Complaint> {
  const form = await new globalThis.Response(new Uint8Array(body), { headers: { "content-type": contentType } })
    .formData()
    .catch(() => null);
  if (form === null) return wrong(100, "The request must be multipart/form-data");
  if (form.get("messaging_product") !== "whatsapp")
    return wrong(100, "The parameter messaging_product must be whatsapp");
  const file = form.get("file");
  if (file === null || typeof file === "string") return missing("file");
  const mimeType = String(form.get("type") ?? file.type);
  const bytes = Buffer.from(await file.arrayBuffer());
  const bytesMax = bytesMaxOf(mimeType, bytes);
  if (bytesMax === null) return wrong(131053, `The file's type ${JSON.stringify(mimeType)} is none`);
  if (bytes.length === 0) return wrong(131053, "The file is empty");
  if (bytes.length > bytesMax) return wrong(131053, `A file of type ${mimeType} may have at most ${bytesMax} bytes`);
  return { mimeType, bytes };
}

/** Five failed calls within an hour are borne; then look-ups are closed, through 360dialog only. */
function lookUp(context: CallContext, request: Request, response: Response): void {
  const { number, nowMs } = context;
  const isMeta = number.options.profile === "meta";
  if (!isMeta && number.media.isBlocked(nowMs)) {
    write(response, endpointBlocked);
    return;
  }
  const medium = number.media.find(idOf(request), nowMs);
  if (medium === null) {
    notFound(context, response);
    return;
  }
  const host = isMeta ? `${request.protocol}://${request.get("host")}` : LOOKASIDE;
  response.json(describe(medium, downloadUrl(context.world, number, medium.id, host)));
}

function describe({ id, mimeType, sha256, bytes }: Medium, url: string) {
  return { messaging_product: "whatsapp", url, mime_type: mimeType, sha256, file_size: bytes.length, id };
}

function download(context: CallContext, request: Request, response: Response): void {
  const { number, nowMs } = context;
  const { mid, ext, hash } = request.query;
  const isValid = hash === hashOf(number, String(mid), Number(ext)) && Number(ext) * 1000 > nowMs;
  const medium = isValid ? number.media.find(String(mid), nowMs) : null;
  if (medium === null) notFound(context, response);
  else response.set("content-type", medium.mimeType).send(medium.bytes);
}

function remove(context: CallContext, request: Request, response: Response): void {
  const { number, nowMs } = context;
  if (number.media.remove(idOf(request), nowMs)) response.json({ success: true });
  else notFound(context, response);
}

function idOf({ params }: Request): string {
  return String(params[0]);
}

function notFound({ world, number, nowMs }: CallContext, response: Response): void {
  number.media.failed(nowMs);
  answerError(world, response, wrong(100, "The media id does not exist or has expired"), 404);
}
