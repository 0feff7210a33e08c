// GET /v1/media/:sender/:id: what a media id stands for.

import { z } from "zod";
import type { Endpoint } from "../../endpoint.ts";
import { callerOf, sendJson } from "../../http.ts";
import { mediaPath } from "../../media/media.ts";
import { mediaOf, mediaPathSchema, sha256Field } from "../../media/media-route.ts";
import { sha256Hex } from "../../media/sha256-hex.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";

export const mediaInfoSchema = z
  .strictObject({
    id: z.string(),
    sender: z.string(),
    mimeType: z.string().nullable(),
    bytes: z.int().nullable(),
    sha256: sha256Field.nullable(),
    content: z.string().meta({ description: "Where its content is fetched.", example: "/v1/media/demo/10/content" }),
  })
  .meta({ id: "MediaInfo", description: "As the provider tells it; null what it does not tell." });

const example: z.infer<typeof mediaInfoSchema> = {
  id: "1003383421387256",
  sender: "demo",
  mimeType: "image/jpeg",
  bytes: 182_400,
  sha256: "0e5f6d2e4a0f1d8b0c1e2f3a4b5c6d7e8f9a0b1c2d3e4f5a6b7c8d9e0f1a2b3c",
  content: "/v1/media/demo/1003383421387256/content",
};

export const getMedia: Endpoint = {
  method: "get",
  path: "/v1/media/:sender/:id",
  scopes: ["media"],
  operation: {
    operationId: "getMedia",
    tags: ["Media"],
    summary: "What a media id stands for",
    description:
      "Asks the provider each time. An id that it refuses is remembered for an hour; and after some refusals within an " +
      "hour Tern does not ask for this sender until that is over (503), for the provider would shut the number out.",
    requestParams: { path: mediaPathSchema },
    responses: {
      "200": {
        description: "The media.",
        headers: requestIdHeader,
        content: { "application/json": { schema: mediaInfoSchema, example } },
      },
      ...problemResponses("not-found", "provider-failed", "provider-refused"),
    },
  },
  createHandler:
    ({ media, deployment }) =>
    async (request, response) => {
      const { sender, mediaId } = mediaOf(request.params, callerOf(response), deployment());
      const { id, mimeType, lengthBytes, sha256 } = await media.info(sender, mediaId);
      const content = `${mediaPath(sender, id)}/content`;
      sendJson(response, 200, {
        id,
        sender: sender.id,
        mimeType,
        bytes: lengthBytes,
        sha256: sha256Hex(sha256),
        content,
      });
    },
};
