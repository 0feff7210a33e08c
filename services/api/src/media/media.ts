// Everything the routes of media need, made once per process.

import type { Sender } from "@tern/runtime";
import { createFetch, type FetchDeps } from "./fetch.ts";
import type { TempFiles } from "./temp-files.ts";
import { createTransfers, type Transfers } from "./transfers.ts";
import { createUpload, type UploadDeps } from "./upload.ts";

export interface Media extends ReturnType<typeof createFetch> {
  readonly upload: ReturnType<typeof createUpload>;
  readonly transfers: Transfers;
  readonly files: TempFiles;
}

export type MediaDeps = Omit<FetchDeps, "files"> &
  UploadDeps & { readonly mediaFiles: TempFiles; readonly mediaTransfersMax: number };

export function createMedia(deps: MediaDeps): Media {
  const files = deps.mediaFiles;
  return {
    ...createFetch({ ...deps, files }),
    upload: createUpload(deps),
    transfers: createTransfers(deps.mediaTransfersMax),
    files,
  };
}

/** What stands in URLs. Digits only: at 360dialog other words in that place are other calls. */
export const MEDIA_ID = /^\d{1,64}$/;

/** Where the media of a sender are found. */
export function mediaPath(sender: Sender, mediaId: string): string {
  return `/v1/media/${sender.id}/${mediaId}`;
}
