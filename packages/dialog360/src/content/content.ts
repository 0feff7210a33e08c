// What a caller may send: the Cloud API's own shapes, so that what people know from Meta's pages works unchanged, checked
// against the documented limits before anything is queued (docs/sources.md, sending and templates). Unknown fields are
// refused, since a misspelt field would otherwise be lost in silence; `passthrough` is the way to send what is not known here.

import { z } from "zod";
import {
  audioContentSchema,
  contactsContentSchema,
  documentContentSchema,
  imageContentSchema,
  interactiveContentSchema,
  locationContentSchema,
  reactionContentSchema,
  stickerContentSchema,
  textContentSchema,
  videoContentSchema,
} from "./free-form-content.ts";
import { passthroughSchema } from "./passthrough.ts";
import { type Fallback, templateContentSchema } from "./template-content.ts";

const TYPES =
  "type is text, image, video, audio, document, sticker, location, contacts, reaction, interactive or template; " +
  "another one can be sent with passthrough";

/**
 * The schema of every content, with these fields beside it: told apart by `passthrough` and `type`, so that each is parsed
 * once, by one schema.
 *
 * fields    what else the object has: the envelope of a request; not named like a field of a content
 * name      if given, the schemas are named in descriptions of an API: "TextMessage" for "Message"
 */
export function contentSchemaWith<Fields extends z.core.$ZodLooseShape>(fields: Fields, name?: string) {
  const known = z.discriminatedUnion(
    "type",
    [
      named(textContentSchema, textContentSchema.extend(fields), "Text"),
      named(imageContentSchema, imageContentSchema.extend(fields), "Image"),
      named(videoContentSchema, videoContentSchema.extend(fields), "Video"),
      named(audioContentSchema, audioContentSchema.extend(fields), "Audio"),
      named(documentContentSchema, documentContentSchema.extend(fields), "Document"),
      named(stickerContentSchema, stickerContentSchema.extend(fields), "Sticker"),
      named(locationContentSchema, locationContentSchema.extend(fields), "Location"),
      named(contactsContentSchema, contactsContentSchema.extend(fields), "Contacts"),
      named(reactionContentSchema, reactionContentSchema.extend(fields), "Reaction"),
      named(interactiveContentSchema, interactiveContentSchema.extend(fields), "Interactive"),
      named(templateContentSchema, templateContentSchema.extend(fields), "Template"),
    ],
    { error: TYPES },
  );
  const passed = passthroughSchema(fields);
  return z
    .discriminatedUnion("passthrough", [known, named(passed, passed, "Passthrough")], {
      error: ({ input }) => (isObject(input) ? "passthrough is true or false" : "a message is an object"),
    })
    .meta({ description: "The message, in the shapes of the WhatsApp Cloud API." });

  function named<Schema extends z.ZodType>(base: z.ZodType, schema: Schema, kind: string): Schema {
    const { description, example } = base.meta() ?? {};
    if (name === undefined) return schema.meta({ description, example }) as Schema;
    return schema.meta({ id: `${kind}${name}`, description }) as Schema;
  }
}

/** Every content that can be sent. */
export const contentSchema = contentSchemaWith({});

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export type TextContent = z.infer<typeof textContentSchema>;
export type Content = z.infer<typeof contentSchema>;

/** Whether this content is sent without having been looked at. */
export function isPassthrough(content: Content): content is Extract<Content, { passthrough: true }> {
  return content.passthrough === true;
}

/** Whether it needs an open customer service window: everything but templates does. */
export function isFreeForm(content: Content): boolean {
  return content.type !== "template";
}

/** The name of a template's content; null for anything else, and for a passed-through one that names none. */
export function templateNameOf(content: Content): string | null {
  if (content.type !== "template") return null;
  const { name } = content.template as { readonly name?: unknown };
  return typeof name === "string" ? name : null;
}

/**
 * The JSON text that is sent. What the schemas return has its fields in the schemas' order, so the same content always has
 * the same text, however the caller ordered it (objects handed through as they are excepted). It has no raw line break.
 *
 * content   as returned by a schema of this module
 */
export function contentJson(content: Content | Fallback): string {
  if (!("passthrough" in content)) return JSON.stringify(content);
  const { passthrough: _, ...sent } = content;
  return JSON.stringify(sent);
}
