// What a message answers to: makes it a quoted reply (docs/sources.md, sending).

import { z } from "zod";
import { identifier } from "./characters.ts";

export const messageContext = z
  .strictObject({
    message_id: identifier("context.message_id").meta({ description: "The wamid of the message that is quoted." }),
  })
  .meta({
    description: "Makes the message a quoted reply.",
    example: { message_id: "wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1" },
  });
