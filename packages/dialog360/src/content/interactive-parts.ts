// What the kinds of interactive messages have in common: headers, body and footer, and reply buttons (docs/sources.md,
// sending, and the pages interactive-*-messages there).

import { z } from "zod";
import { characters } from "./characters.ts";
import { documentFile, imageFile, videoFile } from "./media.ts";

const HEADER_TEXT_MAX = 60;
const FOOTER_MAX = 60;
/** The usual limit of a body. */
const BODY_MAX = 1_024;
/** The limit of lists; for kinds without a documented one as well, since it is the widest there is. */
export const LONG_BODY_MAX = 4_096;
/** Of everything that is pressed. */
export const LABEL_MAX = 20;

const textHeaderShape = z.strictObject({
  type: z.literal("text"),
  text: characters("interactive.header.text", { max: HEADER_TEXT_MAX }),
});

/** A header that can only be a text. */
export const textHeader = z
  .discriminatedUnion("type", [textHeaderShape], {
    error: ({ input }) => (input === undefined ? "interactive.header is required" : "the type of this header is text"),
  })
  .meta({ description: "Shown above the body: a text." });

/** A header of any kind that interactive messages know. */
export const anyHeader = z
  .discriminatedUnion(
    "type",
    [
      textHeaderShape,
      z.strictObject({ type: z.literal("image"), image: imageFile }),
      z.strictObject({ type: z.literal("video"), video: videoFile }),
      z.strictObject({ type: z.literal("document"), document: documentFile }),
    ],
    { error: "the type of this header is text, image, video or document" },
  )
  .meta({ description: "Shown above the body: a text, an image, a video or a document." });

export const cardHeader = z.discriminatedUnion(
  "type",
  [
    z.strictObject({ type: z.literal("image"), image: imageFile }),
    z.strictObject({ type: z.literal("video"), video: videoFile }),
  ],
  {
    error: ({ input }) =>
      input === undefined ? "the header of a card is required" : "the type of a card's header is image or video",
  },
);

function textOf(name: string, max: number) {
  return z.strictObject({ text: characters(`${name}.text`, { max }) });
}

export const body = textOf("interactive.body", BODY_MAX);
export const longBody = textOf("interactive.body", LONG_BODY_MAX);
export const footer = textOf("interactive.footer", FOOTER_MAX).optional();
