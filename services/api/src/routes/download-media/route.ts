// GET /v1/media/:sender/:id/content: the bytes of a media id. They are fetched to disk and compared with the hash that
// the provider announced before the first of them is passed on: an answer of 200 is always the right file.

import { pipeline } from "node:stream/promises";
import type { Endpoint } from "../../endpoint.ts";
import { callerOf } from "../../http.ts";
import { mediaOf, mediaPathSchema } from "../../media/media-route.ts";
import { mimeTypeOf } from "../../media/media-types.ts";
import { sha256Hex } from "../../media/sha256-hex.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";

/** For the caller to take it all: 100 MB over a slow line. Whoever takes longer keeps others from their files. */
const SEND_MAX_MS = 600_000;

export const downloadMedia: Endpoint = {
  method: "get",
  path: "/v1/media/:sender/:id/content",
  scopes: ["media"],
  operation: {
    operationId: "downloadMedia",
    tags: ["Media"],
    summary: "The content of a media id",
    description:
      "The file, once it is whole and its SHA-256 is the announced one; else 502 and nothing of it. So the first byte " +
      "comes when the provider has sent the last.",
    requestParams: { path: mediaPathSchema },
    responses: {
      "200": {
        description: "The file, with its type as Content-Type.",
        headers: {
          ...requestIdHeader,
          "Repr-Digest": {
            description: "The SHA-256 of the content (RFC 9530), if the provider announced it.",
            schema: { type: "string", example: "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:" },
          },
        },
        content: { "*/*": { schema: { type: "string", format: "binary" }, example: "(the bytes of the file)" } },
      },
      ...problemResponses("not-found", "provider-failed", "provider-refused"),
    },
  },
  createHandler:
    ({ media, deployment, clock }) =>
    async (request, response) => {
      const { sender, mediaId } = mediaOf(request.params, callerOf(response), deployment());
      const gone = new AbortController();
      response.once("close", () => gone.abort());
      await media.transfers.run(async () => {
        const { content, bytes, info } = await media.download(sender, mediaId, gone.signal);
        const limit = clock.after(SEND_MAX_MS, () => response.destroy());
        try {
          const sha256 = sha256Hex(info.sha256);
          response.statusCode = 200;
          response.setHeader("Content-Type", mimeTypeOf(info.mimeType ?? undefined) ?? "application/octet-stream");
          response.setHeader("Content-Length", bytes);
          // Strangers made it: no browser is to show it as a page of this host.
          response.setHeader("Content-Disposition", "attachment");
          response.setHeader("Cache-Control", "no-store");
          if (sha256 !== null) {
            response.setHeader("Repr-Digest", `sha-256=:${Buffer.from(sha256, "hex").toString("base64")}:`);
          }
          await pipeline(content.read(), response).catch(() => {
            if (!response.destroyed) throw new Error("the file could not be read back from disk");
          });
        } finally {
          limit.cancel();
          await content.close();
        }
      });
    },
};
