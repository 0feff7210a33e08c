// What the routes of media have in common.

import type { Caller, Deployment, Sender } from "@tern/runtime";
import { z } from "zod";
import { senderFor } from "../find-sender.ts";
import { ApiProblem } from "../problems.ts";
import { MEDIA_ID } from "./media.ts";

export const mediaPathSchema = z.object({
  sender: z.string().meta({ description: "The id of a sender that your API key may use.", example: "demo" }),
  id: z.string().meta({
    description: "A media id: from an upload (30 days), or from an inbound message (7 days).",
    example: "1003383421387256",
  }),
});

export const sha256Field = z.string().meta({
  description: "SHA-256 of the content, in hex.",
  example: "0e5f6d2e4a0f1d8b0c1e2f3a4b5c6d7e8f9a0b1c2d3e4f5a6b7c8d9e0f1a2b3c",
});

/** The sender and the media id of a path; throws the problem 404 of one that names nothing. */
export function mediaOf(
  params: Readonly<Record<string, string>>,
  caller: Caller,
  deployment: Deployment,
): { readonly sender: Sender; readonly mediaId: string } {
  const sender = senderFor(caller, deployment, params.sender ?? "");
  const mediaId = params.id ?? "";
  if (!MEDIA_ID.test(mediaId)) {
    throw new ApiProblem("not-found", { detail: "There is no such media: a media id has digits only." });
  }
  return { sender, mediaId };
}
