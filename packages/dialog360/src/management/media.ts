// Media at the provider: upload, look up, fetch, delete. Files stream through; none is ever whole in memory.
//
// 360dialog blocks a number's media for an hour after more than five failed requests in an hour, so nothing here is tried
// twice but what Meta asks for: a download URL that answers 404 is looked up anew once (docs/sources.md, media).

import { pipeline, type Readable } from "node:stream";
import type { Random } from "@tern/core";
import { mediaRoute, type ProviderAccount, routeOf } from "../profiles.ts";
import { asInteger, asText } from "../read.ts";
import { type CallDeps, call, openCall, readAnswer } from "./call.ts";
import { checkedBytes } from "./checked-bytes.ts";
import { type FilePart, multipart } from "./multipart.ts";
import { type CallKind, type ManagementResult, refused, unexpectedAnswer, unsupported } from "./result.ts";

export interface MediaDeps extends CallDeps {
  readonly random: Random;
  readonly callTimeoutMs: number;
  readonly transferTimeoutMs: number;
}

/** A file to upload. Its stream is used up or destroyed, whatever comes of it. */
export type MediaUpload = FilePart;

export interface MediaInfo {
  readonly id: string;
  /** Works for five minutes, and only with the sender's key; see downloadMedia. */
  readonly url: string;
  readonly mimeType: string | null;
  /** Hex or base64, as the provider writes it. */
  readonly sha256: string | null;
  readonly lengthBytes: number | null;
}

export interface MediaDownload extends MediaInfo {
  /**
   * The bytes, checked against the hash: it ends with an error of the code MEDIA_CORRUPT when they differ, and with
   * another one when the connection fails or the time is over. Destroy it to stop the download.
   */
  readonly stream: Readable;
}

const LOOK: CallKind = { changes: false, names: "media" };
const CHANGE: CallKind = { changes: true, names: "media" };
const NO_MEDIA = unsupported("media ids");
/** Meta's ids are digits. Anything else could name another path of 360dialog's, as media ids stand at its root. */
const MEDIA_ID = /^\d{1,64}$/;
const NOT_AN_ID = refused("a media id consists of digits", "Use the id that the upload or the webhook gave.");
const MIME_TYPE = /^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w.-]+)*$/;
const NOT_A_TYPE = refused(
  "the media type is malformed",
  'Give a type such as "image/jpeg" or "audio/ogg; codecs=opus".',
);

/**
 * Uploads one file; kept for 30 days under the id that comes back.
 *
 * rejects   only with what the file's own stream fails with
 */
export async function uploadMedia(
  account: ProviderAccount,
  file: MediaUpload,
  deps: MediaDeps,
): Promise<ManagementResult<{ readonly id: string }>> {
  try {
    const route = routeOf(account, "mediaUpload");
    if (route === null) return { failure: NO_MEDIA };
    if (!MIME_TYPE.test(file.mimeType)) return { failure: NOT_A_TYPE };
    const form = multipart({ messaging_product: "whatsapp" }, file, boundaryOf(deps.random));
    const answer = await call(
      {
        route,
        method: "POST",
        headers: {
          "content-type": form.contentType,
          ...(form.lengthBytes !== null && { "content-length": String(form.lengthBytes) }),
        },
        body: form.body,
        kind: CHANGE,
        timeoutMs: deps.transferTimeoutMs,
      },
      deps,
    );
    const failed = form.sourceError();
    if (failed) throw failed.error;
    if ("failure" in answer) return answer;
    const id = asText(answer.ok.id, 256);
    return id === undefined ? { failure: unexpectedAnswer(200) } : { ok: { id } };
  } finally {
    file.stream.destroy();
  }
}

/** Where the bytes of a media id are, and what they are. */
export async function getMedia(
  account: ProviderAccount,
  mediaId: string,
  deps: MediaDeps,
): Promise<ManagementResult<MediaInfo>> {
  const route = routeOf(account, "media", mediaId);
  if (route === null) return { failure: NO_MEDIA };
  if (!MEDIA_ID.test(mediaId)) return { failure: NOT_AN_ID };
  const answer = await call({ route, method: "GET", kind: LOOK, timeoutMs: deps.callTimeoutMs }, deps);
  if ("failure" in answer) return answer;
  const { url, mime_type, sha256, file_size } = answer.ok;
  const place = asText(url, 4_096);
  if (place === undefined) return { failure: unexpectedAnswer(200) };
  return {
    ok: {
      id: mediaId,
      url: place,
      mimeType: asText(mime_type, 256) ?? null,
      sha256: asText(sha256, 128) ?? null,
      lengthBytes: asInteger(file_size) ?? null,
    },
  };
}

/** Looks up a media id and opens its bytes. Two calls to the provider, four when the first URL had run out. */
export async function downloadMedia(
  account: ProviderAccount,
  mediaId: string,
  deps: MediaDeps,
): Promise<ManagementResult<MediaDownload>> {
  for (let isAgain = false; ; isAgain = true) {
    const found = await getMedia(account, mediaId, deps);
    if ("failure" in found) return found;
    const route = mediaRoute(account, found.ok.url);
    if (route === null) return { failure: FOREIGN_HOST };
    const opened = await openCall({ route, method: "GET", kind: LOOK, timeoutMs: deps.transferTimeoutMs }, deps);
    if ("failure" in opened) return opened;
    const { httpStatus, body, finished } = opened.ok;
    if (httpStatus === 200) {
      const checked = checkedBytes(found.ok);
      return { ok: { ...found.ok, stream: pipeline(body, checked, finished) } };
    }
    const answer = await readAnswer(opened.ok, LOOK, deps);
    if (httpStatus !== 404 || isAgain) {
      return "failure" in answer ? answer : { failure: unexpectedAnswer(httpStatus) };
    }
  }
}

const FOREIGN_HOST = refused(
  "the media file lies at a host that the provider is not known to use",
  "The key is not shown to it. If Meta has moved its downloads, the profile's list of hosts needs it.",
);

export async function deleteMedia(
  account: ProviderAccount,
  mediaId: string,
  deps: MediaDeps,
): Promise<ManagementResult<null>> {
  const route = routeOf(account, "media", mediaId);
  if (route === null) return { failure: NO_MEDIA };
  if (!MEDIA_ID.test(mediaId)) return { failure: NOT_AN_ID };
  const answer = await call({ route, method: "DELETE", kind: CHANGE, timeoutMs: deps.callTimeoutMs }, deps);
  return "failure" in answer ? answer : { ok: null };
}

/** 128 bits of chance: no file holds it by accident. */
function boundaryOf(random: Random): string {
  const part = () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  return `tern${part()}${part()}${part()}${part()}`;
}
