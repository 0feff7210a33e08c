// The way around the schemas: `{type, passthrough: true, [type]: …}` is taken as it is, for types that Tern does not know yet
// and for known ones when a caller knows better. Only its size and shape are looked at, and that it cannot touch the
// envelope that Tern puts around it. The flag says how to read the content; it is not sent.

import { z } from "zod";
import { jsonProblemOf } from "./characters.ts";
import { messageContext } from "./message-context.ts";

/** In UTF-16 units of the JSON text; bounds of ours. */
const PASSTHROUGH_LENGTH_MAX = 65_536;
const TYPE = /^[a-z][a-z0-9_]{0,63}$/;
/** What has a meaning in the body of a send beside the content, and would take its place (docs/sources.md, sending). */
const RESERVED: ReadonlySet<string> = new Set([
  "messaging_product",
  "recipient_type",
  "to",
  "recipient",
  "biz_opaque_callback_data",
  "product_policy",
  "message_activity_sharing",
  "status",
  "message_id",
  "typing_indicator",
]);

/** The flag on a content that is checked. */
export const noPassthrough = z
  .literal(false)
  .optional()
  .meta({ description: "true sends what the type names without looking at it." });

/**
 * The schema of a content that is passed through, with these fields beside it.
 *
 * fields    no type can be named like one of them
 */
export function passthroughSchema<Fields extends z.core.$ZodLooseShape>(fields: Fields) {
  const beside = new Set(["type", "passthrough", "context", ...Object.keys(fields)]);
  return z
    .looseObject({
      type: z.string("type is a text").regex(TYPE, "type is made of a-z, 0-9 and _"),
      passthrough: z.literal(true).meta({ description: "The content is sent without being looked at." }),
      context: messageContext.optional(),
      ...fields,
    })
    .superRefine((value: Record<string, unknown>, context) => {
      const type = String(value.type);
      if (RESERVED.has(type) || beside.has(type)) {
        context.addIssue({ code: "custom", path: ["type"], message: "type is the name of a field of the envelope" });
        return;
      }
      const keys = Object.keys(value).filter((key) => key !== type && !beside.has(key));
      if (keys.length > 0) context.addIssue({ code: "unrecognized_keys", keys, input: value });
      const problem = Object.hasOwn(value, type) ? problemOf(value[type]) : "is required";
      if (problem !== null) context.addIssue({ code: "custom", path: [type], message: `${type} ${problem}` });
    })
    .meta({
      description:
        "A content that is sent as it is: of a type that Tern does not know, or one that you know better. Beside the " +
        "flag it has one field of the type's name.",
    });
}

function problemOf(value: unknown): string | null {
  if (typeof value !== "object" || value === null) return "is an object or a list";
  const problem = jsonProblemOf(value);
  if (problem !== null) return problem;
  return JSON.stringify(value).length > PASSTHROUGH_LENGTH_MAX
    ? `is at most ${PASSTHROUGH_LENGTH_MAX} characters of JSON`
    : null;
}
