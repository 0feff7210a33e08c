// What may be sent while the customer service window is open: every type but templates, in the Cloud API's own shapes
// (docs/sources.md, sending; the pages M:messages/<type>-messages).

import { z } from "zod";
import { characters, identifier } from "./characters.ts";
import { contacts } from "./contacts.ts";
import { interactive } from "./interactive.ts";
import { location } from "./location.ts";
import { audio, document, image, sticker, video } from "./media.ts";
import { messageContext } from "./message-context.ts";
import { noPassthrough } from "./passthrough.ts";

const BODY_MAX = 4_096;
/** Not documented; a bound of ours: one emoji may be made of many code points. */
const EMOJI_MAX = 32;

/** What most contents may have beside what they are named for. */
const extras = { context: messageContext.optional(), passthrough: noPassthrough };

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
    ...extras,
  })
  .meta({
    description: "A free-form text; needs an open customer service window.",
    example: { type: "text", text: { body: "Your parcel is at the door." } },
  });

export const imageContentSchema = z.strictObject({ type: z.literal("image"), image, ...extras }).meta({
  description: "A picture: JPEG or PNG of up to 5 MB; needs an open customer service window.",
  example: { type: "image", image: { link: "https://example.com/a.png", caption: "Your parcel" } },
});

export const videoContentSchema = z.strictObject({ type: z.literal("video"), video, ...extras }).meta({
  description: "A video: MP4 or 3GPP of up to 16 MB; needs an open customer service window.",
  example: { type: "video", video: { id: "2762702990552401", caption: "How to open it" } },
});

export const audioContentSchema = z.strictObject({ type: z.literal("audio"), audio, ...extras }).meta({
  description: "A sound of up to 16 MB, or a voice note; needs an open customer service window.",
  example: { type: "audio", audio: { id: "2762702990552401", voice: true } },
});

export const documentContentSchema = z.strictObject({ type: z.literal("document"), document, ...extras }).meta({
  description: "A document of up to 100 MB; needs an open customer service window.",
  example: { type: "document", document: { id: "2762702990552401", filename: "bill.pdf", caption: "Your bill" } },
});

export const stickerContentSchema = z.strictObject({ type: z.literal("sticker"), sticker, ...extras }).meta({
  description: "A sticker: WebP of up to 100 KB, animated up to 500 KB; needs an open customer service window.",
  example: { type: "sticker", sticker: { id: "2762702990552401" } },
});

export const locationContentSchema = z.strictObject({ type: z.literal("location"), location, ...extras }).meta({
  description: "A place on the map; needs an open customer service window.",
  example: {
    type: "location",
    location: { latitude: 52.5163, longitude: 13.3777, name: "Brandenburg Gate", address: "Pariser Platz, Berlin" },
  },
});

export const contactsContentSchema = z.strictObject({ type: z.literal("contacts"), contacts, ...extras }).meta({
  description: "Contact cards; needs an open customer service window.",
  example: {
    type: "contacts",
    contacts: [{ name: { formatted_name: "Barbara J. Johnson" }, phones: [{ phone: "+16505559999", type: "Mobile" }] }],
  },
});

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const EMOJI_PART = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u{20e3}/u;

/** Emoji of any Unicode version: what they are made of is reserved ahead. */
function isOneEmoji(text: string): boolean {
  return EMOJI_PART.test(text) && [...graphemes.segment(text)].length === 1;
}

/** A reaction cannot quote: its `message_id` says what it belongs to. So it has no `context`. */
export const reactionContentSchema = z
  .strictObject({
    type: z.literal("reaction"),
    reaction: z.strictObject({
      message_id: identifier("reaction.message_id").meta({
        description: "The wamid of a message of the last 30 days that is not a reaction itself.",
      }),
      emoji: characters("reaction.emoji", { min: 0, max: EMOJI_MAX })
        .refine((text) => text === "" || isOneEmoji(text), "reaction.emoji is one emoji, or empty to take it back")
        .meta({ description: "One emoji; empty takes the reaction back.", example: "👍" }),
    }),
    passthrough: noPassthrough,
  })
  .meta({
    description: "An emoji at a message; needs an open customer service window.",
    example: { type: "reaction", reaction: { message_id: "wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1", emoji: "👍" } },
  });

export const interactiveContentSchema = z
  .strictObject({ type: z.literal("interactive"), interactive, ...extras })
  .meta({
    description: "A message with buttons, a list, products or cards; needs an open customer service window.",
    example: {
      type: "interactive",
      interactive: {
        type: "button",
        body: { text: "Shall we deliver today?" },
        action: {
          buttons: [
            { type: "reply", reply: { id: "today", title: "Yes" } },
            { type: "reply", reply: { id: "later", title: "Later" } },
          ],
        },
      },
    },
  });
