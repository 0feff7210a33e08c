// DELETE /v1/media/:sender/:id: the provider forgets a file.

import type { Endpoint } from "../../endpoint.ts";
import { callerOf } from "../../http.ts";
import { mediaOf, mediaPathSchema } from "../../media/media-route.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";

export const deleteMedia: Endpoint = {
  method: "delete",
  path: "/v1/media/:sender/:id",
  scopes: ["media"],
  operation: {
    operationId: "deleteMedia",
    tags: ["Media"],
    summary: "Delete a file at the provider",
    description:
      "Messages that name it and are not sent yet will fail. Its file is uploaded anew when it comes again. It takes no body.",
    requestParams: { path: mediaPathSchema },
    responses: {
      "204": { description: "It is gone.", headers: requestIdHeader },
      ...problemResponses("not-found", "provider-failed", "provider-refused"),
    },
  },
  createHandler:
    ({ media, store, deployment }) =>
    async (request, response) => {
      const caller = callerOf(response);
      const { sender, mediaId } = mediaOf(request.params, caller, deployment());
      await media.remove(sender, mediaId);
      await store.audit(sender.id, caller.id, `media deleted: ${mediaId}`);
      response.status(204).end();
    },
};
