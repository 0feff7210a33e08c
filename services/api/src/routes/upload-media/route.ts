// POST /v1/media: a file to the provider, so that messages can name its id. It passes through disk, never whole through
// memory, and a file that is there already is not uploaded again.

import { z } from "zod";
import type { Endpoint } from "../../endpoint.ts";
import { invalidParameters, parameterFaultsOf } from "../../faults.ts";
import { senderOfQuery } from "../../find-sender.ts";
import { callerOf, sendJson } from "../../http.ts";
import { longRequest } from "../../long-requests.ts";
import { mediaPath } from "../../media/media.ts";
import { sha256Field } from "../../media/media-route.ts";
import { receiveFile } from "../../media/receive-file.ts";
import { senderField } from "../../message-request.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { iso } from "../../times.ts";

const AT = "2027-03-02T09:00:00.000Z";
/** For the body to come whole; 100 MB over a slow line. */
const RECEIVE_MAX_MS = 600_000;
const FILENAME_MAX = 240;

const querySchema = z.strictObject({
  sender: senderField.optional().meta({
    description: "Whose media it will be. Required unless your API key may use exactly one sender.",
  }),
  filename: z
    .string("filename is a text")
    .min(1, "filename is empty")
    .max(FILENAME_MAX, `filename has at most ${FILENAME_MAX} characters`)
    .regex(/^[^\p{Cc}/\\]+$/u, "filename has no slashes and no control characters")
    .optional()
    .meta({
      description: "The file's name, for a body that is no form. Recipients see the name that the message gives.",
    }),
});

export const uploadedSchema = z
  .strictObject({
    id: z.string().meta({ description: "For `image.id`, `document.id`, … of messages.", example: "1003383421387256" }),
    sender: z.string().meta({ description: "Only messages of this sender can use it.", example: "demo" }),
    sha256: sha256Field,
    mimeType: z.string().meta({ example: "image/jpeg" }),
    bytes: z.int(),
    cached: z.boolean().meta({ description: "It was uploaded before: nothing was sent to the provider." }),
    expiresAt: z.string().meta({ description: "When the provider forgets it.", format: "date-time", example: AT }),
  })
  .meta({ id: "UploadedMedia" });

const example: z.infer<typeof uploadedSchema> = {
  id: "1003383421387256",
  sender: "demo",
  sha256: "0e5f6d2e4a0f1d8b0c1e2f3a4b5c6d7e8f9a0b1c2d3e4f5a6b7c8d9e0f1a2b3c",
  mimeType: "image/jpeg",
  bytes: 182_400,
  cached: false,
  expiresAt: AT,
};

const FILE_EXAMPLE = "(the bytes of the file)";
const binary = { schema: { type: "string" as const, format: "binary" }, example: FILE_EXAMPLE };

export const uploadMedia: Endpoint = {
  method: "post",
  path: "/v1/media",
  scopes: ["media"],
  operation: {
    operationId: "uploadMedia",
    tags: ["Media"],
    summary: "Upload a file",
    description:
      "The body is the file with its Content-Type, or a form with one file. Its type is told by its content, which must " +
      "not contradict what the request says. Limits: images (JPEG, PNG) 5 MB, video (MP4, 3GPP) and audio (AAC, AMR, MP3, " +
      "MP4, Ogg with mono Opus) 16 MB, stickers (WebP) 100 KB or animated 500 KB, documents 100 MB.\n\n" +
      "A file that this sender uploaded before has its id already and is not uploaded again, until a day before the " +
      "provider forgets it. Repeating a request is harmless.",
    requestParams: { query: querySchema },
    requestBody: {
      required: true,
      content: {
        "*/*": binary,
        "multipart/form-data": {
          schema: {
            type: "object" as const,
            required: ["file"],
            properties: { file: { type: "string" as const, format: "binary" } },
          },
          example: { file: FILE_EXAMPLE },
        },
      },
    },
    responses: Object.fromEntries([
      ...["200", "201"].map((status) => [
        status,
        {
          description: status === "200" ? "It was there already." : "It is uploaded.",
          headers: requestIdHeader,
          content: {
            "application/json": { schema: uploadedSchema, example: { ...example, cached: status === "200" } },
          },
        },
      ]),
      ...Object.entries(
        problemResponses(
          "invalid-parameters",
          "invalid-request",
          "provider-failed",
          "provider-refused",
          "too-large",
          "unsupported-file",
        ),
      ),
    ]),
  },
  createHandler:
    ({ media, deployment, clock }) =>
    async (request, response) => {
      const query = querySchema.safeParse(request.query);
      if (!query.success) throw invalidParameters(parameterFaultsOf(query.error.issues));
      const sender = senderOfQuery(callerOf(response), deployment(), query.data.sender);
      const filename = query.data.filename ?? null;

      await media.transfers.run(() =>
        longRequest(request, async () => {
          const limit = clock.after(RECEIVE_MAX_MS, () => request.destroy());
          const file = await receiveFile(request, { files: media.files, filename }).finally(() => limit.cancel());
          try {
            const uploaded = await media.upload(sender, file);
            response.setHeader("Location", mediaPath(sender, uploaded.id));
            sendJson(response, uploaded.cached ? 200 : 201, {
              id: uploaded.id,
              sender: sender.id,
              sha256: file.sha256,
              mimeType: uploaded.mimeType,
              bytes: uploaded.bytes,
              cached: uploaded.cached,
              expiresAt: iso(uploaded.expiresAtMs),
            });
          } finally {
            await file.content.close();
          }
        }),
      );
    },
};
