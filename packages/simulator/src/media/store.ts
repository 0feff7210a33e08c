// The media of one number: uploaded ones live for 30 days, those a user has sent for 7 (Meta
// "business-phone-numbers/media", 2026-09). Also 360dialog's own rule that more than five failed requests about media
// within an hour close GET /{media-id} for an hour (360dialog "upload-retrieve-or-delete-media").
import { createHash } from "node:crypto";

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
const UPLOADED_FOR_MS = 30 * DAY_MS;
const RECEIVED_FOR_MS = 7 * DAY_MS;
const FAILURES_MAX = 5;
const BLOCKED_FOR_MS = HOUR_MS;
// What one number's media may take in memory; the oldest go first.
const BYTES_KEPT_MAX = 512 * 1024 * 1024;

export interface Medium {
  id: string;
  mimeType: string;
  bytes: Buffer;
  /** Hex. */
  sha256: string;
  expiresAtMs: number;
}

export interface MediaStore {
  /** Whether there ever was a medium: until then every id passes in a send. */
  readonly isInUse: boolean;
  add(medium: { id: string; mimeType: string; bytes: Buffer; isFromUser: boolean }, nowMs: number): Medium;
  /** null when there is none, or none any more. */
  find(id: string, nowMs: number): Medium | null;
  remove(id: string, nowMs: number): boolean;
  countAt(nowMs: number): number;
  /** Counts a failed request. */
  failed(nowMs: number): void;
  isBlocked(nowMs: number): boolean;
}

export function createMediaStore(): MediaStore {
  const media = new Map<string, Medium>();
  let bytesKept = 0;
  let isInUse = false;
  let failedAtMs: number[] = [];
  let blockedUntilMs = 0;

  function drop(medium: Medium): void {
    media.delete(medium.id);
    bytesKept -= medium.bytes.length;
  }

  function find(id: string, nowMs: number): Medium | null {
    const medium = media.get(id);
    if (medium === undefined) return null;
    if (medium.expiresAtMs > nowMs) return medium;
    drop(medium);
    return null;
  }

  return {
    get isInUse() {
      return isInUse;
    },
    add({ id, mimeType, bytes, isFromUser }, nowMs) {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const expiresAtMs = nowMs + (isFromUser ? RECEIVED_FOR_MS : UPLOADED_FOR_MS);
      const medium = { id, mimeType, bytes, sha256, expiresAtMs };
      isInUse = true;
      media.set(id, medium);
      bytesKept += bytes.length;
      for (const oldest of media.values()) {
        if (bytesKept <= BYTES_KEPT_MAX) break;
        drop(oldest);
      }
      return medium;
    },
    find,
    remove(id, nowMs) {
      const medium = find(id, nowMs);
      if (medium) drop(medium);
      return medium !== null;
    },
    countAt: (nowMs) => [...media.values()].filter(({ expiresAtMs }) => expiresAtMs > nowMs).length,
    failed(nowMs) {
      failedAtMs = failedAtMs.filter((atMs) => atMs > nowMs - HOUR_MS);
      failedAtMs.push(nowMs);
      if (failedAtMs.length > FAILURES_MAX) blockedUntilMs = nowMs + BLOCKED_FOR_MS;
    },
    isBlocked: (nowMs) => blockedUntilMs > nowMs,
  };
}
