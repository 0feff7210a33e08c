// Media at the provider: what an id stands for, its bytes, its end.
//
// The provider shuts a number out of its media for an hour after some failed requests (docs/sources.md, media). So every
// request takes one of a few places first, which failures occupy for an hour, and an id that was refused is not asked
// for again: the worst that callers can bring about is that Tern itself says "later".

import type { Clock } from "@tern/core";
import {
  type ManagementClient,
  type ManagementFailure,
  type ManagementResult,
  MEDIA_CORRUPT,
  type MediaInfo,
} from "@tern/dialog360";
import type { Logger, Sender } from "@tern/runtime";
import type { Store } from "@tern/store";
import type { ApiMetrics } from "../metrics.ts";
import { ApiProblem } from "../problems.ts";
import { providerProblem } from "../provider-problem.ts";
import { BODY_ABORTED } from "../read-body.ts";
import { MEDIA_BYTES_MAX } from "./media-types.ts";
import { pause } from "./pause.ts";
import { orNoRoom, type TempFile, type TempFiles } from "./temp-files.ts";

export interface FetchDeps {
  readonly store: Pick<
    Store,
    "beginMediaRequest" | "mediaAnswered" | "mediaFailed" | "noteMediaRefused" | "mediaRefusal" | "forgetMedia"
  >;
  readonly provider: Pick<ManagementClient, "getMedia" | "downloadMedia" | "deleteMedia">;
  readonly files: TempFiles;
  readonly clock: Pick<Clock, "after" | "monotonicMs">;
  readonly newToken: () => string;
  readonly metrics: Pick<ApiMetrics, "countMedia">;
  readonly log: Logger;
}

/** A whole file that is what the provider announced; whoever has it closes its content. */
export interface FetchedMedia {
  readonly content: TempFile;
  readonly bytes: number;
  readonly info: MediaInfo;
}

type What = "info" | "download" | "delete";

const ASK_AGAIN_MS = 50;
const PATIENCE_MS = 5_000;

export function createFetch({ store, provider, files, clock, newToken, metrics, log }: FetchDeps) {
  const onTrouble = (error: unknown) => log.warn({ err: error }, "media request not noted in Redis");

  /** Makes a request in a place of its own, and notes how it ended. */
  async function guarded<T>(
    sender: Sender,
    mediaId: string,
    what: What,
    ask: () => Promise<ManagementResult<T>>,
  ): Promise<T> {
    const known = await store.mediaRefusal(sender.id, mediaId);
    if (known !== null) throw noSuchMedia(JSON.parse(known) as ManagementFailure);
    const token = newToken();
    await takePlace(sender, token);
    let failure: ManagementFailure | null = null;
    try {
      const result = await ask();
      if (!("failure" in result)) return result.ok;
      failure = result.failure;
    } finally {
      const counts = failure !== null && (failure.httpStatus ?? 0) >= 400;
      const note = counts ? store.mediaFailed : store.mediaAnswered;
      await note(sender.id, token).catch(onTrouble);
    }
    metrics.countMedia(sender.id, what, "failed");
    if (failure.class !== "rejected") throw providerProblem(failure);
    await store.noteMediaRefused(sender.id, mediaId, JSON.stringify(failure)).catch(onTrouble);
    throw noSuchMedia(failure);
  }

  async function takePlace(sender: Sender, token: string): Promise<void> {
    const untilMs = clock.monotonicMs() + PATIENCE_MS;
    for (;;) {
      const place = await store.beginMediaRequest(sender.id, token);
      if (place.kind === "asked") return;
      if (place.kind === "shut") throw tooManyFailures(Math.ceil(place.freeInMs / 1_000));
      if (clock.monotonicMs() >= untilMs) throw tooManyAtOnce();
      await pause(clock, ASK_AGAIN_MS);
    }
  }

  return {
    /** throws   ApiProblem: 404 when the provider knows no such id, 503 while it must not be asked */
    async info(sender: Sender, mediaId: string): Promise<MediaInfo> {
      const info = await guarded(sender, mediaId, "info", () => provider.getMedia(sender, mediaId));
      metrics.countMedia(sender.id, "info", "done");
      return info;
    },

    /**
     * gone     aborted when nobody waits for it any more: then the download ends, with BODY_ABORTED
     * throws   as `info`; also 502 when the bytes are not those that were announced
     */
    async download(sender: Sender, mediaId: string, gone: AbortSignal): Promise<FetchedMedia> {
      const { stream, ...info } = await guarded(sender, mediaId, "download", () =>
        provider.downloadMedia(sender, mediaId),
      );
      const content = await files.open().catch((error: unknown) => {
        stream.destroy();
        throw error;
      });
      try {
        let bytes = 0;
        for await (const chunk of stream as AsyncIterable<Buffer>) {
          bytes += chunk.length;
          if (gone.aborted) throw BODY_ABORTED;
          if (bytes > MEDIA_BYTES_MAX) throw new ApiProblem("provider-failed", { detail: TOO_MUCH });
          await content.write(chunk).catch((error: unknown) => {
            throw new DiskError(orNoRoom(error));
          });
        }
        metrics.countMedia(sender.id, "download", "done");
        return { content, bytes, info };
      } catch (error) {
        await content.close();
        if (error instanceof DiskError) throw error.cause;
        if (error instanceof ApiProblem || error === BODY_ABORTED) throw error;
        const isCorrupt = (error as { code?: unknown }).code === MEDIA_CORRUPT;
        metrics.countMedia(sender.id, "download", isCorrupt ? "corrupt" : "failed");
        throw new ApiProblem("provider-failed", { detail: isCorrupt ? CORRUPT : BROKEN_OFF, cause: error });
      }
    },

    /** Deletes it at the provider; its file will be uploaded anew. */
    async remove(sender: Sender, mediaId: string): Promise<void> {
      await store.forgetMedia(sender.id, mediaId); // first: an id that is going must be given to nobody
      await guarded(sender, mediaId, "delete", () => provider.deleteMedia(sender, mediaId));
      metrics.countMedia(sender.id, "delete", "done");
    },
  };
}

class DiskError extends Error {
  constructor(cause: unknown) {
    super("the file could not be written", { cause });
  }
}

const TOO_MUCH = `The provider sends more than the ${MEDIA_BYTES_MAX} bytes that a file may have: nothing of it is passed on.`;
const CORRUPT =
  "The bytes that came are not those that the provider announced (their SHA-256 differs): nothing of them is passed on. Try again once.";
const BROKEN_OFF = "The provider broke the download off before its end. Try again once.";

function noSuchMedia({ code, reason, hint }: ManagementFailure): ApiProblem {
  return new ApiProblem("not-found", {
    detail: `There is no such media for this sender, says the provider. ${hint}`,
    members: { provider: { code, reason, hint } },
  });
}

function tooManyFailures(seconds: number): ApiProblem {
  return new ApiProblem("unavailable", {
    detail: `Too many requests for this sender's media have failed within an hour. The provider would shut the number out of its media, so Tern does not ask it for ${seconds} s. Look for ids that are old, or of another sender.`,
    headers: { "Retry-After": String(Math.max(1, seconds)) },
  });
}

function tooManyAtOnce(): ApiProblem {
  return new ApiProblem("unavailable", {
    detail: "Too many requests for this sender's media are under way: try again in 1 s.",
    headers: { "Retry-After": "1" },
  });
}
