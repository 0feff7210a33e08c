// An entry of the feed of inbound messages as callers see it. The entry holds the normalised message (docs/events.md,
// `inbound`) as apply was given it.

import type { FeedEntry } from "@tern/store";
import { z } from "zod";
import { iso } from "../times.ts";
import { objectOf } from "./event-view.ts";
import type { SenderEntry } from "./feeds.ts";

const AT = "2027-01-31T09:00:00.000Z";
const time = (description: string) => z.string().meta({ description, format: "date-time", example: AT });
const anId = (description: string, example: string) => z.string().nullable().meta({ description, example });

export const inboundSchema = z
  .strictObject({
    id: z.string().meta({ description: "The same in every repetition.", example: "demo/1801386000000-0" }),
    sender: z.string().meta({ description: "Which of your numbers it was written to.", example: "demo" }),
    at: time("When the person sent it, by the provider's clock."),
    receivedAt: time("When Tern wrote it down."),
    wamid: z
      .string()
      .meta({ description: "To quote it, or to mark it as read.", example: "wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTRB" }),
    type: z
      .string()
      .meta({ description: "Meta's word: text, image, interactive, …; unknown without one.", example: "text" }),
    contact: z
      .looseObject({
        phone: anId("E.164; null for people who are known by username only.", "+16505551234"),
        bsuid: anId("Business-scoped user id.", "US.13491208655302741918"),
        parentBsuid: anId("The id across portfolios.", "US.ENT.11815799212886844830"),
        username: anId("For display.", "pablo"),
        profileName: anId("For display.", "Pablo M."),
      })
      .meta({ id: "InboundContact", description: "Who wrote; any of the ids may be null." }),
    content: z.looseObject({}).nullable().meta({
      description: "What was written, by type (docs/events.md); null for what Tern does not read: then `raw` has it.",
    }),
    context: z.looseObject({}).nullable().meta({ description: "What it answers, and whether it was forwarded." }),
    referral: z.looseObject({}).nullable().meta({ description: "The ad or post that led here." }),
    errors: z.array(z.looseObject({})).meta({ description: "Why it came without its content." }),
    groupId: z.string().nullable(),
    opensWindow: z.boolean().meta({ description: "It opens the customer service window of 24 hours." }),
    raw: z.looseObject({}).optional().meta({
      description: "As the provider sent it: with raw=true, and always when content is null.",
    }),
  })
  .meta({ id: "InboundMessage" });

export type InboundView = z.infer<typeof inboundSchema>;

export const exampleInbound: InboundView = {
  id: "demo/1801386000000-0",
  sender: "demo",
  at: AT,
  receivedAt: AT,
  wamid: "wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTRB",
  type: "text",
  contact: {
    phone: "+16505551234",
    bsuid: "US.13491208655302741918",
    parentBsuid: null,
    username: null,
    profileName: "Pablo M.",
  },
  content: { type: "text", body: "Does it come in another color?" },
  context: null,
  referral: null,
  errors: [],
  groupId: null,
  opensWindow: true,
};

/** What an entry says before it is shown: for the filters. */
export interface InboundEntry {
  readonly type: string;
  /** All ids of who wrote. */
  readonly ids: readonly string[];
}

export function inboundEntryOf({ fields }: FeedEntry): InboundEntry {
  const item = objectOf(fields.json);
  const { phone, bsuid, parentBsuid } = contactOf(item);
  const ids = [fields.c, phone, bsuid, parentBsuid].filter((id) => typeof id === "string" && id !== "");
  return { type: typeof item.type === "string" ? item.type : "unknown", ids: ids as string[] };
}

export function inboundView({ sender, entry }: SenderEntry, withRaw: boolean): InboundView {
  const { fields, position, writtenAtMs } = entry;
  const item = objectOf(fields.json);
  const content = isObject(item.content) ? item.content : null;
  return {
    id: `${sender}/${position}`,
    sender,
    at: iso(Number(fields.at) || writtenAtMs),
    receivedAt: iso(writtenAtMs),
    wamid: fields.wamid ?? "",
    type: typeof item.type === "string" ? item.type : "unknown",
    contact: contactOf(item),
    content,
    context: isObject(item.context) ? item.context : null,
    referral: isObject(item.referral) ? item.referral : null,
    errors: Array.isArray(item.errors) ? item.errors.filter(isObject) : [],
    groupId: textOf(item.groupId),
    opensWindow: item.opensWindow === true,
    ...((withRaw || content === null) && { raw: objectOf(textOf(item.json) ?? undefined) }),
  };
}

function contactOf({ contact }: Record<string, unknown>): InboundView["contact"] {
  const { phone, bsuid, parentBsuid, username, profileName } = isObject(contact) ? contact : {};
  return {
    phone: textOf(phone),
    bsuid: textOf(bsuid),
    parentBsuid: textOf(parentBsuid),
    username: textOf(username),
    profileName: textOf(profileName),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
