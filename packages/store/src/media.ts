// What Redis knows of a sender's media: which files are uploaded already, who is uploading one now, and how close the
// sender is to being shut out by the provider for failed requests.

import { HOUR_MS, keyOf, senderBase } from "./keys.ts";
import type { RedisConnection, RunScript } from "./scripts.ts";

/** A file that is at the provider. */
export interface UploadedMedia {
  readonly id: string;
  readonly mimeType: string;
  readonly bytes: number;
  /** When the provider forgets it. */
  readonly expiresAtMs: number;
}

/** known: it is uploaded · yours: upload it, then say `mediaUploaded` · anothers: somebody is at it, ask again soon. */
export type UploadLease =
  | { readonly kind: "known"; readonly media: UploadedMedia }
  | { readonly kind: "yours" | "anothers" };

/** asked: go on · busy: others are under way, ask again soon · shut: too much has failed, until `freeInMs` from now. */
export type MediaPlace = { readonly kind: "asked" | "busy" } | { readonly kind: "shut"; readonly freeInMs: number };

/** How long a lease holds without a sign of life. */
const LEASE_MS = 15_000;
/** Longer than an answer's head takes; a process that dies gives its places back after this. */
const UNDER_WAY_MS = 60_000;
/** A media id that the provider has refused does not become right. */
const REFUSED_MS = HOUR_MS;

export function createMedia(redis: RedisConnection, run: RunScript, prefix: string, nowMs: () => number | null) {
  const lease = (sender: string, verb: string, digest: string, token: string, ...rest: (string | number)[]) =>
    run("media_lease", senderBase(prefix, sender), [verb, digest, token, ...rest]);
  const guard = (sender: string, verb: string, token: string, ...rest: number[]) =>
    run("media_guard", senderBase(prefix, sender), [nowMs() ?? "", verb, token, ...rest]);

  return {
    /**
     * Asks whether a file must be uploaded.
     *
     * digest   of the content and the type: two files of one digest are the same
     * token    of this one upload; the lease is prolonged by `keepUpload` within `mediaLeaseMs`
     */
    async takeUpload(sender: string, digest: string, token: string): Promise<UploadLease> {
      const reply = await lease(sender, "take", digest, token, LEASE_MS);
      if (typeof reply === "string") return { kind: "known", media: JSON.parse(reply) as UploadedMedia };
      return { kind: reply === 1 ? "yours" : "anothers" };
    },
    /** How long a lease lasts; it is to be kept well within. */
    mediaLeaseMs: LEASE_MS,
    /** False when the lease ran out meanwhile; somebody else may be uploading the same. */
    keepUpload: async (sender: string, digest: string, token: string): Promise<boolean> =>
      (await lease(sender, "keep", digest, token, LEASE_MS)) === 1,
    /** Remembers the id for `knownForMs`, and gives the lease back. */
    async mediaUploaded(
      sender: string,
      digest: string,
      token: string,
      { media, knownForMs }: { readonly media: UploadedMedia; readonly knownForMs: number },
    ): Promise<void> {
      await lease(sender, "done", digest, token, knownForMs, media.id, JSON.stringify(media));
    },
    /** Gives the lease back without an id; safe to call when it is gone. */
    async leaveUpload(sender: string, digest: string, token: string): Promise<void> {
      await lease(sender, "leave", digest, token);
    },
    /** From now on this id is given to nobody; the next upload of its file is a real one. */
    async forgetMedia(sender: string, mediaId: string): Promise<void> {
      const base = senderBase(prefix, sender);
      const digest = await redis.get(keyOf.mediaDigest(base, mediaId));
      if (digest !== null) await redis.unlink(keyOf.cachedMedia(base, digest), keyOf.mediaDigest(base, mediaId));
    },

    /** Takes a place among the requests that may fail. End it by `mediaAnswered` or `mediaFailed`. */
    async beginMediaRequest(sender: string, token: string): Promise<MediaPlace> {
      const [may, freeInMs = 0, underWay = 0] = (await guard(sender, "begin", token, UNDER_WAY_MS)) as number[];
      if (may === 1) return { kind: "asked" };
      return underWay > 0 ? { kind: "busy" } : { kind: "shut", freeInMs };
    },
    async mediaAnswered(sender: string, token: string): Promise<void> {
      await guard(sender, "done", token);
    },
    /** Counts for an hour; also without a place taken before. */
    async mediaFailed(sender: string, token: string): Promise<void> {
      await guard(sender, "failed", token);
    },
    /** Remembers for an hour that the provider refuses this id, so that it is not asked again: JSON of the reason. */
    async noteMediaRefused(sender: string, mediaId: string, json: string): Promise<void> {
      await redis.set(keyOf.refusedMedia(senderBase(prefix, sender), mediaId), json, "PX", REFUSED_MS);
    },
    mediaRefusal: (sender: string, mediaId: string): Promise<string | null> =>
      redis.get(keyOf.refusedMedia(senderBase(prefix, sender), mediaId)),
  };
}
