// A received file to the provider, once per sender: whoever comes with the same file while it is being uploaded waits for
// that id, and whoever comes later gets it at once, as long as the provider keeps the file.

import { hash } from "node:crypto";
import type { Clock } from "@tern/core";
import type { ManagementClient } from "@tern/dialog360";
import type { Logger, Sender } from "@tern/runtime";
import type { Store, UploadedMedia } from "@tern/store";
import type { ApiMetrics } from "../metrics.ts";
import { ApiProblem } from "../problems.ts";
import { providerProblem } from "../provider-problem.ts";
import { pause } from "./pause.ts";
import type { ReceivedFile } from "./receive-file.ts";

export interface UploadDeps {
  readonly store: Pick<
    Store,
    "takeUpload" | "keepUpload" | "leaveUpload" | "mediaUploaded" | "mediaFailed" | "mediaLeaseMs"
  >;
  readonly provider: Pick<ManagementClient, "uploadMedia">;
  readonly clock: Pick<Clock, "after" | "nowMs" | "monotonicMs">;
  readonly newToken: () => string;
  readonly metrics: Pick<ApiMetrics, "countMedia">;
  readonly log: Logger;
}

export interface Uploaded extends UploadedMedia {
  /** It was there already. */
  readonly cached: boolean;
}

const DAY_MS = 86_400_000;
/** The provider keeps an upload for 30 days (docs/sources.md, media). */
const KEPT_MS = 30 * DAY_MS;
/** Nobody is given an id that is about to end: a message may wait a while before it is sent. */
const MARGIN_MS = DAY_MS;
const ASK_AGAIN_MS = 200;
/** How long to wait for somebody else's upload of the same file. */
const PATIENCE_MS = 120_000;
const RETRY_AFTER_SECONDS = 10;

export function createUpload({ store, provider, clock, newToken, metrics, log }: UploadDeps) {
  /** throws   ApiProblem when the provider does not take it; the file stays the caller's to close */
  return async function upload(sender: Sender, file: ReceivedFile): Promise<Uploaded> {
    const digest = hash("sha256", `${file.sha256} ${file.mimeType}`, "base64url");
    const token = newToken();
    const untilMs = clock.monotonicMs() + PATIENCE_MS;
    for (;;) {
      const lease = await store.takeUpload(sender.id, digest, token);
      if (lease.kind === "known") {
        metrics.countMedia(sender.id, "upload", "cached");
        return { ...lease.media, cached: true };
      }
      if (lease.kind === "yours") return { ...(await uploadNow(sender, file, digest, token)), cached: false };
      if (clock.monotonicMs() >= untilMs) {
        throw new ApiProblem("unavailable", {
          detail: `The same file is being uploaded by another request, which takes long: try again in ${RETRY_AFTER_SECONDS} s.`,
          headers: { "Retry-After": String(RETRY_AFTER_SECONDS) },
        });
      }
      await pause(clock, ASK_AGAIN_MS);
    }
  };

  async function uploadNow(sender: Sender, file: ReceivedFile, digest: string, token: string): Promise<UploadedMedia> {
    const onTrouble = (error: unknown) =>
      log.warn({ err: error, sender: sender.id }, "media upload not noted in Redis");
    const keeping = keepLease(() => store.keepUpload(sender.id, digest, token).catch(onTrouble));
    let isDone = false;
    try {
      const result = await provider.uploadMedia(sender, {
        stream: file.content.read(),
        lengthBytes: file.bytes,
        mimeType: wireType(file.mimeType),
        fileName: file.filename ?? "file",
      });
      if ("failure" in result) {
        const { httpStatus } = result.failure;
        if (httpStatus !== null && httpStatus >= 400) await store.mediaFailed(sender.id, token).catch(onTrouble);
        metrics.countMedia(sender.id, "upload", "failed");
        throw providerProblem(result.failure);
      }
      const { mimeType, bytes } = file;
      const media = { id: result.ok.id, mimeType, bytes, expiresAtMs: clock.nowMs() + KEPT_MS };
      isDone = true; // whatever Redis says now: the provider has it, and the caller gets the id
      const remembered = { media, knownForMs: KEPT_MS - MARGIN_MS };
      await store.mediaUploaded(sender.id, digest, token, remembered).catch(onTrouble);
      metrics.countMedia(sender.id, "upload", "done");
      return media;
    } finally {
      keeping.stop();
      if (!isDone) await store.leaveUpload(sender.id, digest, token).catch(onTrouble);
    }
  }

  function keepLease(keep: () => void): { stop(): void } {
    let timer = clock.after(store.mediaLeaseMs / 3, again);
    function again(): void {
      keep();
      timer = clock.after(store.mediaLeaseMs / 3, again);
    }
    return { stop: () => timer.cancel() };
  }
}

/** The provider takes Ogg only with its codec named (docs/sources.md, media). */
function wireType(mimeType: string): string {
  return mimeType === "audio/ogg" ? "audio/ogg; codecs=opus" : mimeType;
}
