// What a caller may send: the Cloud API's own shapes, so that what people know from Meta's pages works unchanged, checked
// against the documented limits before anything is queued (docs/sources.md, sending and templates). Unknown fields are refused, since a
// misspelt field would otherwise be lost in silence. More types join `contentSchema` as they are built.

import { z } from "zod";
import { characters } from "./characters.ts";
import { messageContext } from "./message-context.ts";
import { templateContentSchema } from "./template-content.ts";

const BODY_MAX = 4096;

/** A text message: `{type: "text", text: {body, preview_url?}}`. */
export const textContentSchema = z
  .strictObject({
    type: z.literal("text"),
    text: z.strictObject({
      body: characters("text.body", { max: BODY_MAX }).meta({
        description: "The text; WhatsApp's formatting characters work.",
        example: "Your parcel is at the door.",
      }),
      preview_url: z
        .boolean("text.preview_url is true or false")
        .optional()
        .meta({ description: "Show a preview of the first URL in the text." }),
    }),
    context: messageContext.optional(),
  })
  .meta({
    description: "A free-form text; needs an open customer service window.",
    example: { type: "text", text: { body: "Your parcel is at the door." } },
  });

/** Every content that can be sent, told apart by `type`. */
export const contentSchema = z
  .discriminatedUnion("type", [textContentSchema, templateContentSchema], { error: "type is text or template" })
  .meta({ description: "The message, in the shapes of the WhatsApp Cloud API." });

export type TextContent = z.infer<typeof textContentSchema>;
export type Content = z.infer<typeof contentSchema>;

/**
 * The JSON text that is stored and later sent. What the schemas return has its fields in the schemas' order, so the same
 * content always has the same text, however the caller ordered it (objects handed through as they are excepted).
 *
 * content   as returned by a schema of this module
 */
export function contentJson(content: Content): string {
  return JSON.stringify(content);
}
