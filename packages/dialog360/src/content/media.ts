// A file in a message: by the id of an upload or by a public link, never both (docs/sources.md, sending). Size and format
// of the file itself are checked where it is uploaded; what is behind a link only the provider sees, and tells later (131053).

import { z } from "zod";
import { characters, identifier } from "./characters.ts";

const CAPTION_MAX = 1_024;
/** Not documented; bounds of ours, beyond anything sensible. */
const URL_MAX = 4_096;
const FILENAME_MAX = 240;

/** A URL that starts with http:// or https://. */
export function webAddress(name: string, { max = URL_MAX } = {}) {
  return characters(name, { max })
    .refine(
      (text) => /^https?:\/\//i.test(text) && URL.canParse(text),
      `${name} is a URL that starts with http:// or https://`,
    )
    .meta({ format: "uri" });
}

const source = {
  id: identifier("id").optional().meta({ description: "Id of an uploaded file; faster than a link." }),
  link: webAddress("link")
    .optional()
    .meta({ description: "A public URL. WhatsApp caches what it fetches for 10 minutes per URL." }),
};

const filename = characters("filename", { max: FILENAME_MAX })
  .optional()
  .meta({ description: "What the recipient sees as the name of the file." });

function withOneSource<Shape extends z.core.$ZodLooseShape>(name: string, shape: Shape) {
  return z
    .strictObject({ ...source, ...shape })
    .superRefine(({ id, link }: { id?: unknown; link?: unknown }, context) => {
      if ((id === undefined) === (link === undefined)) {
        context.addIssue({ code: "custom", message: `${name} has either an id or a link` });
      }
    });
}

function caption(name: string) {
  return characters(`${name}.caption`, { max: CAPTION_MAX }).optional().meta({ description: "Shown below the file." });
}

/** A file in a header of a template or an interactive message. */
export const imageFile = withOneSource("image", {});
export const videoFile = withOneSource("video", {});
export const documentFile = withOneSource("document", { filename });

/** A file as a message of its own. */
export const image = withOneSource("image", { caption: caption("image") });
export const video = withOneSource("video", { caption: caption("video") });
export const document = withOneSource("document", { caption: caption("document"), filename });
export const audio = withOneSource("audio", {
  voice: z
    .boolean("audio.voice is true or false")
    .optional()
    .meta({ description: "A voice note: ogg with OPUS, mono; up to 512 KB it has a play button at once." }),
});
export const sticker = withOneSource("sticker", {});
